"""Everything that graphsvc can refuse or fail at, as one tree.

GraphsvcError                exit 1
├── UsageError               exit 2   the question itself is wrong
│   ├── InvalidNumber                 the text cannot be a number or a sender
│   ├── InvalidTime                   the text is no instant
│   ├── InvalidSetting                a setting has a value that does not work
│   ├── KeyReused                     an idempotency key came again with another question
│   └── TooLarge                      a what-if would look at more people than it can hold
├── InputRefused             exit 3   nothing of that file was taken
├── NotFound                 exit 1   no such number, network or analysis
├── NothingYet               exit 1   the data folder has no events, or no analysis
├── Conflict                 exit 1   somebody was quicker, or it is not theirs to decide
│   ├── Overtaken                     retention went on meanwhile
│   └── LinkSpent                     a link that opens once was opened before
├── BeyondRetention          exit 1   the question is about a time before what is kept
├── FolderHeld               exit 1   another process writes to this data folder
├── StorageFailed            exit 1   the disk is full, read-only or not ours
├── AnalysisLost             exit 1   the process that analyses was ended from outside
├── SourceFailed             exit 1   a live source (broker, watched folder) does not answer or does not do
├── NotInstalled             exit 1   a part that only this command needs is not on this machine
├── Neo4jFailed              exit 1   the Neo4j server refused or failed
│   └── Neo4jUnavailable              it is absent, starting or busy: the same again may work later
└── Tampered                 exit 1   the audit chain or a file is not what was written

Messages say what, where and what to do next. They never contain a raw number: callers mask first.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Reason(StrEnum):
    """Which of the things that share a code is wrong, for whoever says it in another language than the message's."""

    TEXT_UNFIT = "TEXT_UNFIT"
    TEXT_HAS_NUMBER = "TEXT_HAS_NUMBER"
    PURPOSE_UNFIT = "PURPOSE_UNFIT"
    PURPOSE_HAS_NUMBER = "PURPOSE_HAS_NUMBER"
    CASE_UNFIT = "CASE_UNFIT"
    REGION_UNFIT = "REGION_UNFIT"
    QUESTIONS_FULL = "QUESTIONS_FULL"
    INVESTIGATION_FULL = "INVESTIGATION_FULL"
    LOG_FULL = "LOG_FULL"
    RELEASED_ALREADY = "RELEASED_ALREADY"
    TWO_NEEDED = "TWO_NEEDED"
    SPAN_BACKWARDS = "SPAN_BACKWARDS"
    END_UNFIT = "END_UNFIT"


class GraphsvcError(Exception):
    """Something that graphsvc refuses or cannot do; the message says what to do about it."""

    code = "FAILED"
    exit_status = 1
    figures: Mapping[str, int] = MappingProxyType({})
    """How many, and so on: what the message says, for whoever says it in another language."""
    reason: Reason | None = None
    """What of several things is wrong, where the code alone does not say."""

    def __init__(self, message: str = "", *, reason: Reason | None = None, **figures: int) -> None:
        super().__init__(message)
        self.reason = reason
        if figures:
            self.figures = figures


class UsageError(GraphsvcError):
    """The question or the option is wrong."""

    code = "BAD_USAGE"
    exit_status = 2


class InvalidNumber(UsageError):
    """The text cannot be a number or a sender."""

    code = "INVALID_NUMBER"


class InvalidTime(UsageError):
    """The text is neither ISO-8601 with an offset nor epoch milliseconds."""

    code = "INVALID_TIME"


class InvalidSetting(UsageError):
    """An environment variable or option has a value that does not work."""

    code = "INVALID_SETTING"


class KeyReused(UsageError):
    """An idempotency key came again with another question."""

    code = "IDEMPOTENCY_KEY_REUSED"


class TooLarge(UsageError):
    """A what-if would look at more people than it can hold."""

    code = "WHAT_IF_TOO_LARGE"

    def __init__(self, message: str, *, contacts: int, most: int) -> None:
        super().__init__(message)
        self.figures = {"contacts": contacts, "most": most}


class InputRefused(GraphsvcError):
    """Nothing of this file was taken."""

    code = "INPUT_REFUSED"
    exit_status = 3


class NotFound(GraphsvcError):
    """There is no such number, network or analysis here."""

    code = "NOT_FOUND"


class NothingYet(GraphsvcError):
    """The data folder has no events, or no analysis, yet."""

    code = "NOTHING_YET"


class Conflict(GraphsvcError):
    """Somebody was quicker, or it is not theirs to decide: the state is unchanged."""

    code = "CONFLICT"


class TextRefused(UsageError):
    """A warning text breaks a rule."""

    code = "TEXT_REFUSED"


class Overtaken(Conflict):
    """Retention moved the horizon while this was being made of what lies before it too: make it anew."""


class LinkSpent(Conflict):
    """A link that opens once was opened before, or its service has ended."""

    code = "LINK_SPENT"


class BeyondRetention(GraphsvcError):
    """The question is about a time before what is kept."""

    code = "BEYOND_RETENTION"


class FolderHeld(GraphsvcError):
    """Another process writes to this data folder."""

    code = "FOLDER_HELD"


class StorageFailed(GraphsvcError):
    """The disk is full, read-only, or the folder is not ours."""

    code = "STORAGE_FAILED"


class AnalysisLost(GraphsvcError):
    """The process that analyses was ended from outside, perhaps for want of memory."""

    code = "ANALYSIS_LOST"


class SourceFailed(GraphsvcError):
    """A live source does not answer, or is not as its settings say; what it holds is taken in when it is."""

    code = "SOURCE_FAILED"


class NotInstalled(GraphsvcError):
    """A part that only this command needs is not on this machine."""

    code = "NOT_INSTALLED"


class Neo4jFailed(GraphsvcError):
    """The Neo4j server refused or failed: a wrong password, a wrong version, a database that is not as needed."""

    code = "NEO4J_FAILED"


class Neo4jTooSmall(Neo4jFailed):
    """The Neo4j server has too little memory for what it was asked; less at a time may do."""


class Neo4jUnavailable(Neo4jFailed):
    """The Neo4j server is absent, starting or busy; the same question may be answered later."""

    code = "NEO4J_UNAVAILABLE"


class Tampered(GraphsvcError):
    """Something on disk is not what was written."""

    code = "TAMPERED"
