"""The desk of access: a token opens until it expires or is revoked, and is nowhere but with who has it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphsvc.access import PREFIX, Access
from graphsvc.errors import NotFound, UsageError
from graphsvc.model.callers import Caller, Role, region_prefix
from graphsvc.model.purposes import checked_purpose
from graphsvc.store.audit import AuditLog
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.home import Home
from tests.conftest import CommandLine

NOW = 1_770_000_000_000


class Clock:
    """A wall clock that stands until it is moved."""

    now = NOW

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def access(tmp_path: Path, clock: Clock) -> Iterator[Access]:
    home = Home.open(tmp_path / "home")
    catalogue = Catalogue.open(home.catalogue)
    secrets = iter("abcdefgh")
    yield Access(catalogue, AuditLog(catalogue, home, b"k" * 32), clock, lambda: next(secrets) * 43, "test")
    catalogue.close()


def create(access: Access, **options: Any) -> Any:
    return access.create(**{"role": Role.ANALYST, "region": "", "expires_at": None, "purpose": None, **options})


def test_a_token_is_recognised_with_role_region_and_purpose(access: Access) -> None:
    made = create(access, role=Role.INVESTIGATOR, region="440000", purpose="operation Clean Net")
    assert access.recognise(made.token) == Caller("token:T1", Role.INVESTIGATOR, "44", "operation Clean Net")


def test_without_a_purpose_the_role_is_the_purpose(access: Access) -> None:
    caller = access.recognise(create(access, role=Role.HOTLINE).token)
    assert caller
    assert caller.purpose == "hotline"


def test_strangers_are_nobody(access: Access) -> None:
    create(access)
    for text in ("", "gsvc_", PREFIX + "b" * 43, "a" * 43, PREFIX + "a" * 42, PREFIX + "a" * 43 + " ", "T1"):
        assert access.recognise(text) is None


def test_a_token_opens_nothing_from_its_end_on(access: Access, clock: Clock) -> None:
    made = create(access, expires_at=NOW + 1000)
    clock.now = NOW + 999
    assert access.recognise(made.token)
    clock.now = NOW + 1000
    assert access.recognise(made.token) is None


def test_a_revoked_token_opens_nothing_and_stays_revoked(access: Access, clock: Clock) -> None:
    made, other = create(access), create(access)
    clock.now += 5
    assert access.revoke(made.about.token_id).revoked_at == NOW + 5
    clock.now += 5
    assert access.revoke(made.about.token_id).revoked_at == NOW + 5
    assert access.recognise(made.token) is None
    assert access.recognise(other.token)


@pytest.mark.parametrize("name", ["T2", "T0", "T-1", "T1x", "", "1", "T" + "9" * 40])
def test_only_tokens_that_exist_can_be_revoked(access: Access, name: str) -> None:
    made = create(access)
    with pytest.raises(NotFound):
        access.revoke(name)
    assert access.recognise(made.token)


def test_the_text_of_a_token_is_nowhere_on_disk(access: Access, tmp_path: Path) -> None:
    made = create(access)
    content = b"".join(path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file())
    assert made.token[len(PREFIX) :].encode() not in content
    assert hashlib.sha256(made.token.encode()).hexdigest().encode() in content


@pytest.mark.parametrize("region", ["4", "440", "44030", "4403050", "GD", "44 03", "٤٤"])
def test_what_is_no_region_is_refused(access: Access, region: str) -> None:
    with pytest.raises(UsageError, match="region"):
        create(access, region=region)


def test_a_token_cannot_have_expired_when_it_is_made(access: Access) -> None:
    with pytest.raises(UsageError, match="later than now"):
        create(access, expires_at=NOW)


@pytest.mark.parametrize("purpose", ["x" * 201, "ring 13800138000", "ring 138-0013-8000", "a\x00b"])
def test_a_purpose_is_one_line_without_a_number(purpose: str) -> None:
    with pytest.raises(UsageError, match="purpose"):
        checked_purpose(purpose)


@given(st.from_regex(r"\A(?:[1-9][0-9]){1,3}\Z"), st.from_regex(r"\A[1-9][0-9]{5}\Z"))
def test_a_caller_covers_exactly_the_regions_that_begin_with_theirs(own: str, region: str) -> None:
    prefix = region_prefix(own)
    covers = Caller("x", Role.ANALYST, prefix, "x").covers(region)
    assert covers == (region[: len(prefix)] == prefix)


def test_who_has_no_region_is_the_ministrys_alone() -> None:
    assert Caller("x", Role.ANALYST, "", "x").covers(None)
    assert not Caller("x", Role.ANALYST, "44", "x").covers(None)


def test_tokens_from_the_command_line(graphsvc: CommandLine) -> None:
    made = graphsvc("token", "create", "--role", "dispatcher", "--region", "4403", "--expires", "12h", "--json").json
    assert made["token"].startswith(PREFIX)
    assert (made["token_id"], made["role"], made["region"]) == ("T1", "dispatcher", "4403")
    listed = graphsvc("token", "list", "--json")
    assert made["token"] not in listed.out
    assert [one["token_id"] for one in listed.json["tokens"]] == ["T1"]
    assert graphsvc("token", "revoke", "T1", "--json").json["revoked_at"]
    assert "revoked" in graphsvc("token", "list").out
    assert graphsvc("token", "create", "--role", "king").status == 2
    assert graphsvc("token", "revoke", "T9").status == 1
    assert graphsvc("audit", "verify", "--json").json["entries"] == 3
