"""Access tokens as they rest: the SHA-256 of a secret of 256 random bits, and whose it is. The secret is nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from graphsvc.errors import NotFound
from graphsvc.model.callers import Role
from graphsvc.store.catalogue import Catalogue, Connection, take_ids
from graphsvc.store.prepared import Prepared
from graphsvc.store.tables import access_tokens


@dataclass(frozen=True)
class AccessToken:
    """What is known of an access token. Instants in epoch ms."""

    token_id: str
    role: Role
    region: str
    purpose: str
    made_at: int
    expires_at: int | None
    revoked_at: int | None

    def holds(self, at: int) -> bool:
        """Whether it opens anything at an instant."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


def add(
    catalogue: Catalogue, *, digest: str, role: Role, region: str, purpose: str, made_at: int, expires_at: int | None
) -> AccessToken:
    """Keep a token by its digest."""
    with catalogue.writing() as connection:
        return _added(connection, digest, role, region, purpose, made_at, expires_at)


def exchange(catalogue: Catalogue, token: AccessToken, *, digest: str, at: int) -> AccessToken | None:
    """Revoke a token and keep another in its place, of the same role, region, purpose and end, in one transaction.

    None where it does not hold any more at `at`: of several who exchange it at once one gets another.
    """
    with catalogue.writing() as connection:
        held = _query().where(access_tokens.c.token_no == int(token.token_id[1:])).with_for_update()
        row = connection.execute(held).one_or_none()
        if row is None or not _token(row).holds(at):
            return None
        connection.execute(
            sa.update(access_tokens).where(access_tokens.c.token_no == row.token_no).values(revoked_at=at)
        )
        return _added(connection, digest, token.role, token.region, token.purpose, at, token.expires_at)


def _added(
    connection: Connection,
    digest: str,
    role: Role,
    region: str,
    purpose: str,
    made_at: int,
    expires_at: int | None,
) -> AccessToken:
    number = take_ids(connection, "access_tokens", 1) + 1
    row = {
        "token_no": number,
        "digest": digest,
        "role": role.value,
        "region": region,
        "purpose": purpose,
        "made_at": made_at,
        "expires_at": expires_at,
    }
    connection.execute(sa.insert(access_tokens), row)
    return AccessToken(_id(number), role, region, purpose, made_at, expires_at, None)


def all_tokens(catalogue: Catalogue) -> list[AccessToken]:
    """Every token there ever was, the oldest first."""
    with catalogue.reading() as connection:
        rows = connection.execute(_query().order_by(access_tokens.c.token_no))
        return [_token(row) for row in rows]


def by_digest(catalogue: Catalogue, digest: str) -> AccessToken | None:
    """The token of this digest, whether it still holds or not."""
    with catalogue.reading() as connection:
        rows = _BY_DIGEST.run(connection, digest=digest)
    return _token(rows[0]) if rows else None


def revoke(catalogue: Catalogue, token_id: str, *, at: int) -> AccessToken:
    """Make a token open nothing from `at` on; a second time changes nothing. NotFound where there is none."""
    number = int(token_id[1:]) if token_id[:1] == "T" and token_id[1:].isdecimal() and len(token_id) < 18 else 0
    chosen = access_tokens.c.token_no == number
    with catalogue.writing() as connection:
        held = access_tokens.c.revoked_at.is_(None)
        connection.execute(sa.update(access_tokens).where(chosen, held).values(revoked_at=at))
        row = connection.execute(_query().where(chosen)).one_or_none()
    if row is None:
        raise NotFound("there is no access token of this id; graphsvc token list shows them all")
    return _token(row)


def _query() -> sa.Select[tuple[int, str, str, str, int, int | None, int | None]]:
    columns = access_tokens.c
    return sa.select(
        columns.token_no,
        columns.role,
        columns.region,
        columns.purpose,
        columns.made_at,
        columns.expires_at,
        columns.revoked_at,
    )


_BY_DIGEST: Final = Prepared(_query().where(access_tokens.c.digest == sa.bindparam("digest")))
"""Every request asks for it."""


def _token(row: Sequence[Any]) -> AccessToken:
    number, role, *rest = row
    return AccessToken(_id(number), Role(role), *rest)


def _id(number: int) -> str:
    return f"T{number}"
