"""The feeds other than events: what each becomes in the catalogue's tables, and which rows are refused."""

from pathlib import Path

import pytest

from graphsvc.ingest.keeping import FeedCounts
from graphsvc.ingest.load import load
from graphsvc.model.tables import ALWAYS_KNOWN
from graphsvc.model.words import EntityKind
from tests.ingest.conftest import NOW, LoadText
from tests.ingest.fakes import MemoryStore
from tests.ingest.test_load import T0, reason_of

MOBILE = "+8613800138000"


def test_a_flag_on_a_number(load_text: LoadText, store: MemoryStore) -> None:
    load_text(
        "flags.csv",
        "number,known_at,scam_type,source,case_id,confidence,valid_from,revoked_at\n"
        f"13800138000,{T0},loan,police,A2026-1,0.9,{T0 - 1},{T0 + 1}\n",
    )
    assert store.facts["flags"] == [
        {
            "flag_id": None,
            "number": 0,
            "entity": None,
            "known_at": T0,
            "scam_type": "loan",
            "source": "police",
            "case_id": "A2026-1",
            "confidence": 0.9,
            "valid_from": T0 - 1,
            "revoked_at": T0 + 1,
        }
    ]
    assert list(store.registry.number_of) == [MOBILE]


def test_a_flag_on_an_entity_shares_the_namespace_of_events(tmp_path: Path, store: MemoryStore) -> None:
    (tmp_path / "flags.csv").write_text(
        f"kind,entity,known_at,scam_type\ndevice,860000000000001,{T0},other\naccount,860000000000001,{T0},other\n"
    )
    (tmp_path / "events.csv").write_text(
        f"started_at,a_number,b_number,channel,a_imei\n{T0},{MOBILE},110,call,860000000000001\n"
    )
    load([tmp_path], store.stores(), now=NOW)
    device = store.registry.entity_of[EntityKind.DEVICE, "860000000000001"]
    account = store.registry.entity_of[EntityKind.ACCOUNT, "860000000000001"]
    assert device != account
    assert [flag["entity"] for flag in store.facts["flags"]] == [device, account]
    assert [flag["number"] for flag in store.facts["flags"]] == [None, None]
    assert store.ledger.rows()[0]["device"] == device


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        (f",,,{T0},loan,", "number", "either a number or an entity"),
        (f"{MOBILE},device,8600,{T0},loan,", "number", "either a number or an entity"),
        (f",,8600,{T0},loan,", "kind", "required"),
        (f",cell,8600,{T0},loan,", "kind", "device, holder"),
        (f",device,   ,{T0},loan,", "entity", "required"),
        (f"{MOBILE},,,,loan,", "known_at", "required"),
        (f"{MOBILE},,,{T0},theft,", "scam_type", "loan, brushing"),
        (f"{MOBILE},,,{T0},loan,0", "confidence", "more than 0 and at most 1"),
        (f"{MOBILE},,,{T0},loan,1.1", "confidence", "more than 0 and at most 1"),
        (f"{MOBILE},,,{T0},loan,nan", "confidence", "finite"),
        (f"{MOBILE},,,{T0},loan,high", "confidence", "finite"),
        (f"{MOBILE},,,{T0},loan,1e999", "confidence", "finite"),
    ],
)
def test_a_bad_flag_is_refused(load_text: LoadText, store: MemoryStore, row: str, field: str, reason: str) -> None:
    report = load_text("flags.csv", f"number,kind,entity,known_at,scam_type,confidence\n{row}\n")
    assert report.feeds["flags"] == FeedCounts(read=1, rejected=1)
    assert reason in reason_of(report, field)
    assert store.facts["flags"] == []
    assert store.registry.number_of == {}
    assert store.registry.entity_of == {}


def test_a_case(load_text: LoadText, store: MemoryStore) -> None:
    load_text(
        "cases.ndjson",
        f'{{"case_id": "A1", "victim_number": "{MOBILE}", "lost_at": {T0}, "known_at": {T0 + 5}, '
        '"scam_type": "gaming", "amount": 0}\n',
    )
    assert store.facts["cases"] == [
        {"case_id": "A1", "number": 0, "lost_at": T0, "known_at": T0 + 5, "scam_type": "gaming", "amount": 0.0}
    ]


def test_links_of_a_number_and_of_a_holder(load_text: LoadText, store: MemoryStore) -> None:
    report = load_text(
        "links.csv",
        "number,holder,kind,entity,known_at,valid_to,institution,card_type\n"
        f"{MOBILE},,holder,h1,{T0},,,\n"
        f",h1,account,62220,{T0},2099-01-01T00:00:00Z,bank,debit\n"
        f"{MOBILE},h1,account,62220,{T0},,,\n",
    )
    assert report.feeds["links"] == FeedCounts(read=3, accepted=2, rejected=1)
    holder = store.registry.entity_of[EntityKind.HOLDER, "h1"]
    account = store.registry.entity_of[EntityKind.ACCOUNT, "62220"]
    first, second = store.facts["links"]
    assert (first["number"], first["holder"], first["entity"]) == (0, None, holder)
    assert (second["number"], second["holder"], second["entity"]) == (None, holder, account)
    assert second["valid_to"] == 4_070_908_800_000, "a card may be valid for long"
    assert (second["institution"], second["card_type"]) == ("bank", "debit")


def test_a_subscriber_and_its_defaults(load_text: LoadText, store: MemoryStore) -> None:
    report = load_text(
        "subscribers.csv",
        "number,region,language,assisted\n"
        f"{MOBILE},330106,zh-CN,1\n"
        "+8613800138001,,,\n"
        "+8613800138002,3301,,\n"
        "+8613800138003,,中文,\n",
    )
    assert report.feeds["subscribers"] == FeedCounts(read=4, accepted=2, rejected=2)
    first, second = store.facts["subscribers"]
    assert (first["region"], first["language"], first["assisted"]) == ("330106", "zh-CN", True)
    assert (second["region"], second["language"], second["assisted"]) == (None, None, None)
    assert first["known_at"] == second["known_at"] == ALWAYS_KNOWN


def test_free_texts_lose_what_could_be_a_number(load_text: LoadText, store: MemoryStore) -> None:
    load_text(
        "directory.csv",
        'number,role,label\n95588,bank,"ICBC, ring 138-0013-8000\nor （０５７１）８７６５４３２１, room 1203"\n',
    )
    label = store.facts["directory"][0]["label"]
    assert label == "ICBC, ring [digits removed] or （[digits removed], room 1203"


def test_an_outcome_is_known_when_it_came_about(load_text: LoadText, store: MemoryStore) -> None:
    report = load_text(
        "outcomes.csv",
        "number,at,outcome,reported_by,amount_saved,note\n"
        f"{MOBILE},{T0},dissuaded,officer,12000.50,thanks\n"
        f"{MOBILE},{T0},dissuaded,officer,-1,\n",
    )
    assert report.feeds["outcomes"] == FeedCounts(read=2, accepted=1, rejected=1)
    assert store.facts["outcomes"] == [
        {
            "number": 0,
            "at": T0,
            "outcome": "dissuaded",
            "warning_id": None,
            "reported_by": "officer",
            "amount_saved": 12000.5,
            "note": "thanks",
            "known_at": T0,
        }
    ]


def test_the_same_fact_twice_is_a_duplicate(load_text: LoadText, store: MemoryStore) -> None:
    row = f"{MOBILE},{T0},loan\n"
    report = load_text("flags.csv", "number,known_at,scam_type\n" + row + row.replace("+86", ""))
    assert report.feeds["flags"] == FeedCounts(read=2, accepted=1, duplicate=1)
