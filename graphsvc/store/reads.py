"""Reads in the audit log: who asked for what, and why; written before the answer is given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Protocol

from graphsvc.model.purposes import Errand
from graphsvc.store.audit import AuditLog

SUBJECTS_MOST: Final = 1000
"""Subjects that one entry names; more are told by their count."""


class Reads(Protocol):
    """Where a verb that answers notes what was asked."""

    def note(self, action: str, tokens: Sequence[str] = ()) -> None:
        """Somebody asks for this, about these numbers or entities (tokens). On disk before the answer is."""


@dataclass(frozen=True)
class ReadsAtOnce:
    """Each read is an entry of its own: for the command line."""

    audit: AuditLog
    wall_clock: Callable[[], int]
    errand: Errand

    def note(self, action: str, tokens: Sequence[str] = ()) -> None:
        """One entry, on disk when it returns."""
        _record(self.audit, self.wall_clock(), self.errand, action, list(tokens))


@dataclass
class ReadsTogether:
    """All reads of a request make one entry, which `write` adds: the answer must wait for it."""

    audit: AuditLog
    wall_clock: Callable[[], int]
    errand: Errand
    noted: dict[str, list[str]] = field(default_factory=dict)

    def note(self, action: str, tokens: Sequence[str] = ()) -> None:
        """Remember it until `write`."""
        self.noted.setdefault(action, []).extend(tokens)

    def write_as(self, action: str, tokens: Sequence[str]) -> int:
        """An entry of that action about these, which tells beside it what was noted so far, and forgets that."""
        beside = {"read": sorted(self.noted)} if self.noted else {}
        about = [*tokens, *(token for noted in self.noted.values() for token in noted)]
        entry = _record(self.audit, self.wall_clock(), self.errand, action, about, beside)
        self.noted.clear()
        return entry

    def write(self) -> int | None:
        """Add the entry and forget what was noted; its number, None where nothing was asked."""
        if not self.noted:
            return None
        action = "read " + ", ".join(sorted(self.noted))
        tokens = [token for noted in self.noted.values() for token in noted]
        entry = _record(self.audit, self.wall_clock(), self.errand, action, tokens)
        self.noted.clear()
        return entry


def _record(
    audit: AuditLog,
    at: int,
    errand: Errand,
    action: str,
    tokens: list[str],
    beside: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> int:
    subjects = list(dict.fromkeys(tokens))
    counted = {"subject_count": len(subjects)} if len(subjects) > 1 else {}
    return audit.record_errand(errand, action, at=at, tokens=subjects[:SUBJECTS_MOST], details={**counted, **beside})
