"""Who comes first, with which grade and deadline, and why."""

from dataclasses import replace
from math import log
from typing import Any

import orjson
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphsvc.model.evidence import Evidence, from_json, to_json
from graphsvc.model.tables import CASES
from graphsvc.model.words import ScamType
from tests.ranking.people import (
    AS_OF,
    DAY,
    HOUR,
    SUSPECT,
    Row,
    engaged,
    exposure,
    facts,
    one,
    ranked,
    suspicion,
)

SIGNS: dict[str, Any] = {
    "handovers": 1,
    "verifications": 1,
    "codes": 1,
    "message_then_call": True,
    "lost_at": AS_OF - 61 * DAY,
}

NOT_THERE: dict[str, Any] = {"message_then_call": False, "lost_at": None}


def _people() -> st.SearchStrategy[Row]:
    seconds = st.integers(0, 4000)
    return st.builds(
        lambda longest, more, backs, checks, codes, over, kind, ago, p, lost_at: exposure(
            10,
            longest_call_s=longest,
            talk_s=longest + more,
            call_backs=backs,
            verifications=checks,
            bank_calls=checks // 2,
            codes=codes,
            handovers=over,
            scam_type=kind,
            first_at=AS_OF - 2 * ago,
            last_at=AS_OF - ago,
            events=1 + backs,
            in_fraud_probability=p,
            lost_at=lost_at,
        ),
        seconds,
        seconds,
        st.integers(0, 3),
        st.integers(0, 2),
        st.integers(0, 2),
        st.integers(0, 2),
        st.sampled_from([None, *ScamType]),
        st.integers(0, 30 * DAY),
        st.floats(0.01, 0.999),
        st.sampled_from([None, AS_OF - 61 * DAY, AS_OF - HOUR]),
    )


@given(_people())
def test_evidence_adds_up_to_the_log_odds_and_everything_is_in_range(person: Row) -> None:
    for victim in ranked(person):
        p = victim["probability"]
        assert (
            0 < p <= victim["in_contact_probability"]
            or person["longest_call_s"] < 30
            or person["last_at"] < AS_OF - 7 * DAY
        )
        assert sum(item.contribution for item in from_json(victim["evidence"])) == pytest.approx(
            log(p / (1 - p)), abs=1e-4
        )
        assert victim["deadline_at"] is None or AS_OF < victim["deadline_at"] < AS_OF + 7 * DAY


@given(_people(), st.sampled_from(list(SIGNS)))
def test_a_sign_taken_away_lowers_the_probability(person: Row, sign: str) -> None:
    person |= {"bank_calls": 0, "lost_at": None}
    with_sign = ranked(person | {sign: SIGNS[sign]})
    without = ranked(person | {sign: NOT_THERE.get(sign, 0)})
    if with_sign:
        assert not without or without[0]["probability"] < with_sign[0]["probability"]


@given(_people(), st.floats(0.01, 0.99))
def test_a_less_certain_suspect_makes_a_less_certain_victim(person: Row, part: float) -> None:
    less = ranked(person | {"in_fraud_probability": person["in_fraud_probability"] * part})
    more = ranked(person)
    if less:
        assert less[0]["probability"] < more[0]["probability"]


def test_the_ranking_is_by_probability_then_deadline_then_number() -> None:
    rows = [
        exposure(30),
        engaged(22),
        engaged(21),
        engaged(40, verifications=1, bank_calls=1, events=2),
    ]
    for order in (rows, rows[::-1]):
        victims = ranked(*order)
        assert [v["number"] for v in victims] == [40, 21, 22, 30]
        assert [v["rank"] for v in victims] == [1, 2, 3, 4]


def test_somebody_who_lost_ranks_low_without_deadline() -> None:
    victims = ranked(engaged(10, lost_at=AS_OF - HOUR), engaged(11))
    assert [v["number"] for v in victims] == [11, 10]
    assert (victims[1]["stage"], victims[1]["grade"], victims[1]["deadline_at"]) == ("lost", "low", None)


