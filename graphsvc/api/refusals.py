"""Every code that an error of the API can carry, with its HTTP status and meaning. `docs/api.md` shows this list.

What is not ours to explain leaves as INTERNAL_SERVER_ERROR, with nothing of its message: neither in the answer nor in
the log.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import GraphQLError

from graphsvc.errors import GraphsvcError
from graphsvc.model.numbers import redact

log: Final = logging.getLogger("graphsvc.api")

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Meaning:
    """What a code says, and the HTTP status where a whole request is refused with it."""

    status: int
    words: str


CODES: Final[Mapping[str, Meaning]] = {
    # the request
    "BAD_REQUEST": Meaning(
        400,
        "the body is not one JSON object with `query` and, at most, `variables` and so on, or holds the character NUL",
    ),
    "METHOD_NOT_ALLOWED": Meaning(405, "only POST; a query in an address would end up in logs"),
    "NOT_ACCEPTABLE": Meaning(406, "the client accepts no media type that we speak"),
    "REQUEST_TIMEOUT": Meaning(408, "the body did not arrive in time"),
    "BODY_TOO_LARGE": Meaning(413, "the body is larger than allowed"),
    "UNSUPPORTED_MEDIA_TYPE": Meaning(415, "the body is not `application/json` in UTF-8"),
    "RATE_LIMITED": Meaning(429, "this token has used up its budget; `Retry-After` says when to come again"),
    "OPERATION_TIMEOUT": Meaning(503, "the answer took too long and was given up; ask for less, or again later"),
    # who asks
    "UNAUTHENTICATED": Meaning(401, "no access token, or one that is unknown, expired or revoked"),
    "LINK_SPENT": Meaning(410, "the link was opened before, and opens once; or its service has ended"),
    "FORBIDDEN": Meaning(403, "the role or region of the token may not see or do this; `fields` names what"),
    # the document
    "GRAPHQL_PARSE_FAILED": Meaning(400, "the document is no GraphQL"),
    "GRAPHQL_VALIDATION_FAILED": Meaning(400, "the document does not fit the schema"),
    "DOCUMENT_TOO_COMPLEX": Meaning(400, "the document is too deep, too wide, or would cost too much"),
    "DOCUMENT_NOT_TRUSTED": Meaning(400, "only operations of `schema/operations` are answered here, by their hash"),
    # arguments and things
    "BAD_USER_INPUT": Meaning(400, "an argument or variable does not do; the message says which and why"),
    "BAD_USAGE": Meaning(400, "the question itself is wrong; the message says why"),
    "WHAT_IF_TOO_LARGE": Meaning(
        400, "the numbers have more than 100,000 contacts; `contacts` and `most` say how many"
    ),
    "INVALID_NUMBER": Meaning(400, "the text can be neither a number nor a sender"),
    "INVALID_TIME": Meaning(400, "the text is no instant"),
    "IDEMPOTENCY_KEY_REUSED": Meaning(409, "this idempotency key belongs to another claim; take a new one"),
    "CONFLICT": Meaning(409, "it is so already, or somebody else was quicker"),
    "TEXT_REFUSED": Meaning(422, "a text breaks the rules of docs/warning-texts.md"),
    "INPUT_REFUSED": Meaning(422, "nothing of what was sent was taken"),
    "CURSOR_EXPIRED": Meaning(400, "the cursor is older than 24 hours, or its analysis is not kept any more"),
    "NOT_FOUND": Meaning(404, "there is no such thing here, or none that is yours to see"),
    "NOTHING_YET": Meaning(503, "there is no analysis yet"),
    "BEYOND_RETENTION": Meaning(400, "the question is about a time before what is kept"),
    # us
    "INVALID_SETTING": Meaning(500, "the service is set up wrongly; its operator sees what in the log"),
    "FOLDER_HELD": Meaning(503, "another process holds the data folder; come again"),
    "STORAGE_FAILED": Meaning(503, "the data folder or database does not answer; come again"),
    "ANALYSIS_LOST": Meaning(503, "the process that analyses was ended; the next analysis begins another"),
    "SOURCE_FAILED": Meaning(503, "a broker or a watched folder does not answer; the rest goes on"),
    "NEO4J_FAILED": Meaning(503, "the Neo4j server refused or failed"),
    "NEO4J_UNAVAILABLE": Meaning(503, "the Neo4j server is absent, starting or busy; come again"),
    "NEO4J_ELSEWHERE": Meaning(503, "the graph in Neo4j would take too long over this question"),
    "NEO4J_EVENTS_MISSING": Meaning(503, "the graph in Neo4j holds too few single events for this question"),
    "UNAVAILABLE": Meaning(503, "a service that this needs does not answer; come again"),
    "DELIVERY_FAILED": Meaning(502, "a warning could not be handed on; the dispatcher keeps it and tries again"),
    "NOT_INSTALLED": Meaning(500, "a part that this needs is not installed; its operator sees what in the log"),
    "FAILED": Meaning(500, "it could not be done; its operator sees why in the log"),
    "TAMPERED": Meaning(503, "the audit chain or a file is not what was written; the operator must look"),
    "INTERNAL_SERVER_ERROR": Meaning(500, "a fault of ours; the log has its place under the request's id"),
}

_OURS_ALONE: Final = frozenset(
    {
        "FAILED",
        "FOLDER_HELD",
        "INVALID_SETTING",
        "NEO4J_FAILED",
        "NEO4J_UNAVAILABLE",
        "NOT_INSTALLED",
        "ANALYSIS_LOST",
        "SOURCE_FAILED",
        "STORAGE_FAILED",
        "TAMPERED",
    }
)
"""Codes whose messages name places of the machine: callers get the meaning, the log the code."""


@dataclass
class Refusal(Exception):
    """Something that the API refuses; `code` is one of CODES. The message never echoes what was sent."""

    code: str
    message: str
    retry_after: int | None = None
    """Seconds."""
    more: JsonObject = field(default_factory=dict)
    """Further `extensions`."""

    def __str__(self) -> str:
        return self.message

    @property
    def status(self) -> int:
        """The HTTP status of a request that is refused whole."""
        return CODES[self.code].status

    def shown(self) -> JsonObject:
        """As an entry of `errors`."""
        return {"message": self.message, "extensions": {"code": self.code, **self.more}}


def explained(error: BaseException, request_id: str) -> Refusal:
    """What a caller may be told of an error; the rest goes to the log, without its message."""
    if isinstance(error, GraphQLError) and error.original_error is not None:
        error = error.original_error
    if isinstance(error, Refusal):
        return error
    if isinstance(error, GraphQLError):
        return Refusal("BAD_USER_INPUT", redact(error.message))
    if isinstance(error, GraphsvcError):
        if error.code in _OURS_ALONE:
            level = logging.WARNING if error.code == "FOLDER_HELD" else logging.ERROR  # somebody works: it passes
            log.log(level, "storage_refused code=%s request=%s", error.code, request_id)
            return Refusal(error.code, CODES[error.code].words)
        reason = {} if error.reason is None else {"reason": error.reason.value}
        return Refusal(error.code, redact(str(error)), more={**reason, **error.figures})
    log.error("unexpected_error kind=%s at=%s request=%s", type(error).__name__, _place(error), request_id)
    return Refusal("INTERNAL_SERVER_ERROR", f"a fault of ours; tell the operator request {request_id}")


def _place(error: BaseException) -> str:
    """The innermost line that failed: module and line, nothing of any value."""
    trace, place = error.__traceback__, "unknown"
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
