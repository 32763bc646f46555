"""Everything that one running service answers with, and its one verb: `answer`.

A request is refused before anything of it runs: who asks, then the document, then what they may see, then its cost.
Then the whole operation runs on one worker thread, where everything is synchronous.
"""

import asyncio
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, TypeVar

import orjson
import strawberry
from graphql import OperationType

from graphsvc.access import FirstLook
from graphsvc.api.asking import Asked, Asking, Credentials
from graphsvc.api.authority import authority
from graphsvc.api.columns import WRITES
from graphsvc.api.cost import COST_MAX, Budgets, cost_of
from graphsvc.api.documents import Documents, Prepared
from graphsvc.api.execution import coerced_variables, run
from graphsvc.api.identity import Identity
from graphsvc.api.ids import GlobalIds
from graphsvc.api.metrics import Metrics
from graphsvc.api.nudges import Nudges
from graphsvc.api.refusals import Refusal, explained
from graphsvc.api.threads import Threads
from graphsvc.api.told import Told
from graphsvc.api.trusted import Trusted
from graphsvc.live.source import LiveSource
from graphsvc.model.callers import Caller
from graphsvc.service import Service
from graphsvc.store.reads import ReadsTogether

POLL_AGAIN_S: Final = 0.5
EVEN_S: Final = 0.05
"""Answers whose time must tell nothing leave at multiples of this."""
CLAIMS: Final = "Mutation.claimWarnings"
CLAIMS_AHEAD_S: Final = 2.0
"""By so much a claim goes before what else waits for a thread: while it waits, nobody is warned."""
Result = TypeVar("Result")


@dataclass(frozen=True)
class SocketLimits:
    """What WebSockets may take."""

    open: int = 128
    """At once, of this process."""
    of_a_caller: int = 8
    """At once, of one token."""
    strangers: int = 32
    """At once, of those who have not said yet who they are."""
    strangers_of_an_address: int = 8
    subscriptions: int = 10
    """At once, on one WebSocket."""
    message_bytes: int = 16 * 1024
    messages: int = 60
    """At once; as many more come to be within `messages_seconds`."""
    messages_seconds: float = 30.0
    init_seconds: float = 5.0
    """Until somebody must have said who they are."""
    ping_seconds: float = 20.0
    """Between two pings; who is silent for two of them is gone."""
    send_seconds: float = 10.0
    """For a client to take a message."""


@dataclass(frozen=True)
class Limits:
    """What a request may take."""

    body_bytes: int = 16 * 1024
    body_seconds: float = 5.0
    answer_seconds: float = 20.0
    threads: int = 8
    waiting: int = 256
    """Requests that may wait for a thread; more are told to come again."""
    feed_bytes: int = 64 * 1024 * 1024
    """Bodies of feeds that are held in memory at once; who would bring more is told to come again."""
    feed_threads: int = 16
    """Feeds wait for one another here, where no query waits with them; those of events are taken together."""
    sockets: SocketLimits = field(default_factory=SocketLimits)


@dataclass(frozen=True)
class Answer:
    """An answer as bytes. Without data (a field that is never null failed) it says by which code."""

    body: bytes
    failed: str | None
    """The code of what left it without data; None where it has some."""
    kind: str
    """`query` or `mutation`."""