def test_a_deep_and_urgent_case_is_graded_high_and_a_hang_up_low() -> None:
    deep = engaged(10, talk_s=5400, longest_call_s=3000, handovers=2, verifications=1, scam_type="police_impersonation")
    assert one(deep | {"last_at": AS_OF - 60_000})["grade"] == "high"
    assert one(exposure(11))["grade"] == "low"


def test_a_hub_that_only_gets_calls_is_no_victim_but_one_in_a_long_talk_or_listening_to_a_network_is() -> None:
    hubs = (suspicion(SUSPECT), *(suspicion(n, **{"class": "benign_hub"}) for n in (10, 11, 12, 13)))
    listening = {"longest_call_s": 100, "talk_s": 100}
    victims = ranked(
        exposure(10),
        engaged(11),
        exposure(12, **listening),
        exposure(13, network_id=None, **listening),
        suspects=hubs,
    )
    assert [v["number"] for v in victims] == [11, 12]


@pytest.mark.parametrize("kind", list(ScamType))
def test_no_deadline_is_the_present_or_exactly_the_horizon(kind: ScamType) -> None:
    for hours in (0, 1, 3, 24, 24 * 5, 24 * 20):
        for victim in ranked(engaged(10, scam_type=kind, first_at=AS_OF - hours * HOUR, last_at=AS_OF - HOUR)):
            at = victim["deadline_at"]
            assert at is None or AS_OF + 60_000 <= at < AS_OF + 7 * DAY


def test_somebody_who_talked_three_hours_ago_with_several_of_a_quick_gang_is_not_given_up() -> None:
    ago = {"first_at": AS_OF - 4 * HOUR, "last_at": AS_OF - 3 * HOUR}
    assert one(engaged(10, scam_type="customer_service", handovers=2, events=3, **ago))["probability"] > 0.01


def test_the_newest_talk_begins_the_wait_anew_and_a_call_that_nobody_took_does_not() -> None:
    calls = [{"at": AS_OF - 30 * HOUR, "what": "call", "number": SUSPECT, "seconds": 400}]
    again = [*calls, {"at": AS_OF - HOUR, "what": "call", "number": SUSPECT, "seconds": 200}]
    rang = [*calls, {"at": AS_OF - HOUR, "what": "call", "number": SUSPECT, "seconds": 0}]
    told = {
        name: one(
            engaged(
                10,
                scam_type="customer_service",
                first_at=AS_OF - 30 * HOUR,
                last_at=events[-1]["at"],
                key_events=orjson.dumps(events).decode(),
            )
        )["probability"]
        for name, events in (("once", calls), ("again", again), ("rang", rang))
    }
    assert told["rang"] == told["once"] < told["again"] / 3


@given(_people())
def test_a_rule_is_told_where_its_sign_is_there_and_nowhere_else(person: Row) -> None:
    for victim in ranked(person):
        told = {item.rule for item in from_json(victim["evidence"])}
        lost = victim["stage"] == "lost"
        there = {
            "handed_over": person["handovers"],
            "verified": person["verifications"] - person["bank_calls"],
            "bank_called": person["bank_calls"],
            "codes": person["codes"],
            "message_then_call": person["message_then_call"],
            "lost_before": person["lost_at"] is not None,
        }
        for sign, count in there.items():
            assert (sign in told) == (count > 0 and not lost), sign


def test_a_flag_on_an_earlier_owner_of_the_number_is_no_flag_on_the_suspect() -> None:
    flag = {"flag_id": 3, "number": SUSPECT, "known_at": AS_OF - 9 * DAY, "scam_type": "loan", "source": "police"}
    known = facts(flags=(flag,), activated={SUSPECT: AS_OF - DAY})
    (victim,) = ranked(engaged(10), known=known)
    assert from_json(victim["evidence"])[1].rule == "met_suspect_number"


