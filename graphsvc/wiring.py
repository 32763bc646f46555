"""Settings → service. The only place that names implementations, and that reads the wall clock for the service."""

import hmac
import importlib.util
import os
import pwd
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from graphsvc.access import Access
from graphsvc.apart import Apart
from graphsvc.compiled_cache import settle_cache
from graphsvc.dispatching import Dispatching
from graphsvc.engine.port import Engine
from graphsvc.errors import NotInstalled, UsageError
from graphsvc.garbage import collect_seldom
from graphsvc.glancing import Glancing
from graphsvc.graph.neo4j.style import style_command
from graphsvc.graph.snapshots import Snapshots
from graphsvc.live.folder import WatchedFolder
from graphsvc.live.source import LiveSource
from graphsvc.live.topics import topics_of
from graphsvc.loading import Loading
from graphsvc.local_neo4j.jars import fetch_jars
from graphsvc.local_neo4j.java import find_java
from graphsvc.local_neo4j.server import LocalServer
from graphsvc.local_neo4j.server_home import Memory, ServerHome
from graphsvc.looking import Asked, Carried, LooksApart, carried
from graphsvc.measuring import Measuring
from graphsvc.model.kept import Kept
from graphsvc.model.purposes import errand
from graphsvc.privacy.desk import Privacy
from graphsvc.privacy.retention import Keep, Retaining
from graphsvc.projecting.desk import Projecting
from graphsvc.projecting.servers import Servers
from graphsvc.projecting.state import Source
from graphsvc.service import Service
from graphsvc.service_time import ServiceTime
from graphsvc.serving_graph import ServingGraph
from graphsvc.settings import Neo4jAddress, Settings
from graphsvc.stating import Stating
from graphsvc.store.audit import AuditLog
from graphsvc.store.calibrations import Calibrations
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.home import Home
from graphsvc.store.keys import Keys
from graphsvc.store.ledger import Ledger
from graphsvc.store.reads import ReadsAtOnce
from graphsvc.store.registry import Registry
from graphsvc.store.shelf import Space
from graphsvc.store.vault import Vault
from graphsvc.teaching import Teaching
from graphsvc.telemetry import exported
from graphsvc.texting import Texting

if TYPE_CHECKING:
    from graphsvc.live.kafka import Kafka

APART_FROM: Final = 1_000_000
"""Events from which on a running service has everybody looked at in a process of its own. [measured: such a look takes
some two seconds of processor time, as much as the process takes to begin]"""
_PAGES_KEPT: Final = 32
_PEOPLE_KEPT: Final = 1_000
"""Some 15 KB each."""
"""Of the ranking, in memory: the first ones are asked for again and again."""


@contextmanager
def open_service(settings: Settings) -> Iterator[Service]:
    """The service on the data folder of these settings, made on first use; closed at the end of the block."""
    home = Home.open(settings.home)
    settle_cache(home.path, os.environ)
    keys = Keys.open(home, settings.token_key, settings.vault_key)
    catalogue = Catalogue.open(settings.catalogue_url or home.catalogue)
    vault = Vault.open(settings.vault_url or home.vault, keys.vault, home.vault_keys)
    registry = Registry(catalogue, vault, keys)
    ledger = Ledger.open(home, catalogue, timezone=settings.timezone)
    audit = AuditLog(catalogue, home, keys.audit)
    clock, zone = ServiceTime(catalogue, ledger, _wall_clock), ZoneInfo(settings.timezone)
    asked = errand(f"cli:{_user()}", settings.purpose)
    reads = ReadsAtOnce(audit, _wall_clock, asked)
    queue, snapshots = _queue(catalogue, keys, settings), Snapshots(home.folder(home.snapshots))
    graph = ServingGraph(settings.graph, partial(neo4j_address, settings), registry.identity, ledger.kept_from)
    engine = partial(_engine, settings.timezone, graph)
    try:
        yield Service(
            settings=settings,
            home=home,
            catalogue=catalogue,
            registry=registry,
            ledger=ledger,
            audit=audit,
            snapshots=snapshots,
            engine=engine,
            graph=graph.of,
            time=clock,
            errand=asked,
            pages=Kept(_PAGES_KEPT),
            people=Kept(_PEOPLE_KEPT),
            reads=reads,
            access=Access(catalogue, audit, _wall_clock, secrets.token_urlsafe, asked.actor),
            privacy=Privacy(catalogue, registry, audit, clock, settings.national_region, queue.cancel_citing),
            retaining=Retaining(home, catalogue, ledger, vault, audit, clock, zone, _kept(settings)),
            teaching=Teaching(catalogue, registry, ledger, audit, Calibrations(home), clock, engine, asked),
            measuring=Measuring(catalogue, zone, reads, home),
            stating=Stating(catalogue, registry, audit, clock, settings.national_region),
            texting=Texting(catalogue, registry, audit, clock),
            dispatching=queue,
            glancing=Glancing(catalogue, ledger, queue.plan, queue.plan_for, Space(settings.analyses_rows, zone)),
            loading=Loading(home, catalogue, registry, ledger, settings, _wall_clock),
            projecting=Projecting(
                Source(
                    catalogue=catalogue,
                    registry=registry,
                    ledger=ledger,
                    time=clock,
                    snapshots=snapshots,
                    scope=settings.neo4j_events,
                    days=settings.neo4j_events_days,
                    writer=f"{os.getpid()}-{secrets.token_hex(4)}",
                ),
                home,
                _servers(settings),
            ),
        )
    finally:
        for opened in (graph, audit, vault, catalogue):
            opened.close()


