"""The desk of access: who may come in. Access tokens are made, listed, revoked and recognised here.

A token is shown once, when it is made; only its digest is kept. Making and revoking are written to the audit log first.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from graphsvc.errors import LinkSpent, UsageError
from graphsvc.model.callers import Caller, Role, region_prefix
from graphsvc.model.purposes import checked_purpose
from graphsvc.store import access_tokens
from graphsvc.store.access_tokens import AccessToken
from graphsvc.store.audit import AuditLog
from graphsvc.store.catalogue import Catalogue

PREFIX: Final = "gsvc_"
"""What a token begins with, so that a scanner for secrets finds one that was left lying about."""
LINK_PREFIX: Final = f"{PREFIX}once_"
"""What the token of a link begins with: it is good for another token, once, and for nothing else."""

_OF_A_TOKEN: Final = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
_OF_A_LINK: Final = re.compile(rf"{LINK_PREFIX}[A-Za-z0-9_-]{{43}}")


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

    def create(
        self, *, role: Role, region: str, expires_at: int | None, purpose: str | None, for_link: bool = False
    ) -> MadeToken:
        """Make a token. UsageError for a region that is none, or an end that has passed.

        `for_link`: one that `exchange` takes.
        """
        prefix, now = region_prefix(region), self.wall_clock()
        if expires_at is not None and expires_at <= now:
            raise UsageError("a token must expire later than now")
        standing = checked_purpose(purpose or role.value)
        self._audited("create access token", f"{role.value} {prefix or 'everywhere'}", None)
        token = (LINK_PREFIX if for_link else PREFIX) + self.secret()
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

    def exchange(self, token: str) -> MadeToken | None:
        """Another token for that of a link, which opens nothing from then on; None for what is no link's token.

        LinkSpent where it was exchanged before, is revoked or has expired.
        """
        known = _OF_A_LINK.fullmatch(token)
        found = access_tokens.by_digest(self.catalogue, _digest(token)) if known else None
        if found is None:
            return None
        now, another = self.wall_clock(), PREFIX + self.secret()
        if found.holds(now):
            self._audited("open link", found.purpose, found.token_id)
            about = access_tokens.exchange(self.catalogue, found, digest=_digest(another), at=now)
            if about is not None:
                return MadeToken(another, about)
        raise LinkSpent(
            "this link was opened before, and opens once (or its service has ended). For another window make a token: "
            "graphsvc token create --role investigator; or start the service again, which prints a new link"
        )

    def list(self) -> list[AccessToken]:
        """Every token there ever was, the oldest first; never its text."""
        return access_tokens.all_tokens(self.catalogue)

    def revoke(self, token_id: str) -> AccessToken:
        """Make a token open nothing from now on. NotFound where there is none of that id."""
        self._audited("revoke access token", "revoked", token_id if re.fullmatch("T[0-9]{1,9}", token_id) else None)
        return access_tokens.revoke(self.catalogue, token_id, at=self.wall_clock())

    def recognise(self, token: str) -> Caller | None:
        """Whose token this is; None for one that was never made, is revoked or has expired, and for a link's."""
        if not _OF_A_TOKEN.fullmatch(token):
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


@dataclass
class FirstLook:
    """The link by which somebody on this machine looks around while a service runs."""

    access: Access
    link: MadeToken
    _opened: list[AccessToken] = field(default_factory=list)

    @classmethod
    def begin(cls, access: Access, until: int) -> "FirstLook":
        """Make its token, which expires at an instant (epoch ms)."""
        purpose = "first look on this machine"
        link = access.create(role=Role.INVESTIGATOR, region="", expires_at=until, purpose=purpose, for_link=True)
        return cls(access, link)

    def open(self, token: str) -> MadeToken | None:
        """What `Access.exchange` gives, until the end of this look."""
        made = self.access.exchange(token)
        if made is not None:
            self._opened.append(made.about)
        return made

    def end(self) -> None:
        """Neither the link nor what was got for it opens anything any more."""
        for about in (self.link.about, *self._opened):
            self.access.revoke(about.token_id)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
