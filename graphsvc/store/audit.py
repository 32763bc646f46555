"""The audit chain: who did what, for which purpose; written before the deed.

Each entry is sealed with a key over what it says and the seal before it, so that none can be edited, removed,
reordered, repeated or made up without the key. A checkpoint beside the catalogue holds how many there are, so
that none can be cut off at the end. Old copies of both, put back together, disagree with a signed checkpoint that was
taken elsewhere before (see checkpoints).

Retention may cut the chain at its beginning: an entry says where and who, and the checkpoint has the seal that what is
left begins with. Without the key nobody can do that unseen.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import orjson
import sqlalchemy as sa

from graphsvc.errors import Tampered
from graphsvc.model.purposes import Errand
from graphsvc.store.catalogue import Catalogue, delete_rows, insert_rows
from graphsvc.store.checkpoints import SignedCheckpoint, public_key, sign
from graphsvc.store.durable import disk_errors_explained, replace_private
from graphsvc.store.home import Home
from graphsvc.store.prepared import Prepared
from graphsvc.store.tables import audit
from graphsvc.store.together import Take, Together
from graphsvc.store.turns import SharedTurn

_SEALED: Final = ("entry", "at", "actor", "action", "purpose", "case_ref", "subject_token", "details")
_START: Final = "0" * 64
_CUT: Final = "audit cut"
_AT_A_TIME: Final = 5_000
_NEVER: Final = 2**53


@dataclass(frozen=True)
class AuditReport:
    """Whether the chain is whole, and if not, where it first is not and why."""

    entries: int
    """Entries that hold."""
    ok: bool
    first_bad: int | None
    reason: str | None
    cut: int = 0
    """Entries before these that retention took away."""


@dataclass(frozen=True)
class _Checkpoint:
    count: int
    seal: str
    cut: int = 0
    """Entries up to this are not kept."""
    cut_seal: str = _START
    """The seal of the last of them."""


class AuditLog:
    """The audit chain of one data folder."""

    def __init__(self, catalogue: Catalogue, home: Home, key: bytes) -> None:
        """`key` is `keys.audit`."""
        self._catalogue = catalogue
        self._home = home
        self._key = key
        self._turn = SharedTurn(home.audit_head.with_suffix(".turn"))
        self._entries: Together[Mapping[str, Any], int] = Together(self._turn)

    def close(self) -> None:
        """Let go of the file that keeps writers apart; the next entry opens it again."""
        self._turn.close()

    def record_errand(
        self,
        errand: Errand,
        action: str,
        *,
        at: int,
        tokens: Sequence[str] = (),
        details: Mapping[str, Any] | None = None,
    ) -> int:
        """Add an entry for an errand about these tokens: one is the entry's subject, several are in its details."""
        subjects = list(dict.fromkeys(tokens))
        several = {"subjects": subjects} if len(subjects) > 1 else {}
        return self.record(
            at=at,
            actor=errand.actor,
            action=action,
            purpose=errand.purpose,
            case_ref=errand.case_ref,
            subject_token=subjects[0] if len(subjects) == 1 else None,
            details={**several, **(details or {})},
        )

    def record(  # the seven things an entry says, all by name
        self,
        *,
        at: int,
        actor: str,
        action: str,
        purpose: str,
        case_ref: str | None = None,
        subject_token: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> int:
        """Add an entry (`at` in epoch ms; tokens, never raw numbers), on disk when it returns; its number.

        Refuses to go on from a chain that was cut.
        """
        said = {
            "at": at,
            "actor": actor,
            "action": action,
            "purpose": purpose,
            "case_ref": case_ref,
            "subject_token": subject_token,
            "details": orjson.dumps(dict(details or {}), option=orjson.OPT_SORT_KEYS).decode(),
        }
        self._catalogue.leave_state()  # SQLite begins its log anew only when nobody reads from it
        return self._entries.ask(said, self._write)

    def _write(self, take: Take[Mapping[str, Any]]) -> list[int]:
        """Write what threads of this process wait to have written, in one transaction: the disk is waited for once."""
        with self._catalogue.writing() as connection:
            last = _last(connection)
            checkpoint = self._refuse_cut_chain(connection, last)
            some = take()
            rows = []
            for place, said in enumerate(some, last.count + 1):
                entry = {"entry": place, **said}
                last = _Checkpoint(place, self._seal(last.seal, entry))
                rows.append({**entry, "seal": last.seal})
            insert_rows(connection, audit, [[row[column.name] for column in audit.c] for row in rows])
        self._write_checkpoint(self._home.audit_head, replace(checkpoint, count=last.count, seal=last.seal))
        return [row["entry"] for row in rows]

    def cut(self, *, before: int, at: int, actor: str, purpose: str) -> int:
        """Take away entries from before an instant (epoch ms); how many. Refuses to cut a chain that is not whole.

        The chain says so first, then the checkpoint, then they go: a crash in between leaves some that no longer count,
        and the next cut removes them.
        """
        columns = audit.c
        checkpoint = self._read_checkpoint(self._home.audit_head) or _Checkpoint(0, _START)
        with self._catalogue.reading() as connection:
            query = sa.select(columns.entry, columns.seal).where(columns.at >= before).order_by(columns.entry).limit(1)
            first_kept = connection.scalar(query)
            last = _last(connection).count if first_kept is None else first_kept - 1
            to = max(checkpoint.cut, last)
            seal = connection.scalar(sa.select(columns.seal).where(columns.entry == to))
        if to > checkpoint.cut:
            report = self.verify()
            if not report.ok:
                raise Tampered(f"the audit chain is broken and is not cut: {report.reason}; see graphsvc audit verify")
            details = {"to": to, "seal": seal, "before": before}
            self.record(at=at, actor=actor, action=_CUT, purpose=purpose, details=details)
            self._move_cut(to, str(seal))
        return self._remove_to(to)

    def begins(self) -> int:
        """When (epoch ms) the oldest entry that is kept was written; the end of time without any."""
        with self._catalogue.reading() as connection:
            query = sa.select(audit.c.at).order_by(audit.c.entry).limit(1)
            return int(connection.scalar(query) or _NEVER)

    def _move_cut(self, to: int, seal: str) -> None:
        place = self._home.audit_head
        with self._turn:
            checkpoint = self._read_checkpoint(place)
            if checkpoint is None:
                raise Tampered(f"{place} is missing; see graphsvc audit verify")
            self._write_checkpoint(place, replace(checkpoint, cut=to, cut_seal=seal))

    def _remove_to(self, to: int) -> int:
        count = 0
        while True:
            with self._catalogue.writing() as connection:
                some = sa.select(audit.c.entry).where(audit.c.entry <= to).order_by(audit.c.entry).limit(_AT_A_TIME)
                gone = list(connection.scalars(some))
                delete_rows(connection, audit.c.entry, gone)
            if not gone:
                return count
            count += len(gone)

    def signed(self, *, at: int) -> SignedCheckpoint:
        """A checkpoint to keep elsewhere. Tampered where the chain is not whole: that is not to be signed."""
        report = self.verify()
        if not report.ok:
            raise Tampered(f"the audit chain is broken: {report.reason}; see graphsvc audit verify")
        with self._catalogue.reading() as connection:
            last = _last(connection)
        return sign(self._key, count=last.count, seal=last.seal, at=at)

    def verify(self, elsewhere: Sequence[SignedCheckpoint] = ()) -> AuditReport:
        """Walk the whole chain and hold it against the checkpoint, and against signed ones that were kept elsewhere."""
        try:
            checkpoint = self._read_checkpoint(self._home.audit_head)
        except Tampered as error:
            return AuditReport(0, ok=False, first_bad=None, reason=str(error))
        cut, seal = (checkpoint.cut, checkpoint.cut_seal) if checkpoint else (0, _START)
        count, at_checkpoint, told = cut, seal if checkpoint and checkpoint.count == cut else _START, cut == 0
        seals = {signed.count: seal if signed.count == cut else _START for signed in elsewhere}
        with self._catalogue.reading() as connection:
            chain = sa.select(audit).where(audit.c.entry > cut).order_by(audit.c.entry)
            for row in connection.execute(chain).mappings():
                entry = dict(row)
                found = entry.pop("seal")
                expected = self._seal(seal, entry)
                if entry["entry"] != count + 1 or not hmac.compare_digest(found, expected):
                    return _broken(cut, count, f"entry {count + 1} is not what was written, or not there")
                count, seal = count + 1, str(found)
                told = told or (entry["action"] == _CUT and orjson.loads(entry["details"]).get("to") == cut)
                if checkpoint and count == checkpoint.count:
                    at_checkpoint = seal
                if count in seals:
                    seals[count] = seal
        reason = _against(checkpoint, count, at_checkpoint)
        if not reason and not told:
            reason = f"entries up to {cut} were taken away, and none of those that are left says so"
        for signed in elsewhere:
            reason = reason or self._against_signed(signed, cut, count, seals[signed.count])
        return _broken(cut, count, reason) if reason else AuditReport(count - cut, True, None, None, cut)

    def _against_signed(self, signed: SignedCheckpoint, cut: int, count: int, seal: str) -> str | None:
        if signed.public_key != public_key(self._key):
            return "a signed checkpoint is of another data folder, or the audit key was changed"
        if signed.count > count:
            return (
                f"{signed.count - count} entries that a signed checkpoint knows are missing: an old copy was put back"
            )
        if signed.count >= cut and not hmac.compare_digest(signed.seal, seal):
            return f"entry {signed.count} is not the one that a signed checkpoint knows: the chain was written anew"
        return None

    def _refuse_cut_chain(self, connection: sa.Connection, last: _Checkpoint) -> _Checkpoint:
        """The checkpoint; Tampered where the chain does not go on from it."""
        checkpoint = self._read_checkpoint(self._home.audit_head)
        if checkpoint is None and last.count == 0:
            # Before the first entry commits, so that a crash cannot leave entries without a checkpoint.
            self._write_checkpoint(self._home.audit_head, last)
            return last
        at_checkpoint = _START
        if checkpoint and checkpoint.count == last.count:
            at_checkpoint = last.seal  # as it nearly always is
        elif checkpoint and checkpoint.count:
            found = _SEAL_OF.run(connection, entry=checkpoint.count)
            at_checkpoint = str(found[0][0]) if found else _START
        reason = _against(checkpoint, last.count, at_checkpoint)
        if reason or checkpoint is None:
            raise Tampered(f"the audit chain of {self._home.path} is broken: {reason}; see graphsvc audit verify")
        return checkpoint

    def _seal(self, before: str, entry: Mapping[str, Any]) -> str:
        said = orjson.dumps([entry[name] for name in _SEALED])
        return hmac.digest(self._key, before.encode() + said, "sha256").hex()

    def _checkpoint_seal(self, checkpoint: _Checkpoint) -> str:
        said = f"checkpoint {checkpoint.count} {checkpoint.seal}"
        if checkpoint.cut:
            said += f" cut {checkpoint.cut} {checkpoint.cut_seal}"
        return hmac.digest(self._key, said.encode(), "sha256").hex()

    def _write_checkpoint(self, place: Path, checkpoint: _Checkpoint) -> None:
        lines = {**asdict(checkpoint), "mac": self._checkpoint_seal(checkpoint)}
        with disk_errors_explained(place):
            replace_private(place, orjson.dumps(lines))

    def _read_checkpoint(self, place: Path) -> _Checkpoint | None:
        try:
            with disk_errors_explained(place):
                content = orjson.loads(place.read_bytes()) if place.exists() else None
            if content is None:
                return None
            cut = int(content.get("cut", 0)), str(content.get("cut_seal", _START))
            found, mac = _Checkpoint(int(content["count"]), str(content["seal"]), *cut), str(content["mac"])
        except (ValueError, KeyError, TypeError):
            raise Tampered(f"{place} is not a checkpoint") from None
        if not hmac.compare_digest(mac, self._checkpoint_seal(found)):
            raise Tampered(f"{place} is not what was written")
        return found


def _broken(cut: int, count: int, reason: str) -> AuditReport:
    return AuditReport(count - cut, ok=False, first_bad=count + 1, reason=reason, cut=cut)


def _last(connection: sa.Connection) -> _Checkpoint:
    rows = _LAST.run(connection)
    return _Checkpoint(*rows[0]) if rows else _Checkpoint(0, _START)


_LAST: Final = Prepared(sa.select(audit.c.entry, audit.c.seal).order_by(audit.c.entry.desc()).limit(1))
_SEAL_OF: Final = Prepared(sa.select(audit.c.seal).where(audit.c.entry == sa.bindparam("entry")))


def _against(checkpoint: _Checkpoint | None, count: int, at_checkpoint: str) -> str | None:
    """What is wrong between the chain and its checkpoint, which may be one entry behind after a crash."""
    if checkpoint is None:
        return "the checkpoint is missing" if count else None
    if checkpoint.count > count:
        return f"{checkpoint.count - count} entries are missing at the end"
    if not hmac.compare_digest(checkpoint.seal, at_checkpoint):
        return f"entry {checkpoint.count} is not the one that the checkpoint names"
    return None
