"""What `graphsvc doctor` looks at: each check says what it found and what to do about it.

Works when the service cannot be opened: a check that fails keeps the others going.
"""

import importlib.metadata
import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from graphsvc.configuration import FILE, Configuration
from graphsvc.errors import GraphsvcError, NotInstalled
from graphsvc.live.folder import WatchedFolder
from graphsvc.local_neo4j.jars import kept_jars
from graphsvc.local_neo4j.java import find_java
from graphsvc.serving_graph import NEO4J, connect
from graphsvc.settings import Neo4jAddress, Settings
from graphsvc.telemetry import INSTALL, wanted
from graphsvc.wiring import kafka_of, live_sources, local_neo4j, neo4j_address, neo4j_cache, open_service

_LEAST_FREE_GIB = 1.0
_LIBRARIES = ("polars", "pyarrow", "deltalake", "numba", "sqlalchemy", "phonenumbers")


@dataclass(frozen=True)
class Check:
    """One thing looked at. `status` is ok, warn or fail; `advice` is empty where nothing is to be done."""

    name: str
    status: str
    found: str
    advice: str


def examine(settings: Settings, configuration: Configuration | None = None) -> list[Check]:
    """All checks, in the order in which a person would mend things."""
    neo4j = _safely("Neo4j", _neo4j, settings)
    given = configuration or Configuration(settings)
    traces = _safely("traces", lambda _: _traces(given), settings)
    checks = [_python(), _libraries(), _settings(given), traces, neo4j]
    if not settings.home.exists():
        advice = "graphsvc load FOLDER makes it; graphsvc demo shows the whole job"
        return [*checks, Check("data folder", "warn", f"{settings.home} is not there yet", advice)]
    for name, look in (
        ("free space", _free_space),
        ("keys and registry", _keys),
        ("ledger", _ledger),
        ("analysis", _analysis),
        ("audit log", _audit),
        ("calibration", _calibration),
    ):
        checks.append(_safely(name, look, settings))
    if settings.watch_folder is not None:
        checks.append(_safely("watched folder", _watched, settings))
    if settings.kafka_servers is not None:
        checks.append(_safely("Kafka", _kafka, settings))
    checks += _signals(settings)
    if neo4j.status == "ok" and neo4j_address(settings) is not None:
        checks.append(_safely("graph in Neo4j", _lag, settings))
        checks.append(_safely("indexes in Neo4j", _indexes, settings))
    return checks


def _settings(configuration: Configuration) -> Check:
    """Where each setting came from; no value is told, some are secret."""
    by_source: dict[str, list[str]] = {}
    for name, source in sorted(configuration.sources.items()):
        by_source.setdefault(f"{source} {configuration.file}" if source == FILE else source, []).append(name)
    told = [f"from {source}: {', '.join(names)}" for source, names in sorted(by_source.items())]
    defaults = len(fields(Settings)) - len(configuration.sources)
    return Check("settings", "ok", "; ".join([*told, f"{defaults} by default"]), "")


def _traces(configuration: Configuration) -> Check:
    """Whether spans are sent, as the OTEL_ variables ask; where to is not told, it can hold a key."""
    asked = wanted(configuration.tracing)
    if asked.exporter is None:
        return Check("traces", "ok", "off; OTEL_TRACES_EXPORTER or OTEL_EXPORTER_OTLP_ENDPOINT turns them on", "")
    if not asked.present:
        return Check("traces", "warn", f"asked for ({asked.exporter}), and OpenTelemetry is not installed", INSTALL)
    return Check("traces", "ok", f"graphsvc serve sends them ({asked.exporter})", "")


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


def _neo4j(settings: Settings) -> Check:
    """The server in use and its Graph Data Science; where none is, what a local one lacks."""
    address = neo4j_address(settings)
    if address is not None:
        return Check("Neo4j", "ok", _asked(address), "")
    local = local_neo4j(settings)
    state = local.status().state
    if state != "stopped":
        return Check("Neo4j", "warn", f"the local server is {state}", "graphsvc neo4j status; then run this again")
    wanted = settings.graph == NEO4J
    if not local.home.record.exists() and not wanted:
        return Check("Neo4j", "ok", "none is set; the graph in memory answers", "")
    status, found = (
        ("fail", "none runs, and GRAPHSVC_GRAPH wants it") if wanted else ("warn", "the local server is stopped")
    )
    return Check("Neo4j", status, found, _missing_here(settings) or "graphsvc neo4j start")


def _asked(address: Neo4jAddress) -> str:
    """Versions, as the server says them; refused with advice where it is absent, too old or lacks a part."""
    database = connect(address)
    try:
        parts = {row["name"]: row["versions"][0] for row in database.read("projection/server")}
        science = database.read("projection/graph_data_science")[0]["version"]
    finally:
        database.close()
    return f"Neo4j {parts['Neo4j Kernel']} with Graph Data Science {science} at {address.bolt}"


