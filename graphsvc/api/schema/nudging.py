"""Subscriptions: nudges with ids, never the data itself. Who is nudged asks, and is answered as everybody is."""

from collections.abc import AsyncGenerator

import strawberry

from graphsvc.api.asking import Asking
from graphsvc.api.authority import authority
from graphsvc.api.ids import Kind
from graphsvc.api.nudges import IDS_MAX, OPENED
from graphsvc.api.schema.queries import within
from graphsvc.api.schema.shared import Info
from graphsvc.api.schema.words import Channel
from graphsvc.model.references import network_id_of
from graphsvc.model.warnings import WarningEvent

_MORE = f"Whether there can be others than these; at most {IDS_MAX} are named. True in the first nudge."


@strawberry.type(description="Warnings that can be claimed now: new ones, and those that came back.")
class WarningsReady:
    """A nudge about warnings."""

    ids: list[strawberry.ID] = strawberry.field(description="Ids of warnings, of people of the caller's region.")
    more: bool = strawberry.field(description=_MORE)


@strawberry.type(description="Networks that are new, gone or different in a new analysis.")
class NetworkChanged:
    """A nudge about networks."""

    ids: list[strawberry.ID] = strawberry.field(description="Ids of networks.")
    more: bool = strawberry.field(description=_MORE)


@strawberry.type
class Nudging:
    """Subscriptions."""

    @strawberry.subscription(description="A nudge when warnings can be claimed, of a channel and a region.")
    async def warnings_ready(
        self, info: Info, channel: Channel | None = None, region: str | None = None
    ) -> AsyncGenerator[WarningsReady, None]:
        """Nudges about warnings of people whom the caller may see."""
        asking = info.context
        prefix = within(asking, region) or ""
        assert asking.nudges is not None
        async for nudge in asking.nudges.about_warnings(lambda event: _theirs(asking, event, channel, prefix)):
            yield WarningsReady(ids=[asking.id(Kind.WARNING, one) for one in nudge.ids], more=nudge.more)

    @strawberry.subscription(description="A nudge when networks change; by id or reference, of one network.")
    async def network_changed(
        self, info: Info, id: strawberry.ID | None = None
    ) -> AsyncGenerator[NetworkChanged, None]:
        """Nudges about networks."""
        asking = info.context
        wanted = None if id is None else _named(asking, str(id))
        assert asking.nudges is not None
        async for nudge in asking.nudges.about_networks(lambda network: wanted in (None, network)):
            yield NetworkChanged(ids=[asking.id(Kind.NETWORK, one) for one in nudge.ids], more=nudge.more)


def _theirs(asking: Asking, event: WarningEvent, channel: Channel | None, prefix: str) -> bool:
    """Whether somebody hears of a line of the log: of what is theirs to see, and of what they asked to hear of."""
    if channel is not None and event.channel not in (channel, None):
        return False
    if event.kind in OPENED:  # of the queue as a whole: for those who may look at it
        return authority().allows(asking.caller.role, "Query.dispatch")
    return asking.caller.covers(event.region) and (event.region or "").startswith(prefix)


def _named(asking: Asking, name: str) -> int:
    """The network that an id or a reference names; NotFound where it is neither."""
    return network_id_of(name) if name[:2].upper() == "N-" else int(asking.ids.expect(Kind.NETWORK, name))
