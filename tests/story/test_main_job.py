"""The main job through its real door: feeds in, ranked victims and networks out, every command of the contract."""

import json
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from tests.conftest import CommandLine
from tests.story.feeds import (
    ANN,
    BANK,
    BOB,
    CYD,
    DEE,
    DEN,
    DEVICE,
    HOLDER,
    HOUR,
    T0,
    call,
    den_events,
    ordinary_events,
    write_world,
)

VICTIM_KEYS = {
    "rank",
    "token",
    "number",
    "probability",
    "in_contact_probability",
    "stage",
    "grade",
    "scam_type",
    "deadline_at",
    "network_id",
    "evidence",
}


@pytest.fixture
def analysed(graphsvc: CommandLine, tmp_path: Path) -> CommandLine:
    said = graphsvc("load", write_world(tmp_path / "feeds"))
    assert said.status == 0, said.err
    said = graphsvc("analyse")
    assert said.status == 0, said.err
    return graphsvc


def test_a_load_says_what_it_took(graphsvc: CommandLine, tmp_path: Path) -> None:
    feeds = graphsvc("load", write_world(tmp_path / "feeds"), "--json").json["feeds"]
    count = len(den_events()) + len(ordinary_events())
    assert feeds["events"] == {"read": count, "accepted": count, "duplicate": 0, "rejected": 0}
    again = graphsvc("load", tmp_path / "feeds", "--json").json["feeds"]
    assert again["events"] == {"read": count, "accepted": 0, "duplicate": count, "rejected": 0}
    assert all(counts["accepted"] == 0 for counts in again.values())


def test_the_counts_of_an_analysis_are_exact(graphsvc: CommandLine, tmp_path: Path) -> None:
    graphsvc("load", write_world(tmp_path / "feeds"))
    answer = graphsvc("analyse", "--json").json
    events = den_events() + ordinary_events()
    assert answer["counts"]["events"] == len(events)
    assert answer["counts"]["contacts"] == len({(event["a_number"], event["b_number"]) for event in events})
    assert answer["counts"]["numbers"] == len({event[side] for event in events for side in ("a_number", "b_number")})
    assert {"suspects", "networks", "victims"} <= set(answer["counts"])


def test_the_person_most_deeply_in_it_is_ranked_first_with_reasons(analysed: CommandLine) -> None:
    page = analysed("victims", "--json").json
    first = page["victims"][0]
    assert first.keys() >= VICTIM_KEYS
    assert first["number"] == "+86 137 **** 0011"
    assert first["stage"] == "committed"
    assert first["grade"] == "high"
    assert first["scam_type"] == "customer_service"
    assert first["evidence"]
    assert all(item["text"] and item["text_zh"] for item in first["evidence"])
    assert [victim["rank"] for victim in page["victims"]] == list(range(1, len(page["victims"]) + 1))


def test_pages_of_the_ranking_join_without_gap_or_repeat(analysed: CommandLine) -> None:
    whole = analysed("victims", "--json").json["victims"]
    cursor, joined = None, []
    while True:
        page = analysed("victims", "--json", "--limit", 7, *(["--after", cursor] if cursor else [])).json
        joined += page["victims"]
        cursor = page["next"]
        if cursor is None:
            break
    assert joined[: len(whole)] == whole


def test_one_flag_names_the_whole_den(analysed: CommandLine) -> None:
    found = analysed("networks", "--json").json["networks"]
    assert len(found) == 1
    assert found[0]["size"] == 3
    assert found[0]["flagged"] == 1
    detail = analysed("network", found[0]["reference"], "--json").json["networks"][0]
    assert {member["number"] for member in detail["members"]} == {f"+86 139 **** 000{k}" for k in (1, 2, 3)}
    assert {"device", "holder"} <= {entity["kind"] for entity in detail["entities"]}
    assert analysed("network", found[0]["network_id"], "--json").json["networks"] == [detail]


