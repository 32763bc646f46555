"""Lease tokens: a warning's reference, its fence, and a keyed tag, so that nobody can make up or guess another's."""

import hmac
from base64 import b32encode

from graphsvc.errors import NotFound
from graphsvc.model.references import warning_id_of, warning_reference
from graphsvc.store.leases import Key

_TAG_BYTES = 10
_LONGEST = 80


def tag(secret: bytes, warning_id: int, fence: int) -> str:
    """Sixteen letters that only the holder of the secret can make."""
    said = f"lease {warning_id} {fence}".encode()
    return b32encode(hmac.digest(secret, said, "sha256")[:_TAG_BYTES]).decode().lower()


def token(secret: bytes, warning_id: int, fence: int) -> str:
    """The token of a lease."""
    return f"{warning_reference(warning_id)}.{fence}.{tag(secret, warning_id, fence)}"


def lease_of(secret: bytes, text: str) -> Key | None:
    """Which lease a token names; None where it is none of ours."""
    reference, _, rest = text.partition(".")
    fence, _, _ = rest.partition(".")
    if len(text) > _LONGEST or not text.isascii() or not fence.isdigit():
        return None
    try:
        warning_id = warning_id_of(reference)
    except NotFound:
        return None
    named = (warning_id, int(fence))
    return named if hmac.compare_digest(text, token(secret, *named)) else None


def dedupe_key(secret: bytes, warning_id: int) -> str:
    """The same for each attempt at a warning: what a sender uses as its own idempotency key."""
    return b32encode(hmac.digest(secret, f"dedupe {warning_id}".encode(), "sha256")[:15]).decode().lower()
