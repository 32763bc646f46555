"""Instants: what is read, what is refused, and agreement with the standard library."""

from datetime import UTC, datetime, timedelta, timezone

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphsvc.errors import InvalidTime
from graphsvc.ingest.text import Text
from graphsvc.ingest.times import NO_OFFSET, NO_TIME, OK, instants, parse_instant

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

offsets = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1800, 1, 2), datetime(9998, 1, 1), timezones=offsets)


def milliseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)


@given(moments, st.sampled_from(["auto", "milliseconds", "microseconds"]), st.sampled_from("T t"))
def test_what_the_standard_library_writes_is_read_back(moment: datetime, spec: str, between: str) -> None:
    cut = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert parse_instant(moment.isoformat(sep=between, timespec=spec)) == milliseconds(cut)


@given(moments)
def test_basic_format_is_read_too(moment: datetime) -> None:
    whole = moment.replace(microsecond=0)
    assert parse_instant(whole.strftime("%Y%m%dT%H%M%S%z").zfill(20)) == milliseconds(whole)


@given(st.integers(-(10**16), 10**16))
def test_integers_are_epoch_milliseconds(value: int) -> None:
    assert parse_instant(str(value)) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31T08:00:00+08:00", 1_769_817_600_000),
        ("2026-01-31T08:00+08", 1_769_817_600_000),
        ("2026-01-31T00:00Z", 1_769_817_600_000),
        ("2026-01-31 08:00:00,5 +0800", 1_769_817_600_500),
        (" 2026-01-31T00:00:00z ", 1_769_817_600_000),
        ("2024-02-29T00:00:00Z", 1_709_164_800_000),
        ("0", 0),
        ("5", 5),
    ],
)
def test_the_forms_of_the_contract_are_read(text: str, expected: int) -> None:
    assert parse_instant(text) == expected


@pytest.mark.parametrize("text", ["2026-01-31T08:00:00", "2026-01-31 08:00", "2026-01-31", "20260131T080000"])
def test_a_time_without_offset_is_refused_and_says_so(text: str) -> None:
    with pytest.raises(InvalidTime, match="no offset"):
        parse_instant(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "+5",
        "1.5",
        "yesterday",
        "2026-02-30T00:00:00Z",
        "2025-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-31T24:00:00Z",
        "2026-01-31T08:60:00Z",
        "2026-01-31T08:00:60Z",
        "2026-01-31T08:00:00.Z",
        "2026-01-31T08:00:00+24:00",
        "2026-01-31T08:00:00Zulu",
        "2026-01-31T08:00:01+",
        "31/01/2026 08:00:00 +0800",
        "999999999999999999999",
    ],
)
def test_what_is_no_time_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(InvalidTime) as caught:
        parse_instant(text)
    assert not text.strip(" -+") or text not in str(caught.value)


@given(st.lists(st.text(max_size=30) | moments.map(datetime.isoformat) | st.just("")))
def test_the_kernel_and_the_scalar_agree(texts: list[str]) -> None:
    column = Text.of(pa.array([text.encode("utf-8", "replace").decode() for text in texts], pa.string()))
    values, faults = instants(column.offsets, column.data)
    for text, value, fault in zip(column.array.to_pylist(), values, faults, strict=True):
        if not text:
            assert fault == OK
            continue
        try:
            assert parse_instant(text) == value
            assert fault == OK
        except InvalidTime:
            assert fault in (NO_TIME, NO_OFFSET)