def test_a_number_is_reported_with_what_it_shares(analysed: CommandLine) -> None:
    report = analysed("number", DEN[1], "--json").json
    assert report["class"] == "fraud"
    assert report["fraud_probability"] > 0.5
    assert report["flags"] == []
    assert report["holder_numbers"] == 3
    assert {item["kind"] for item in report["shared"]} >= {"device", "holder"}
    assert report["evidence"]
    for form in ("13912340002", "86 139 1234 0002", "008613912340002", report["token"]):
        assert analysed("number", form, "--json").json["token"] == report["token"]


def test_a_bank_is_a_hub_and_never_suspect(analysed: CommandLine) -> None:
    report = analysed("number", BANK, "--json").json
    assert report["class"] == "benign_hub"
    assert report["fraud_probability"] < 0.001
    assert report["number"] == BANK


def test_well_known_short_codes_need_no_directory(graphsvc: CommandLine, tmp_path: Path) -> None:
    (write_world(tmp_path / "feeds") / "directory.ndjson").unlink()
    graphsvc("load", tmp_path / "feeds")
    graphsvc("analyse")
    assert graphsvc("number", BANK, "--json").json["directory_role"] == "bank"
    first = graphsvc("victims", "--json").json["victims"][0]
    assert "bank_called" in {item["rule"] for item in first["evidence"]}


def test_devices_and_holders_are_found_like_numbers(analysed: CommandLine) -> None:
    for kind, value in (("device", DEVICE), ("holder", HOLDER)):
        report = analysed("entity", kind, value, "--json").json
        assert len(report["numbers"]) == 3
        assert len(report["networks"]) == 1
        assert report["fraud_probability"] > 0.5


def test_connected_paths_and_communities_answer(analysed: CommandLine) -> None:
    people = analysed("connected", DEN[0], "--max-hops", 1, "--json").json["people"]
    reached = {event["b_number"] for event in den_events() if event["a_number"] == DEN[0]}
    assert len(people) == min(len(reached), 50)
    assert all(person["hops"] == 1 for person in people)
    assert analysed("connected", "--flagged", "--max-hops", 1, "--json").json["people"] == people
    paths = analysed("path", DEN[0], BANK, "--json").json["paths"]
    assert [step["number"] for step in paths[0]["numbers"]] == [
        "+86 139 **** 0001",
        "+86 137 **** 0011",
        BANK,
    ]
    found = analysed("communities", "--containing", ANN, "--json").json["communities"]
    assert len(found) == 1


def test_a_path_leaves_public_numbers_aside_where_that_is_asked_for(graphsvc: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "directory.ndjson").write_text(json.dumps({"number": BANK, "role": "bank", "label": "a bank"}) + "\n")
    longer = [call(ANN, CYD, T0, 60), call(CYD, DEE, T0 + HOUR, 60), call(DEE, BOB, T0 + 2 * HOUR, 60)]
    events = [call(ANN, BANK, T0, 60), call(BANK, BOB, T0 + HOUR, 60), *longer]
    (tmp_path / "events.ndjson").write_text("".join(json.dumps(event) + "\n" for event in events))
    graphsvc("load", tmp_path)
    graphsvc("analyse")

    def told(*more: str) -> tuple[set[int], int]:
        answer = graphsvc("path", ANN, BOB, "--json", *more).json
        return {path["hops"] for path in answer["paths"]}, answer["public_left_aside"]

    assert told() == ({2}, 0)
    assert told("--without-public") == ({3}, 1)
    to_the_bank = graphsvc("path", ANN, BANK, "--without-public", "--json").json
    assert {path["hops"] for path in to_the_bank["paths"]} == {1}
    assert "1 public number was left aside" in graphsvc("path", ANN, BOB, "--without-public").out