@contextmanager
def looked_at_apart(service: Service, events_least: int = APART_FROM) -> Iterator[Service]:
    """The same service, which has everybody looked at in a process of its own once its ledger has so many events."""
    process = Apart(partial(_looks, service.settings))
    try:
        yield replace(service, apart=LooksApart(process, events_least))
    finally:
        process.close()


@contextmanager
def _looks(settings: Settings) -> Iterator[Callable[[Asked], Carried]]:
    """What answers in that process."""
    collect_seldom()
    with traced(), open_service(settings) as service:
        yield partial(carried, service.look)


def traced() -> AbstractContextManager[None]:
    """While the block runs, spans go where the environment asks for."""
    return exported(os.environ)


def live_sources(service: Service) -> list[LiveSource]:
    """What a running service reads by itself, as the settings say. NotInstalled where the client is missing."""
    settings = service.settings
    sources: list[LiveSource] = []
    if settings.watch_folder is not None:
        folder = settings.watch_folder.absolute()
        sources.append(WatchedFolder(folder, settings.watch_feed_id, service.loading, _wall_clock))
    broker = kafka_of(service)
    return sources if broker is None else [*sources, broker]


def kafka_of(service: Service) -> "Kafka | None":
    """The topics that the settings name; None without any."""
    topics = topics_of(service.settings)
    if topics is None:
        return None
    if importlib.util.find_spec("confluent_kafka") is None:
        raise NotInstalled("GRAPHSVC_KAFKA_SERVERS is set and the client is missing: pip install 'graphsvc[kafka]'")
    from graphsvc.live.kafka import Kafka

    return Kafka(topics, service.loading)


def _queue(catalogue: Catalogue, keys: Keys, settings: Settings) -> Dispatching:
    secret = hmac.digest(keys.event, b"lease tokens", "sha256")
    return Dispatching(catalogue, ZoneInfo(settings.timezone), secret)


def _kept(settings: Settings) -> Keep:
    return Keep(
        settings.keep_events_days, settings.keep_facts_days, settings.keep_warnings_days, settings.keep_audit_days
    )


def _wall_clock() -> int:
    return time.time_ns() // 1_000_000


def local_neo4j(settings: Settings) -> LocalServer:
    """The Neo4j server of this data folder, running or not."""
    return LocalServer(
        ServerHome(Home(settings.home.absolute()).neo4j),
        Memory(settings.neo4j_heap_mib, settings.neo4j_page_cache_mib),
        settings.neo4j_bolt_port,
        settings.neo4j_http_port,
        browser_command=style_command(),
    )


def neo4j_cache(settings: Settings) -> Path:
    """Where the jars of the local server are kept, for all data folders."""
    return (settings.neo4j_cache or Path.home() / ".cache" / "graphsvc").absolute()


def neo4j_address(settings: Settings) -> Neo4jAddress | None:
    """The Neo4j server in use: the one that is set, else the local one while it runs, else None."""
    return settings.neo4j_elsewhere() or local_neo4j(settings).address()


def _servers(settings: Settings) -> Servers:
    return Servers(
        address=partial(neo4j_address, settings),
        elsewhere=settings.neo4j_url is not None,
        local=local_neo4j(settings),
        runtime=lambda progress: (find_java(settings.java_home), fetch_jars(neo4j_cache(settings), progress)),
        now=_wall_clock,
    )


def _engine(timezone: str, graph: ServingGraph, name: str) -> Engine:
    from graphsvc.engine.local import LocalEngine  # its compiled kernels take a second to import

    if name == "local":
        return LocalEngine(timezone=timezone)
    if name == "gds":
        database = graph.database()
        from graphsvc.engine.gds import GdsEngine

        return GdsEngine(database, timezone=timezone)
    raise UsageError(f"there is no engine {name}: local or gds")


def _user() -> str:
    """Whom the system knows; not what `USER` says, which anybody can set to be a second person."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run under a user id that has no name
        return f"uid {os.getuid()}"
