"""The desk of texts: what a person reads, and a replacement that one person proposes and another approves."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphsvc.errors import Conflict, GraphsvcError, NotFound, TextRefused, UsageError
from graphsvc.model.evidence import Evidence, to_json
from graphsvc.model.purposes import Errand
from graphsvc.model.warnings import WarningChannel
from graphsvc.model.words import NumberKind, ScamType
from graphsvc.service import Service
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from graphsvc.wording.warned import WarningFacts, WordedScam
from tests.conftest import CommandLine

GOOD = "与您联系过的{suspect}疑似虚假贷款诈骗。对方让您先交钱吗？请停止联系、停止付款，问96110或110。{reference}"
TEMPLATE = "zh/sms/loan"
ANN, BEN, CAT = (Errand(name, "clearer words") for name in ("ann", "ben", "cat"))


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with open_service(Settings(home=tmp_path / "home")) as opened:
        yield opened


def test_a_text_is_made_of_what_the_ranking_knows(service: Service) -> None:
    ids = service.registry.register_numbers(["+8613912344821", "WINLOAN"], [NumberKind.MSISDN, NumberKind.ALPHANUMERIC])
    told = [
        (ScamType.LOAN, to_json([Evidence("met_flagged_number", 3.0, {"number": int(number)})]), "W-4H7T2M-9")
        for number in ids
    ]
    first, second = service.texting.facts_of_many(told)
    assert first == WarningFacts(WordedScam.LOAN, "4821", "W-4H7T2M-9")
    assert second.tail is None
    text = service.texting.text(first, "zh", WarningChannel.SMS)
    assert "尾号4821" in text
    assert "139" not in text


def test_a_replacement_counts_once_a_second_person_approves(service: Service) -> None:
    desk = service.texting
    facts = WarningFacts(WordedScam.LOAN, "4821", "W-4H7T2M-9")
    before = desk.text(facts, "zh", WarningChannel.SMS)
    made = desk.propose(TEMPLATE, GOOD, errand=ANN)
    assert made.decision is None
    assert desk.text(facts, "zh", WarningChannel.SMS) == before
    with pytest.raises(Conflict, match="second person"):
        desk.approve(made.proposal_id, errand=ANN)
    decided = desk.approve(made.proposal_id, errand=BEN)
    assert (decided.decision, decided.decided_by) == ("approved", "ben")
    assert "先交钱吗" in desk.text(facts, "zh", WarningChannel.SMS)
    assert desk.text(facts, "en", WarningChannel.SMS)  # the others stay
    assert desk.template(TEMPLATE).replaced
    assert sum(one.replaced for one in desk.listed()) == 1


def test_a_decision_is_made_once(service: Service) -> None:
    made = service.texting.propose(TEMPLATE, GOOD, errand=ANN)
    service.texting.refuse(made.proposal_id, errand=BEN)
    for decide in (service.texting.approve, service.texting.refuse):
        with pytest.raises(Conflict, match="decided already"):
            decide(made.proposal_id, errand=CAT)
    assert not service.texting.template(TEMPLATE).replaced


def test_the_text_approved_last_is_in_use(service: Service) -> None:
    desk = service.texting
    first = desk.propose(TEMPLATE, GOOD, errand=ANN)
    second = desk.propose(TEMPLATE, GOOD.replace("先交钱", "先付钱"), errand=ANN)
    desk.approve(second.proposal_id, errand=BEN)
    desk.approve(first.proposal_id, errand=BEN)
    assert "先交钱" in desk.template(TEMPLATE).text


def test_a_text_that_breaks_a_rule_is_not_even_proposed(service: Service) -> None:
    with pytest.raises(TextRefused, match=r"frightens.*恐吓") as refused:
        service.texting.propose(TEMPLATE, GOOD + "否则后果严重！", errand=ANN)
    assert refused.value.code == "TEXT_REFUSED"
    with pytest.raises(NotFound):
        service.texting.propose("zh/letter/loan", GOOD, errand=ANN)
    with pytest.raises(NotFound, match="in this language"):
        service.texting.propose("fr/sms/loan", GOOD, errand=ANN)
    with pytest.raises(UsageError, match="at most"):
        service.texting.propose(TEMPLATE, GOOD + "字" * 5000, errand=ANN)
    assert service.texting.proposals() == []


def test_what_is_said_is_audited_before_it_is_done(service: Service) -> None:
    made = service.texting.propose(TEMPLATE, GOOD, errand=ANN)
    service.texting.approve(made.proposal_id, errand=BEN)
    assert service.audit.verify().entries == 2
    with pytest.raises(NotFound):
        service.texting.approve(77, errand=BEN)
    assert service.audit.verify().entries == 2


def test_of_two_who_decide_at_once_one_is_told_that_it_is_done(service: Service) -> None:
    for _ in range(10):
        made = service.texting.propose(TEMPLATE, GOOD, errand=ANN)
        start = threading.Barrier(2)
        results: list[object] = []

        def decide(who: Errand, verb: str, barrier: threading.Barrier, out: list[object], which: int) -> None:
            barrier.wait()
            try:
                out.append(getattr(service.texting, verb)(which, errand=who).decision)
            except GraphsvcError as refused:
                out.append(refused.code)

        threads = [
            threading.Thread(target=decide, args=(who, verb, start, results, made.proposal_id))
            for who, verb in ((BEN, "approve"), (CAT, "refuse"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert results.count("CONFLICT") == 1
        assert {"approved", "refused"} & set(results)


def test_the_command_line_lists_checks_and_proposes(graphsvc: CommandLine, tmp_path: Path) -> None:
    listed = graphsvc("texts", "list", "--json").json["texts"]
    assert len(listed) == 110
    assert all(one["parts"] == 1 for one in listed if one["template"].startswith("zh/sms/"))
    file = tmp_path / "text.txt"
    file.write_text(GOOD + "！", "utf-8")
    checked = graphsvc("texts", "check", TEMPLATE, file, "--json")
    assert checked.status == 1
    assert [fault["rule"] for fault in checked.json["faults"]] == ["fear"]
    assert graphsvc("texts", "propose", TEMPLATE, file, "--reason", "why").status == 2
    file.write_text(GOOD, "utf-8")
    assert graphsvc("texts", "check", TEMPLATE, file).status == 0
    made = graphsvc("texts", "propose", TEMPLATE, file, "--reason", "why", "--json").json
    own = graphsvc("texts", "approve", made["proposal_id"], "--reason", "why")
    assert own.status == 1
    assert "second person" in own.err
    assert graphsvc("texts", "proposals").out.count("open") == 1
    assert graphsvc("texts", "show", "zh/call/other").out.startswith("【开场】")
    file.write_bytes(b"\xff\xfe\x00")
    assert graphsvc("texts", "check", TEMPLATE, file).status == 2


def test_nobody_is_a_second_person_by_a_variable(
    graphsvc: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "text.txt"
    file.write_text(GOOD, "utf-8")
    made = graphsvc("texts", "propose", TEMPLATE, file, "--reason", "why", "--json").json
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "another")
    own = graphsvc("texts", "approve", made["proposal_id"], "--reason", "why")
    assert (own.status, "second person" in own.err) == (1, True)
    assert graphsvc("texts", "show", TEMPLATE, "--json").json["replaced"] is False