def test_a_flag_and_its_revocation_change_the_next_analysis(analysed: CommandLine) -> None:
    assert analysed("number", BOB, "--json").json["fraud_probability"] < 0.5
    flag = analysed("flag", BOB, "--scam-type", "loan", "--case", "C-9", "--json").json
    assert isinstance(flag["flag_id"], int)
    analysed("analyse")
    report = analysed("number", BOB, "--json").json
    assert report["fraud_probability"] > 0.5
    assert report["flags"][0]["case_id"] == "C-9"
    assert analysed("unflag", BOB, "--json").status == 0
    analysed("analyse")
    report = analysed("number", BOB, "--json").json
    assert report["flags"] == []
    assert report["fraud_probability"] < 0.5


def test_an_entity_can_be_flagged(analysed: CommandLine) -> None:
    said = analysed("flag", "account-1", "--kind", "account", "--scam-type", "loan", "--json")
    assert isinstance(said.json["flag_id"], int)
    analysed("analyse")
    report = analysed("entity", "account", "account-1", "--json").json
    assert report["fraud_probability"] == 0.95
    assert report["flags"][0]["scam_type"] == "loan"
    assert analysed("unflag", "account-1", "--kind", "account").status == 0
    assert analysed("unflag", "account-1", "--kind", "account").status == 1


def test_a_flag_on_a_number_never_seen_is_kept(analysed: CommandLine) -> None:
    said = analysed("flag", "+8613799990000", "--scam-type", "loan", "--json")
    assert said.status == 0
    assert said.json["seen_before"] is False
    analysed("analyse")
    assert analysed("number", "+8613799990000", "--json").json["flags"]


def test_what_was_not_known_yet_is_not_used(graphsvc: CommandLine, tmp_path: Path) -> None:
    graphsvc("load", write_world(tmp_path / "feeds"))
    before_the_flag = graphsvc("analyse", "--as-of", "2026-03-04T09:59:59+08:00", "--json").json
    assert before_the_flag["as_of"] == "2026-03-04T01:59:59.000Z"
    report: Any = graphsvc("number", DEN[0], "--json").json
    assert report["flags"] == []
    known = [e for e in den_events() + ordinary_events() if e["started_at"] + e["duration_s"] * 1000 <= 1772589599000]
    assert before_the_flag["counts"]["events"] == len(known)


def test_the_same_feeds_in_another_folder_give_the_same_ranking(analysed: CommandLine, tmp_path: Path) -> None:
    other = tmp_path / "other"
    analysed("load", tmp_path / "feeds", home=other)
    analysed("analyse", home=other)

    def without_tokens(home: Path | None) -> list[dict[str, Any]]:
        page = analysed("victims", "--json", home=home).json
        keep = ("rank", "number", "probability", "in_contact_probability", "stage", "grade", "deadline_at")
        return [{key: victim[key] for key in keep} for victim in page["victims"]]

    assert without_tokens(None) == without_tokens(other)


@pytest.mark.parametrize(("form", "read"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
def test_an_export_is_read_back_by_networkx(analysed: CommandLine, tmp_path: Path, form: str, read: Any) -> None:
    path = tmp_path / f"graph.{form}"
    written = analysed("export", "--format", form, path, "--json").json["written"]
    graph = read(path)
    assert graph.number_of_nodes() == written["numbers"]
    assert graph.number_of_edges() == written["contacts"]
    reference = analysed("networks", "--json").json["networks"][0]["reference"]
    assert analysed("export", "--format", form, tmp_path / "n", "--network", reference).status == 0


def test_raw_numbers_are_shown_for_a_purpose_and_audited(analysed: CommandLine) -> None:
    before = analysed("audit", "verify", "--json").json["entries"]
    said = analysed("victims", "--raw-numbers", "--purpose", "case C-1", "--json")
    assert said.json["victims"][0]["number"] == ANN
    after = analysed("audit", "verify", "--json").json
    assert after["ok"]
    assert after["entries"] > before


def test_a_person_who_reported_a_loss_has_the_stage_lost_or_no_rank_before_others(
    analysed: CommandLine,
) -> None:
    victims = analysed("victims", "--json", "--limit", 1000).json["victims"]
    for victim in victims:
        if victim["number"] == "+86 137 **** 0013":
            assert victim["stage"] == "lost"
    assert CYD not in str(victims)
