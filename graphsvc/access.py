"""The desk of access: who may come in. Access tokens are made, listed, revoked and recognised here.

A token is shown once, when it is made; only its digest is kept. Making and revoking are written to the audit log first.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from graphsvc.errors import UsageError
from graphsvc.model.callers import Caller, Role, region_prefix
from graphsvc.model.purposes import checked_purpose
from graphsvc.store import access_tokens
from graphsvc.store.access_tokens import AccessToken
from graphsvc.store.audit import AuditLog
from graphsvc.store.catalogue import Catalogue

PREFIX: Final = "gsvc_"
"""What a token begins with, so that a scanner for secrets finds one that was left lying about."""

_SECRET: Final = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")


@dataclass(frozen=True)
class MadeToken:
    """A token that was just made; its text is not kept anywhere."""

    token: str
    about: AccessToken


@dataclass(frozen=True)
class Access:
    """Access tokens of one data folder."""

    catalogue: Catalogue
    audit: AuditLog
    wall_clock: Callable[[], int]
    """Epoch ms."""
    secret: Callable[[], str]
    """43 characters that nobody can guess."""
    actor: str

    def create(self, *, role: Role, region: str, expires_at: int | None, purpose: str | None) -> MadeToken:
        """Make a token. UsageError for a region that is none, or an end that has passed."""
        prefix, now = region_prefix(region), self.wall_clock()
        if expires_at is not None and expires_at <= now:
            raise UsageError("a token must expire later than now")
        standing = checked_purpose(purpose or role.value)
        self._audited("create access token", f"{role.value} {prefix or 'everywhere'}", None)
        token = PREFIX + self.secret()
        about = access_tokens.add(
            self.catalogue,
            digest=_digest(token),
            role=role,
            region=prefix,
            purpose=standing,
            made_at=now,
            expires_at=expires_at,
        )
        return MadeToken(token, about)

    def list(self) -> list[AccessToken]:
        """Every token there ever was, the oldest first; never its text."""
        return access_tokens.all_tokens(self.catalogue)

    def revoke(self, token_id: str) -> AccessToken:
        """Make a token open nothing from now on. NotFound where there is none of that id."""
        self._audited("revoke access token", "revoked", token_id if re.fullmatch("T[0-9]{1,9}", token_id) else None)
        return access_tokens.revoke(self.catalogue, token_id, at=self.wall_clock())

    def recognise(self, token: str) -> Caller | None:
        """Whose token this is; None for one that was never made, is revoked or has expired."""
        if not _SECRET.fullmatch(token):
            return None
        found = access_tokens.by_digest(self.catalogue, _digest(token))
        if found is None or not found.holds(self.wall_clock()):
            return None
        return Caller(f"token:{found.token_id}", found.role, found.region, found.purpose)

    def any_holds(self) -> bool:
        """Whether there is a token that opens anything now."""
        now = self.wall_clock()
        return any(token.holds(now) for token in self.list())

    def _audited(self, action: str, purpose: str, token_id: str | None) -> None:
        self.audit.record(
            at=self.wall_clock(),
            actor=self.actor,
            action=action,
            purpose=purpose,
            details={} if token_id is None else {"token_id": token_id},
        )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