def test_a_late_flag_about_what_an_earlier_owner_took_is_no_flag_on_the_suspect() -> None:
    flag = {"flag_id": 3, "number": SUSPECT, "known_at": AS_OF, "scam_type": "loan", "source": "police", "case_id": "7"}
    known = facts(flags=(flag,), activated={SUSPECT: AS_OF - DAY})
    case = {"case_id": "7", "number": 10, "known_at": AS_OF, "scam_type": "loan"}
    told = [
        from_json(
            ranked(engaged(10), known=replace(known, cases=pa.Table.from_pylist([lost], schema=CASES)))[0]["evidence"]
        )
        for lost in ({**case, "lost_at": AS_OF - 2 * DAY}, {**case, "lost_at": AS_OF - DAY // 2})
    ]
    assert [evidence[1].rule for evidence in told] == ["met_suspect_number", "met_flagged_number"]


def test_evidence_cites_the_flag_on_the_present_owner_and_none_that_the_engine_found_to_be_on_the_earlier() -> None:
    flag = {"flag_id": 3, "number": SUSPECT, "known_at": AS_OF - DAY, "scam_type": "loan", "source": "police"}
    known = facts(flags=(flag, {**flag, "flag_id": 4, "known_at": AS_OF, "source": "operator"}))
    held = (Evidence("flagged", 6.0, {"flag_ids": [4]}), Evidence("flag_of_earlier_owner", 0.0, {"flag_ids": [3]}))
    (victim,) = ranked(engaged(10), suspects=(suspicion(SUSPECT, evidence=to_json(held)),), known=known)
    assert from_json(victim["evidence"])[1].facts["flag_ids"] == [4]


def test_evidence_says_that_the_device_of_a_suspect_is_flagged_itself() -> None:
    held = {"entity": 500, "numbers": [], "count": 1, "flag_at": AS_OF - DAY, "source": "police", "flag_ids": [9]}
    suspect = suspicion(SUSPECT, evidence=to_json([Evidence("shared_device", 6.0, held)]))
    (victim,) = ranked(engaged(10), suspects=(suspect,))
    met = from_json(victim["evidence"])[1]
    assert (met.facts["through"], met.facts["entity"], met.facts["flag_at"]) == ("flagged_device", 500, AS_OF - DAY)


def test_a_kind_of_scam_that_nobody_knows_is_other() -> None:
    assert one(engaged(10, scam_type=None))["scam_type"] == "other"


def test_the_region_is_the_subscribers() -> None:
    (victim,) = ranked(engaged(10), known=facts(regions={10: "440305"}))
    assert victim["region"] == "440305"


def test_evidence_names_the_suspect_who_flagged_it_and_since_when() -> None:
    flag = {"flag_id": 3, "number": SUSPECT, "known_at": AS_OF - DAY, "scam_type": "loan", "source": "police"}
    (victim,) = ranked(engaged(10), known=facts(flags=(flag,)))
    met = from_json(victim["evidence"])[1]
    assert met.rule == "met_flagged_number"
    assert met.facts["number"] == SUSPECT
    assert (met.facts["flag_at"], met.facts["source"], met.facts["flag_ids"]) == (AS_OF - DAY, "police", [3])


def test_evidence_ties_an_unflagged_suspect_to_the_flagged_number_of_its_device() -> None:
    flag = {"flag_id": 4, "number": 2, "known_at": AS_OF - DAY, "scam_type": "loan", "source": "police"}
    (victim,) = ranked(engaged(10), known=facts(flags=(flag,)))
    met = from_json(victim["evidence"])[1]
    assert met.rule == "met_suspect_number"
    assert (met.facts["through"], met.facts["entity"], met.facts["numbers"]) == ("shared_device", 500, [2])
    assert (met.facts["flag_at"], met.facts["flag_ids"]) == (AS_OF - DAY, [4])


def test_nobody_exposed_gives_an_empty_ranking() -> None:
    assert ranked() == []


def test_what_no_person_has_is_ranked_nowhere_and_changes_nobodys_place() -> None:
    sender, person = engaged(10, call_backs=1), engaged(11)
    assert [row["number"] for row in ranked(sender, person)] == [10, 11]
    known = replace(facts(), nobody=frozenset({10, 12}))
    (left,) = ranked(sender, person, known=known)
    assert left == next(row for row in ranked(person))