def _indexes(settings: Settings) -> Check:
    """Whether every index of the server in use serves: one that could not be filled never does, and nothing says so."""
    name = "indexes in Neo4j"
    address = neo4j_address(settings)
    if address is None:
        return Check(name, "warn", "the server ended in between", "run this again")
    database = connect(address)
    try:
        unfit = database.read("projection/indexes_unfit")
    finally:
        database.close()
    failed = [row for row in unfit if row["state"] == "FAILED"]
    if failed:
        again = "; ".join(f"{row['drop']}; {row['make']}" for row in failed)
        advice = (
            "the server's logs/debug.log says why (a full disk, or a value too long); mend that, then run in Cypher, "
            f"one by one: {again}"
        )
        return Check(name, "fail", f"could not be filled: {', '.join(row['name'] for row in failed)}", advice)
    filling = ", ".join(f"{row['name']} {row['percent']:.0f} per cent" for row in unfit)
    return Check(name, "ok", f"being filled: {filling}" if filling else "all in use", "")


def _missing_here(settings: Settings) -> str:
    """What a local server needs and this machine lacks, with what to do; empty where it can start."""
    try:
        find_java(settings.java_home)
    except NotInstalled as absent:
        return str(absent)
    if kept_jars(neo4j_cache(settings)) is not None:
        return ""
    if shutil.which("mvn") is None:
        return "install Maven (apt-get install maven), then graphsvc neo4j start: it fetches the server's jars"
    return "graphsvc neo4j start; it fetches the server's jars first, about 190 MB"


def _lag(settings: Settings) -> Check:
    with open_service(settings) as service:
        lag = service.projecting.lag()
    if lag is None:
        return Check("graph in Neo4j", "warn", "the server ended in between", "run this again")
    if lag.current and not lag.events:
        return Check("graph in Neo4j", "ok", f"{lag.analysis_id or 'no analysis'}, nothing behind", "")
    behind = f"{lag.events:,} events behind, showing {lag.analysis_id or 'no analysis'}"
    return Check("graph in Neo4j", "warn", behind, "graphsvc neo4j sync, or leave graphsvc serve running")


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
        events, newest = service.ledger.position(), service.ledger.newest_known_at()
        kept = service.ledger.kept_before(events)
    if newest is None:
        return Check("ledger", "warn", "no events yet", "graphsvc load FOLDER")
    of = f" (of {events:,} that came in)" if kept < events else ""
    return Check("ledger", "ok", f"{kept:,} events{of}, newest known {_day(newest)}", "")


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


def _watched(settings: Settings) -> Check:
    """Whether the folder is there, and how much waits in it."""
    with open_service(settings) as service:
        waiting = sum(one.waiting() for one in live_sources(service) if isinstance(one, WatchedFolder))
    found = f"{settings.watch_folder}, {waiting:,} files wait"
    return Check("watched folder", "warn" if waiting else "ok", found, _LET_SERVE if waiting else "")


def _kafka(settings: Settings) -> Check:
    """Whether a broker answers, how far each topic has been read, and whether something was deleted unread."""
    with open_service(settings) as service:
        broker = kafka_of(service)
        lags = broker.lags() if broker is not None else []
    behind, lost = sum(one.behind for one in lags), sum(one.lost for one in lags)
    found = f"{len(lags)} partitions, {behind:,} messages behind"
    if lost:
        found += f"; {lost:,} were deleted, or the topic was made anew, before they were read"
        return Check("Kafka", "warn", found, "keep messages at the broker for longer; load what is missing from files")
    return Check("Kafka", "warn" if behind else "ok", found, _LET_SERVE if behind else "")


def _audit(settings: Settings) -> Check:
    with open_service(settings) as service:
        report = service.audit.verify()
    if report.ok:
        return Check("audit log", "ok", f"{report.entries:,} entries, the chain is whole", "")
    advice = "somebody or something changed it; restore the folder from a backup and find out who"
    return Check("audit log", "fail", f"broken at entry {report.first_bad}: {report.reason}", advice)


def _calibration(settings: Settings) -> Check:
    with open_service(settings) as service:
        name, card = service.teaching.in_use().name, service.teaching.kept.current_card()
        now = service.time.now()
    if card is None:
        return Check("calibration", "ok", f"the {name} one", "graphsvc learn, once losses of a month are reported")
    found = f"{name}, learned from {card['examples']:,} examples until {_day(card['window']['last'])}"
    if now - card["window"]["last"] > _LEARN_AGAIN_MS:
        return Check("calibration", "warn", found, "graphsvc learn: it is older than a quarter")
    return Check("calibration", "ok", found, "")


def _signals(settings: Settings) -> list[Check]:
    """What may have changed since: populations, delays, feeds, caps. What is too little to say is left out."""
    try:
        with open_service(settings) as service:
            signals = service.teaching.health()
    except GraphsvcError as failed:
        return [Check("monitors", "fail", failed.code.lower().replace("_", " "), str(failed))]
    return [
        Check(
            signal.name,
            signal.state,
            signal.found,
            _ADVICE.get(signal.name, _CHECK_FEED) if signal.state == "warn" else "",
        )
        for signal in signals
        if signal.state != "unknown"
    ]


_LET_SERVE = "leave graphsvc serve running; it takes them in"
_LEARN_AGAIN_MS = 92 * 86_400_000
_CHECK_FEED = "ask who sends this feed whether something broke; warnings come late without it"
_ADVICE = {
    "population": "graphsvc learn; compare a replay of last week",
    "report delay": "ask the police or the hotline what holds reports up",
    "cap evasion": "somebody knows a cap: change it, and look at the numbers just below it",
}


def _day(instant: int) -> str:
    return datetime.fromtimestamp(instant / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