@dataclass(eq=False)
class Room:
    """One running service."""

    service: Service
    schema: strawberry.Schema
    documents: Documents
    identity: Identity
    ids: GlobalIds
    budgets: Budgets
    metrics: Metrics
    first_look: FirstLook | None = None
    """The link that was printed, where one was."""
    trusted: Trusted | None = None
    """Where set, only documents of this list are answered."""
    limits: Limits = field(default_factory=Limits)
    lives: bool = False
    """Whether it keeps up with facts and time while it runs."""
    sources: Sequence[LiveSource] = ()
    """What it reads by itself meanwhile."""
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the service is about to stop: long polls and subscriptions end."""
    came: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when rows of a feed were taken in: what is current can be amended at once."""
    no_sockets: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while no WebSocket is open."""

    def __post_init__(self) -> None:
        self.nudges = Nudges(self.service)
        self.no_sockets.set()
        self._threads = Threads(self.limits.threads)
        self._feeding = Threads(self.limits.feed_threads)
        self._fed_bytes = 0

    def request_id(self) -> str:
        """A new name for a request, for its answer and the log."""
        return uuid.uuid4().hex[:16]

    async def answer(self, asked: Asked, credentials: Credentials, request_id: str) -> Answer:
        """The answer to a query or mutation. Raises Refusal where nothing of it was run."""
        told = Told(request_id)
        with told.telling():
            return await self._in_time(asked, credentials, told)

    async def _in_time(self, asked: Asked, credentials: Credentials, told: Told) -> Answer:
        work = partial(self._answer, asked, credentials, told)
        began = time.monotonic()
        deadline = began + self.limits.answer_seconds
        until: int | None = None
        head_start = CLAIMS_AHEAD_S if self._claims(asked) else 0.0
        while True:
            left = max(0.0, deadline - time.monotonic())
            try:
                async with asyncio.timeout(left):
                    answer, asking = await self.in_thread(work, head_start=head_start)
            except TimeoutError:
                said = "the answer took too long and was given up; ask for less, or again later"
                raise Refusal("OPERATION_TIMEOUT", said) from None
            # Each asking reckons from its own beginning: what the first one said is what holds.
            until = asking.again_until if until is None else until
            waits = asking.again_until is not None and until is not None and self.service.time.wall() < until
            if not waits or self.closing.is_set():
                if asking.evenly:
                    await asyncio.sleep(EVEN_S - (time.monotonic() - began) % EVEN_S)
                self.metrics.answered.labels(answer.kind).observe(time.monotonic() - began)
                return answer
            deadline = time.monotonic() + self.limits.answer_seconds
            await asyncio.sleep(POLL_AGAIN_S)

    async def in_thread(self, work: Callable[[], Result], *, feeding: bool = False, head_start: float = 0.0) -> Result:
        """The one step to a thread. Work that nobody waits for any more runs to its end there, and is forgotten."""
        threads = self._feeding if feeding else self._threads
        if threads.waiting >= self.limits.waiting:
            raise Refusal("RATE_LIMITED", "too many requests at once", retry_after=1)
        return await threads.run(work, head_start=head_start)

    @contextmanager
    def holding(self, size: int) -> Iterator[None]:
        """Hold a feed's body of at most so many bytes; refused where too much is held already."""
        if self._fed_bytes + size > self.limits.feed_bytes:
            raise Refusal(
                "RATE_LIMITED", "more is coming in than can be kept; send the same batch again", retry_after=1
            )
        self._fed_bytes += size
        try:
            yield
        finally:
            self._fed_bytes -= size

    def prepared(self, asked: Asked, caller: Caller) -> tuple[Prepared, Asking]:
        """The operation of a caller who may have all of it and can pay for it. Refused otherwise."""
        prepared = self.documents.prepared(self._text(asked), asked.operation_name)
        authority().refuse_beyond(caller, prepared.fields)
        variables = coerced_variables(self.schema, prepared, asked.variables)
        cost = cost_of(self.schema._schema, prepared, variables)
        if cost > COST_MAX:
            raise Refusal("DOCUMENT_TOO_COMPLEX", f"this would cost {cost} units; an operation has at most {COST_MAX}")
        self.budgets.spend(caller.name, cost)
        reads = ReadsTogether(self.service.audit, self.service.time.wall, caller.errand)
        acting = replace(self.service, errand=caller.errand, reads=reads)
        asking = Asking(acting, caller, self.ids, prepared.fields, reads, prepared.settled, variables=variables)
        asking.nudges = self.nudges
        return prepared, asking

    def refused(self, error: BaseException, request_id: str) -> Refusal:
        """What a caller may be told of an error, and counted."""
        refusal = explained(error, request_id)
        self.metrics.refused.labels(refusal.code).inc()
        return refusal

    def _answer(self, asked: Asked, credentials: Credentials, told: Told) -> tuple[Answer, Asking]:
        with self.service.catalogue.one_state():
            return self._answered(asked, credentials, told)

    def _answered(self, asked: Asked, credentials: Credentials, told: Told) -> tuple[Answer, Asking]:
        caller = self.identity.caller(credentials.authorization, credentials.purpose, credentials.case_ref)
        told.ask(caller.name)
        prepared, asking = self.prepared(asked, caller)
        told.about(prepared.fields)
        asking.request_id = told.request_id
        if prepared.kind is OperationType.SUBSCRIPTION:
            raise Refusal("BAD_REQUEST", "subscriptions are asked for over a WebSocket")
        found = run(self.schema, prepared, asked.variables, asking)
        asking.reads.write()  # on disk before the answer leaves
        told.outcome = next((error["extensions"]["code"] for error in found.get("errors", ())), "OK")
        for error in found.get("errors", ()):
            self.metrics.failed.labels(error["extensions"]["code"]).inc()
        for became, count in asking.leases.items():
            self.metrics.leases.labels(became).inc(count)
        failed = found["errors"][0]["extensions"]["code"] if found["data"] is None else None
        return Answer(orjson.dumps(found, option=WRITES), failed, prepared.kind.value), asking

    def _claims(self, asked: Asked) -> bool:
        """Whether warnings are claimed. Not of a document that nobody has sent yet: it is not read here."""
        with suppress(Refusal):  # says so to whoever asks, once it is known who that is
            return self.documents.known_to_select(self._text(asked), asked.operation_name, CLAIMS)
        return False

    def _text(self, asked: Asked) -> str:
        if self.trusted is None:
            if asked.query is None:
                raise Refusal("BAD_REQUEST", "documentId is for services that answer trusted documents only")
            return asked.query
        if asked.document_id is not None:
            return self.trusted.document(asked.document_id)
        return self.trusted.refuse_others(asked.query or "")
