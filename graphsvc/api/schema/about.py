"""The service about itself: how fresh it is, from which analysis it answers, which versions it runs."""

import strawberry

from graphsvc import __version__
from graphsvc.api.asking import Asking
from graphsvc.api.authority import authority
from graphsvc.api.schema.scalars import Instant, Long, instant
from graphsvc.api.schema.shared import Info
from graphsvc.api.schema.words import Language
from graphsvc.errors import Neo4jFailed
from graphsvc.projecting.desk import Projecting
from graphsvc.store.results import AnalysisRecord


@strawberry.type(description="An analysis: made from all that was known at an instant, and never changed.")
class Analysis:
    """What an analysis was made of."""

    id: str
    as_of: Instant
    made_at: Instant
    engine: str
    events: Long
    numbers: Long
    networks: int
    victims: Long


@strawberry.type(description="How fresh answers are.")
class Freshness:
    """What came in, and what of it the current analysis has seen."""

    newest_known_at: Instant | None = strawberry.field(description="When the newest fact or event was known.")
    events_since: Long = strawberry.field(description="Events that came in after the current analysis was made.")
    facts_since: bool = strawberry.field(description="Whether flags or other facts came in since.")


@strawberry.type(description="How far the graph in Neo4j is behind what came in.")
class GraphLag:
    """What the projection has yet to do; nothing is known of it while the server does not answer."""

    answers: bool = strawberry.field(description="Whether the server answers, with a graph of this service.")
    events: Long | None = strawberry.field(description="Events that are yet to come into it.")
    analysis_id: str | None = strawberry.field(description="The analysis that it shows.")
    current: bool | None = strawberry.field(description="Whether that is the current analysis.")


@strawberry.type(description="How far what follows the service is behind.")
class Lags:
    """Followers and their lags."""

    projecting: strawberry.Private[Projecting]

    @strawberry.field(description="The graph in Neo4j; null where none is configured or runs.")
    def neo4j(self) -> GraphLag | None:
        """Asked of the server, now."""
        try:
            lag = self.projecting.lag()
        except Neo4jFailed:
            return GraphLag(answers=False, events=None, analysis_id=None, current=None)
        if lag is None:
            return None
        return GraphLag(answers=True, events=Long(lag.events), analysis_id=lag.analysis_id, current=lag.current)


@strawberry.type(description="Who asks, as the service knows them.")
class CallerInfo:
    """The caller, for clients that show only what is theirs to ask."""

    name: str = strawberry.field(description="As the audit log has it.")
    role: str
    region: str = strawberry.field(description="A prefix of region codes; empty: the whole country.")
    may: list[str] = strawberry.field(
        description="Fields, as Type.field, that are this role's to ask and not everybody's."
    )


@strawberry.type(description="The service about itself.")
class ServiceInfo:
    """Version, analysis and freshness."""

    version: str
    analysis: Analysis | None
    freshness: Freshness
    lags: Lags
    service_time: Instant = strawberry.field(description="What deadlines are reckoned from.")
    timezone: str = strawberry.field(description="The operator's: where a day begins, and that texts tell times in.")
    languages: list[Language]
    investigations_changed_at: Instant | None = strawberry.field(
        description="When an investigation that the caller may see was last changed; null: none, or not theirs to see."
    )
    caller: CallerInfo


@strawberry.type
class About:
    """The root field about the service."""

    @strawberry.field(description="Freshness, current analysis and versions.")
    def service(self, info: Info) -> ServiceInfo:
        """The service about itself."""
        service, caller = info.context.service, info.context.caller
        record, events, facts = service.freshness()
        return ServiceInfo(
            version=__version__,
            analysis=None if record is None else _analysis(record),
            freshness=Freshness(
                newest_known_at=instant(service.ledger.newest_known_at()),
                events_since=Long(events),
                facts_since=facts,
            ),
            lags=Lags(projecting=service.projecting),
            service_time=Instant(service.time.now()),
            timezone=service.settings.timezone,
            languages=list(Language),
            investigations_changed_at=instant(_casework(info.context)),
            caller=CallerInfo(
                name=caller.name,
                role=caller.role.value,
                region=caller.region,
                may=authority().beyond_everybody(caller.role),
            ),
        )


def _casework(asking: Asking) -> int | None:
    """Asked only of those who see investigations, and by those who want to know."""
    field, caller = "Query.investigations", asking.caller
    if not asking.wants("ServiceInfo.investigationsChangedAt") or field not in authority().beyond_everybody(
        caller.role
    ):
        return None
    return asking.service.investigating.last_changed(within=caller.region)


def _analysis(record: AnalysisRecord) -> Analysis:
    return Analysis(
        id=record.analysis_id,
        as_of=Instant(record.as_of),
        made_at=Instant(record.made_at),
        engine=record.engine,
        events=Long(record.counts["events"]),
        numbers=Long(record.counts["numbers"]),
        networks=record.counts["networks"],
        victims=Long(record.counts["victims"]),
    )
