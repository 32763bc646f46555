"""Signed checkpoints of the audit chain, to be kept elsewhere: how long it was, and the seal it ended with.

Whoever has an old copy of catalogue and checkpoint together could put both back; whoever has the audit key could seal
another chain. Neither agrees with a checkpoint that was taken away before. Ed25519, so that it can be checked by people
who hold no secret: the public key is in the file, and is the same for one data folder for ever.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from graphsvc.errors import InputRefused


@dataclass(frozen=True)
class SignedCheckpoint:
    """So many entries, the last one's seal, when this was said (epoch ms), and who signed."""

    count: int
    seal: str
    at: int
    public_key: str
    """Base64 of the 32 bytes."""
    signature: str

    def text(self) -> bytes:
        """The file that is kept elsewhere."""
        return orjson.dumps(vars(self), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def signing_key(audit_key: bytes) -> Ed25519PrivateKey:
    """The key of one data folder, made from its audit key."""
    return Ed25519PrivateKey.from_private_bytes(hmac.digest(audit_key, b"graphsvc signed checkpoints", "sha256"))


def public_key(audit_key: bytes) -> str:
    """What its checkpoints are checked with: base64 of 32 bytes."""
    return base64.b64encode(signing_key(audit_key).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def sign(audit_key: bytes, *, count: int, seal: str, at: int) -> SignedCheckpoint:
    """A checkpoint of a chain."""
    signature = signing_key(audit_key).sign(_said(count, seal, at))
    return SignedCheckpoint(count, seal, at, public_key(audit_key), base64.b64encode(signature).decode())


def read(path: Path) -> SignedCheckpoint:
    """A checkpoint from a file; InputRefused where it is none, or was not signed by whom it names."""
    try:
        content: dict[str, Any] = orjson.loads(path.read_bytes())
        found = SignedCheckpoint(
            int(content["count"]),
            str(content["seal"]),
            int(content["at"]),
            str(content["public_key"]),
            str(content["signature"]),
        )
        signer = Ed25519PublicKey.from_public_bytes(base64.b64decode(found.public_key, validate=True))
        signer.verify(base64.b64decode(found.signature, validate=True), _said(found.count, found.seal, found.at))
    except OSError as error:
        raise InputRefused(f"{path.name} cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise InputRefused(f"{path.name} is not a signed checkpoint") from None
    except InvalidSignature:
        raise InputRefused(f"{path.name} is not what was signed") from None
    return found


def _said(count: int, seal: str, at: int) -> bytes:
    return f"graphsvc audit checkpoint\n{count}\n{seal}\n{at}\n".encode()
