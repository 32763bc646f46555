"""The five secrets of a data folder: for tokens, the vault, event keys, the audit chain and the ids that the API gives.

A key comes from a setting, or from a file of mode 0600 that is made on first use. Keys need
randomness; it comes from the operating system.
"""

import base64
import binascii
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from graphsvc.errors import InvalidSetting, StorageFailed
from graphsvc.store.durable import create_private, disk_errors_explained
from graphsvc.store.home import Home

KEY_BYTES = 32
_FIRST_VERSION = 1
_FILE = re.compile(r"v([1-9][0-9]{0,3}) ([A-Za-z0-9+/]{43}=)\n?")


@dataclass(frozen=True)
class Keys:
    """Key material. Printing it shows nothing."""

    token: tuple[int, bytes] = field(repr=False)
    """Version and key of number and entity tokens."""
    vault: bytes = field(repr=False)
    """AES-256 key of the vault's rows."""
    event: bytes = field(repr=False)
    """Key of event keys (SipHash takes its first 16 bytes)."""
    audit: bytes = field(repr=False)
    """Key of the audit chain's seals."""
    ids: bytes = field(repr=False)
    """Key of the ids and cursors that the API gives out."""

    @classmethod
    def open(cls, home: Home, token_key: str | None, vault_key: str | None) -> "Keys":
        """Keys from the settings where they are given, from key files otherwise."""
        return cls(
            token=_given("GRAPHSVC_TOKEN_KEY", token_key) or _kept(home, "token"),
            vault=(_given("GRAPHSVC_VAULT_KEY", vault_key) or _kept(home, "vault"))[1],
            event=_kept(home, "event")[1],
            audit=_kept(home, "audit")[1],
            ids=_kept(home, "ids")[1],
        )


def place_keys(home: Home, *, token: bytes, vault: bytes) -> None:
    """Put known keys into a new data folder, for a world that is invented and must come out the same every time.

    FileExistsError where the folder has keys already.
    """
    for name, key in (("token", token), ("vault", vault)):
        path = home.folder(home.keys) / f"{name}.key"
        with disk_errors_explained(path):
            create_private(path, f"v{_FIRST_VERSION} {base64.b64encode(key).decode()}\n".encode())


def _given(variable: str, text: str | None) -> tuple[int, bytes] | None:
    if text is None:
        return None
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidSetting(f"{variable} must be the base64 of {KEY_BYTES} bytes") from None
    if len(key) != KEY_BYTES:
        raise InvalidSetting(f"{variable} must be the base64 of {KEY_BYTES} bytes, not of {len(key)}")
    return _FIRST_VERSION, key


def _kept(home: Home, name: str) -> tuple[int, bytes]:
    """Version and key of `keys/NAME.key`, made if it is not there."""
    path = home.folder(home.keys) / f"{name}.key"
    with disk_errors_explained(path):
        with suppress(FileNotFoundError):
            return _read(path)
        text = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
        with suppress(FileExistsError):  # another process made it first: its key counts
            create_private(path, f"v{_FIRST_VERSION} {text}\n".encode())
        return _read(path)


def _read(path: Path) -> tuple[int, bytes]:
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        content = file.read(4096)
    if mode & 0o077:
        raise StorageFailed(
            f"{path} can be read by others (mode {mode & 0o777:04o}); run chmod 600 on it, "
            "and replace the key if others may have read it"
        )
    match = _FILE.fullmatch(content.decode("ascii", "replace"))
    if match is None:
        raise StorageFailed(f"{path} is not a key file; restore it from your backup of the keys")
    return int(match[1]), base64.b64decode(match[2])
