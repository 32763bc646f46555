"""A wrongly suspected number is set free at once, and stays free until somebody answerable flags it anew."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graphsvc.errors import Conflict, GraphsvcError, InvalidNumber, NotFound
from graphsvc.model.purposes import Errand
from graphsvc.model.warnings import Moment, WarningChannel, WarningState
from graphsvc.model.words import EntityKind, FlagSource, ScamType
from graphsvc.reports.subjects import find_subject
from graphsvc.reports.values import Page
from graphsvc.service import Service
from graphsvc.settings import Settings
from graphsvc.stating import Stated
from graphsvc.wiring import open_service
from tests.conftest import CommandLine
from tests.story.feeds import ANN, DEN, DEVICE, HOLDER, write_world

WHY = Errand("supervisor", "checked with the owner", "C-7")
SUPERVISORS = [Errand(f"supervisor {k}", "checked") for k in range(4)]


@pytest.fixture
def service(graphsvc: CommandLine, tmp_path: Path) -> Iterator[Service]:
    assert graphsvc("load", write_world(tmp_path / "feeds")).status == 0
    assert graphsvc("analyse").status == 0
    with open_service(Settings(home=tmp_path / "home")) as opened:
        yield opened


def suspicion(service: Service, number: str) -> float:
    return service.number(number, reveal=None).fraud_probability


def shows(service: Service, number: str) -> list[str]:
    """Whatever the service says to anybody that names the number as shown to people."""
    mask = f"{number[:3]} {number[3:6]} **** {number[-4:]}"
    said = [
        repr(service.victims(Page(limit=1000))),
        *[repr(service.network(one.reference, reveal=None)) for one in service.networks(limit=9)],
        *[repr(service.number(other, reveal=None).evidence) for other in (ANN, *DEN) if other != number],
    ]
    return [text for text in said if mask in text]


def due_warnings_naming(service: Service, number: str) -> list[int]:
    """The ids of due warnings that name it, read from the file by nothing of ours."""
    registry_id = int(find_subject(service.registry, number, None, "CN").id)
    with sqlite3.connect(service.home.path / "catalogue.sqlite") as file:
        rows = file.execute("SELECT warning_id, suspect, evidence FROM warnings WHERE state = 'due'").fetchall()
    found = []
    for warning_id, suspect, evidence in rows:
        named = {suspect}
        waiting: list[Any] = [json.loads(evidence)]
        while waiting:
            value = waiting.pop()
            if isinstance(value, list):
                waiting += value
            elif isinstance(value, dict):
                waiting += [inner for inner in value.values() if isinstance(inner, list | dict)]
                named |= {value.get("number"), *value.get("numbers", [])}
        if registry_id in named:
            found.append(int(warning_id))
    file.close()
    return found


def test_a_release_shows_at_once_everywhere_and_the_next_analysis_agrees(service: Service) -> None:
    flagged = DEN[0]
    before = service.number(flagged, reveal=None)
    assert before.fraud_probability > 0.5
    assert before.flags
    assert shows(service, flagged)
    citing = due_warnings_naming(service, flagged)
    assert citing
    made = service.privacy.release_number(flagged, errand=WHY)
    assert (made.appeals, made.warnings_cancelled) == ([], len(citing))
    assert due_warnings_naming(service, flagged) == []
    for _ in ("from the release alone", "by the next analysis"):
        report = service.number(flagged, reveal=None)
        assert report.fraud_probability < 1e-4
        assert (report.number_class, report.network_id, report.flags) == ("ordinary", None, [])
        assert [item.rule for item in report.evidence] == ["prior", "released"]
        assert shows(service, flagged) == []
        numbers = service.entity(EntityKind.DEVICE, DEVICE, reveal=None).numbers
        assert {one["fraud_probability"] < 1e-4 for one in numbers if one["token"] == report.token} == {True}
        service.analyse(as_of=None)


def test_people_who_met_only_the_released_number_are_ranked_no_more(service: Service) -> None:
    tokens = {service.number(number, reveal=None).token: number for number in DEN}
    alone: set[str] = set()
    for victim in service.victims(Page(limit=1000)).victims:
        for item in victim.evidence:
            if item.facts.get("suspects") == 1 and item.facts["number"]["token"] in tokens:
                alone.add(victim.token)
    service.privacy.release_number(DEN[0], errand=WHY)
    left = service.victims(Page(limit=1000)).victims
    first = {token for token, number in tokens.items() if number == DEN[0]}
    for victim in left:
        for item in victim.evidence:
            assert not (set(map(str, _tokens(item.facts))) & first)
    assert any(item.rule == "met_other_suspects" for victim in left for item in victim.evidence) or alone


def _tokens(facts: object) -> list[object]:
    if isinstance(facts, dict):
        return [facts.get("token"), *[found for value in facts.values() for found in _tokens(value)]]
    return [found for value in facts for found in _tokens(value)] if isinstance(facts, list) else []


def test_complaints_do_not_end_a_release_and_a_flag_of_the_police_does(service: Service) -> None:
    service.privacy.release_number(DEN[0], errand=WHY)
    service.stating.flag(DEN[0], Stated(ScamType.LOAN, FlagSource.HOTLINE), kind=None, errand=WHY)
    assert suspicion(service, DEN[0]) < 1e-4
    service.analyse(as_of=None)
    assert suspicion(service, DEN[0]) < 1e-4
    service.stating.flag(DEN[0], Stated(ScamType.LOAN, FlagSource.POLICE), kind=None, errand=WHY)
    service.analyse(as_of=None)
    assert suspicion(service, DEN[0]) > 0.5
    service.privacy.release_number(DEN[0], errand=WHY)
    assert suspicion(service, DEN[0]) < 1e-4


def test_an_appeal_is_answered_by_a_release_or_with_no(service: Service) -> None:
    desk = service.privacy
    first, second = (desk.appeal(DEN[0], errand=Errand("hotline", f"call {k}")) for k in (1, 2))
    third = desk.appeal(DEN[1], errand=Errand("hotline", "he says it is not him"))
    assert [one.appeal_id for one in desk.appeals(still_open=True)] == [3, 2, 1]
    assert desk.refuse_appeal(third.appeal_id, errand=WHY).answer == "refused"
    assert desk.release_number(DEN[0], errand=WHY).appeals == [first.appeal_id, second.appeal_id]
    assert desk.appeals(still_open=True) == []
    assert [one.answer for one in desk.appeals()] == ["refused", "released", "released"]
    with pytest.raises(Conflict):
        desk.refuse_appeal(first.appeal_id, errand=WHY)
    with pytest.raises(NotFound):
        desk.refuse_appeal(77, errand=WHY)


def test_what_cannot_be_is_refused_and_changes_nothing(service: Service) -> None:
    for verb in (service.privacy.appeal, service.privacy.release_number):
        with pytest.raises(NotFound):
            verb("+8613700000000", errand=WHY)
        with pytest.raises(InvalidNumber):
            verb("", errand=WHY)
    service.privacy.release_number(DEN[0], errand=WHY)
    with pytest.raises(Conflict, match="already"):
        service.privacy.release_number(DEN[0], errand=WHY)
    assert service.privacy.appeals() == []


def test_of_supervisors_who_release_at_once_one_does(service: Service) -> None:
    start, results = threading.Barrier(len(SUPERVISORS)), []

    def release(who: Errand) -> None:
        start.wait()
        try:
            results.append(service.privacy.release_number(DEN[0], errand=who).number)
        except GraphsvcError as refused:
            results.append(refused.code)

    threads = [threading.Thread(target=release, args=(who,)) for who in SUPERVISORS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results)[1:] == ["CONFLICT"] * (len(SUPERVISORS) - 1)
    assert service.audit.verify().ok


def test_open_warnings_are_cancelled_also_where_a_crash_came_between(service: Service) -> None:
    asked: list[tuple[int, str]] = []

    def cancel(number: int, *, reason: str, now: Moment) -> int:
        asked.append((number, reason))
        if len(asked) == 1:
            raise RuntimeError("killed here")
        return 3

    desk = replace(service.privacy, cancel_citing=cancel)
    with pytest.raises(RuntimeError):
        desk.release_number(DEN[0], errand=WHY)
    with pytest.raises(Conflict):
        desk.release_number(DEN[0], errand=WHY)
    assert asked[0] == asked[1]
    assert desk.release_number(DEN[1], errand=WHY).warnings_cancelled == 3


def test_no_open_warning_cites_a_released_number_and_no_plan_makes_one(service: Service) -> None:
    ids = {service.registry.find_number(number): number for number in DEN}
    people = [one.token for one in service.victims(Page(limit=1000)).victims]
    numbers = [service.registry.number_by_token(token) or 0 for token in people]

    def open_citing() -> list[int | None]:
        rows = [row for rows in service.dispatching.warnings_of(numbers).values() for row in rows]
        return [row.suspect for row in rows if row.state in (WarningState.DUE, WarningState.LEASED)]

    cited = [suspect for suspect in open_citing() if suspect in ids]
    assert cited, "the world must make warnings, else this shows nothing"
    suspect = ids[cited[0]]
    claimed = service.dispatching.claim(
        channel=WarningChannel.SMS,
        limit=1,
        lease_seconds=600,
        worker="w",
        idempotency_key="k",
        region=None,
        now=service.time.moment(),
        wall=service.time.wall,
    )
    made = service.privacy.release_number(suspect, errand=WHY)
    assert made.warnings_cancelled == cited.count(cited[0])
    assert cited[0] not in open_citing()
    service.dispatching.plan(now=service.time.moment(), released={cited[0] or 0})
    assert cited[0] not in open_citing()
    service.analyse(as_of=None)
    assert cited[0] not in open_citing()
    refused = service.dispatching.extend(
        [one.lease_token for one in claimed], lease_seconds=60, now=service.time.moment(), wall=service.time.wall
    )
    taken = [one for one in claimed if one.warning.suspect == cited[0]]
    assert len(refused.refused) == len(taken)


def test_the_command_line_appeals_and_releases(graphsvc: CommandLine, service: Service) -> None:
    made = graphsvc("appeal", DEN[0], "--reason", "it is her own", "--json").json
    assert (made["appeal_id"], made["answer"]) == (1, None)
    assert graphsvc("appeals", "list", "--open").out.count("it is her own") == 1
    assert graphsvc("release", DEN[0], "--reason", " ").status == 2
    released = graphsvc("release", DEN[0], "--reason", "checked", "--json").json
    assert released["appeals"] == [1]
    again = graphsvc("release", DEN[0], "--reason", "checked")
    assert again.status == 1
    assert "released already" in again.err
    assert graphsvc("appeal", "+8613700000000", "--reason", "why").status == 1
    for said in (graphsvc("number", DEN[0]), again):
        assert DEN[0][3:] not in said.out + said.err
    assert HOLDER not in graphsvc("number", DEN[0]).out
