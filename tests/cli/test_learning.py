"""`graphsvc learn` through its door, on worlds made on the spot."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from graphsvc.cli.commands import graphsvc
from graphsvc.model.progress import silent
from graphsvc.settings import Settings
from graphsvc.simulate.world import simulate
from graphsvc.wiring import open_service

DAY = 86_400_000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, home = tmp_path_factory.mktemp("world"), tmp_path_factory.mktemp("home")
    simulate(folder, subscribers=2500, days=16, seed=11, variant="plain", start=date(2026, 3, 2), progress=silent)
    with open_service(Settings(home=home)) as service:
        service.load([folder / "feeds"], kind=None, feed_id="default")
    return home


def _learn(home: Path, *more: str) -> tuple[int, dict[str, object]]:
    ran = CliRunner().invoke(graphsvc, ["--home", str(home), "learn", "--json", *more])
    return ran.exit_code, json.loads(ran.stdout) if ran.stdout.strip() else {"error": str(ran.exception)}


def test_a_young_data_folder_learns_nothing_and_says_when_to_come_back(home: Path) -> None:
    with open_service(Settings(home=home)) as service:
        early = (service.ledger.newest_known_at() or 0) - 10 * DAY
    code, told = _learn(home, "--as-of", str(early))
    assert code == 1
    assert "come back later" in str(told["error"])


def test_learning_makes_a_card_or_says_what_is_missing_and_nothing_changes_behind_ones_back(home: Path) -> None:
    code, told = _learn(home)
    assert code == 0
    with open_service(Settings(home=home)) as service:
        in_use = service.teaching.in_use()
        assert (in_use.name != "shipped") == told["used"]
        record = service.analyse(as_of=None)
        assert record.counts["victims"] > 0
        assert {signal.name for signal in service.teaching.health()} >= {"report delay", "population", "cap evasion"}
        assert service.audit.verify().ok
    if told["card"] is None:
        assert "nothing was learned" in str(told["why_not"])
    else:
        assert told["card"]["examples"] > 0  # type: ignore[index]
    assert _learn(home, "--shipped") == (0, {"used": "shipped"})
    with open_service(Settings(home=home)) as service:
        assert service.teaching.in_use().name == "shipped"


def test_what_was_learned_is_used_by_the_next_analysis_and_stands_in_the_evidence(home: Path) -> None:
    from graphsvc.model.calibration import Calibration, Monotone
    from graphsvc.reports.values import Page

    with open_service(Settings(home=home)) as service:
        shipped = service.analyse(as_of=None)
        before = service.victims(Page(limit=5)).victims
        lower = Calibration("C7", *(Monotone((-20.0, 20.0), (-22.0, 17.2)),) * 2)
        service.teaching.kept.keep(lower, {"loss_said": [], "examples": 1, "window": {"last": 0}}, use=True)
        after = service.analyse(as_of=None)
        assert after.analysis_id != shipped.analysis_id
        now = service.victims(Page(limit=5)).victims
        service.teaching.return_to_shipped()
    assert before
    assert [one.token for one in now] == [one.token for one in before]  # no order changes
    assert all(one.probability < other.probability for one, other in zip(now, before, strict=True))
    assert any(item.rule == "calibrated" for one in now for item in one.evidence)
