"""Every question is in the audit log before it is answered: who, what, about whom, and why."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from graphsvc.errors import NotFound, UsageError
from graphsvc.model.purposes import errand
from graphsvc.settings import Settings
from graphsvc.store.reads import ReadsTogether
from graphsvc.store.tables import audit
from graphsvc.wiring import open_service
from tests.conftest import CommandLine
from tests.story.feeds import ANN, DEN, DEVICE, write_world

QUESTIONS: list[tuple[list[str], str, int]] = [
    (["victims"], "victims", 0),
    (["networks"], "networks", 0),
    (["network", "1"], "network", 0),
    (["number", ANN], "number", 1),
    (["entity", "device", DEVICE], "entity", 1),
    (["connected", ANN, DEN[0]], "connected", 2),
    (["communities", "--containing", ANN], "communities", 1),
    (["path", ANN, DEN[0]], "path", 2),
]


@pytest.fixture
def analysed(graphsvc: CommandLine, tmp_path: Path) -> CommandLine:
    assert graphsvc("load", write_world(tmp_path / "feeds")).status == 0
    assert graphsvc("analyse").status == 0
    return graphsvc


def entries(home: Path) -> list[sa.RowMapping]:
    with (
        open_service(Settings(home=home)) as service,
        service.catalogue.reading() as connection,
    ):
        return list(connection.execute(sa.select(audit).order_by(audit.c.entry)).mappings())


def test_each_question_of_the_command_line_is_noted(analysed: CommandLine, tmp_path: Path) -> None:
    for question, action, subjects in QUESTIONS:
        before = entries(tmp_path / "home")
        assert analysed(*question).status == 0, question
        (entry,) = entries(tmp_path / "home")[len(before) :]
        assert (entry["action"], entry["purpose"]) == (action, "command line")
        assert entry["actor"].startswith("cli:")
        if subjects > 1:
            assert f'"subject_count":{subjects}' in entry["details"]
        else:
            assert (entry["subject_token"] is not None) == bool(subjects)
        assert ANN[3:] not in str(dict(entry))
    assert analysed("number", ANN, "--purpose", "case of the week").status == 0
    assert entries(tmp_path / "home")[-1]["purpose"] == "case of the week"
    assert analysed("number", "+8613700000000").status == 1
    last = entries(tmp_path / "home")[-1]
    assert (last["action"], last["subject_token"]) == ("number, never seen", None)
    assert "13700000000" not in str(dict(last))


@pytest.mark.parametrize(
    "purpose", ["", "   ", "x" * 201, "about 13812345678", "two\x00lines", "a 138-1234-5678 b", None]
)
def test_a_purpose_that_is_none_is_refused(purpose: str | None) -> None:
    with pytest.raises(UsageError, match="a purpose"):
        errand("somebody", purpose)


@pytest.mark.parametrize("case", ["a b", "x" * 65, "C;1", "\x00"])
def test_a_case_that_is_none_is_refused(case: str) -> None:
    with pytest.raises(UsageError, match="case reference"):
        errand("somebody", "why", case)


def test_a_case_is_kept_and_a_blank_one_is_none() -> None:
    assert errand("somebody", "why", " C-2026/03_1 ").case_ref == "C-2026/03_1"
    assert errand("somebody", "why", "  ").case_ref is None


def test_the_reads_of_a_request_make_one_entry(analysed: CommandLine, tmp_path: Path) -> None:
    with open_service(Settings(home=tmp_path / "home")) as service:
        reads = ReadsTogether(service.audit, service.time.wall, errand("token:T1", "case", "C-1"))
        assert reads.write() is None
        reads.note("number", ["v1.a"])
        reads.note("number", ["v1.b", "v1.a"])
        reads.note("victims")
        count = service.audit.verify().entries
        assert reads.write() == count + 1
        assert reads.write() is None
        assert service.audit.verify().ok
    last = entries(tmp_path / "home")[-1]
    assert last["action"] == "read number, victims"
    assert last["details"] == '{"subject_count":2,"subjects":["v1.a","v1.b"]}'
    assert (last["actor"], last["case_ref"]) == ("token:T1", "C-1")


def test_a_number_is_revealed_after_the_log_has_it(analysed: CommandLine, tmp_path: Path) -> None:
    with open_service(Settings(home=tmp_path / "home")) as service:
        why = errand("token:T2", "warn her", "C-9")
        shown = service.privacy.reveal_number("137 1234 0011", errand=why)
        assert shown.number == ANN
        assert service.privacy.reveal_number(shown.token, errand=why).number == ANN
        with pytest.raises(NotFound):
            service.privacy.reveal_number("+8613700000000", errand=why)
    last = entries(tmp_path / "home")[-1]
    assert (last["action"], last["subject_token"], last["purpose"]) == ("reveal number", shown.token, "warn her")


def test_no_reveal_where_the_log_cannot_be_written(analysed: CommandLine, tmp_path: Path) -> None:
    with open_service(Settings(home=tmp_path / "home")) as service:
        service.networks(limit=1)
        with service.catalogue.writing() as connection:
            connection.execute(sa.delete(audit))
        with pytest.raises(Exception, match="audit chain"):
            service.privacy.reveal_number(ANN, errand=errand("token:T2", "warn her"))
        with pytest.raises(Exception, match="audit chain"):
            service.number(ANN, reveal=None)
