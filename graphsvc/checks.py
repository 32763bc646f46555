"""What `graphsvc doctor` looks at: each check says what it found and what to do about it.

Works when the service cannot be opened: a check that fails keeps the others going.
"""

import importlib.metadata
import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from graphsvc.errors import GraphsvcError
from graphsvc.settings import Settings
from graphsvc.wiring import open_service

_LEAST_FREE_GIB = 1.0
_LIBRARIES = ("polars", "pyarrow", "deltalake", "numba", "sqlalchemy", "phonenumbers")


@dataclass(frozen=True)
class Check:
    """One thing looked at. `status` is ok, warn or fail; `advice` is empty where nothing is to be done."""

    name: str
    status: str
    found: str
    advice: str


def examine(settings: Settings) -> list[Check]:
    """All checks, in the order in which a person would mend things."""
    checks = [_python(), _libraries()]
    if not settings.home.exists():
        advice = "graphsvc load FOLDER makes it; graphsvc demo shows the whole job"
        return [*checks, Check("data folder", "warn", f"{settings.home} is not there yet", advice)]
    for name, look in (
        ("free space", _free_space),
        ("keys and registry", _keys),
        ("ledger", _ledger),
        ("analysis", _analysis),
        ("audit log", _audit),
    ):
        checks.append(_safely(name, look, settings))
    return checks


def _safely(name: str, look: Callable[[Settings], Check], settings: Settings) -> Check:
    try:
        return look(settings)
    except GraphsvcError as failed:
        return Check(name, "fail", failed.code.lower().replace("_", " "), str(failed))


def _python() -> Check:
    found = f"Python {platform.python_version()} on {platform.system()}"
    return Check("python", "ok", found, "")


def _libraries() -> Check:
    found = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _LIBRARIES)
    return Check("libraries", "ok", found, "")


def _free_space(settings: Settings) -> Check:
    free = shutil.disk_usage(settings.home).free / 2**30
    status = "ok" if free >= _LEAST_FREE_GIB else "warn"
    return Check("free space", status, f"{free:.1f} GiB", "" if status == "ok" else "make room before the next load")


def _keys(settings: Settings) -> Check:
    with open_service(settings) as service:
        numbers, entities = service.registry.counts()
    return Check("keys and registry", "ok", f"{numbers:,} numbers, {entities:,} entities", "")


def _ledger(settings: Settings) -> Check:
    with open_service(settings) as service:
        events, newest = service.ledger.count(), service.ledger.newest_known_at()
    if newest is None:
        return Check("ledger", "warn", "no events yet", "graphsvc load FOLDER")
    return Check("ledger", "ok", f"{events:,} events, newest known {_day(newest)}", "")


def _analysis(settings: Settings) -> Check:
    with open_service(settings) as service:
        record, events, facts = service.freshness()
    if record is None:
        return Check("analysis", "warn", "none yet", "graphsvc analyse")
    found = f"{record.analysis_id} as of {_day(record.as_of)}"
    if events or facts:
        since = f"{events:,} events" if events else "flags or other facts"
        return Check("analysis", "warn", f"{found}; {since} came in since", "graphsvc analyse")
    return Check("analysis", "ok", found, "")


def _audit(settings: Settings) -> Check:
    with open_service(settings) as service:
        report = service.audit.verify()
    if report.ok:
        return Check("audit log", "ok", f"{report.entries:,} entries, the chain is whole", "")
    advice = "somebody or something changed it; restore the folder from a backup and find out who"
    return Check("audit log", "fail", f"broken at entry {report.first_bad}: {report.reason}", advice)


def _day(instant: int) -> str:
    return datetime.fromtimestamp(instant / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
