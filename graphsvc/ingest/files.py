"""Which files a load means: found by name in feed folders, or named with their feed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graphsvc.errors import InputRefused, UsageError
from graphsvc.ingest.feeds import FEEDS

_NAME: Final = re.compile(r"(?P<stem>.+?)\.(?P<format>csv|ndjson|jsonl|parquet)(?:\.(?P<packed>gz|zst))?")
_COMPRESSIONS: Final = {None: None, "gz": "gzip", "zst": "zstd"}


@dataclass(frozen=True)
class FeedFile:
    """One file of a feed. `format` is csv, ndjson or parquet; `compression` gzip, zstd or none."""

    path: Path
    feed: str
    format: str
    compression: str | None

    @property
    def name(self) -> str:
        """How messages and rejects call it: its name, with the folder where it is one of several parts."""
        return self.path.name if _feed_of(self.path) else f"{self.path.parent.name}/{self.path.name}"


def feed_files(paths: Sequence[Path], kind: str | None) -> list[FeedFile]:
    """Every file to load, in the order of the feeds, then of the paths given, then of names.

    Raises InputRefused for a path that does not exist or holds no feed, UsageError for an unknown `kind`.
    """
    if kind is not None and kind not in FEEDS:
        raise UsageError(f"there is no such feed; --kind is one of: {', '.join(FEEDS)}")
    found = [file for path in paths for file in _found(path, kind)]
    unique = list({file.path.resolve(): file for file in found}.values())
    order = list(FEEDS)
    return sorted(unique, key=lambda file: order.index(file.feed))


def files_in(folder: Path) -> list[FeedFile]:
    """The files of a feed folder as `feed_files` orders them; none where it has none yet."""
    order = list(FEEDS)
    return sorted(_in_folder(folder, None), key=lambda file: order.index(file.feed))


def _found(path: Path, kind: str | None) -> list[FeedFile]:
    try:
        if path.is_dir():
            files = _in_folder(path, kind or _folder_feed(path))
        elif path.exists():
            files = [_file(path, kind or _feed_of(path) or _folder_feed(path.parent))]
        else:
            raise InputRefused(f"{path} does not exist")
    except PermissionError:
        raise InputRefused(f"{path} cannot be read; check its permissions") from None
    if not files:
        raise InputRefused(
            f"{path} holds no feed; expected files such as events.csv, flags.ndjson or links.parquet, "
            f"or folders of parts, named after: {', '.join(FEEDS)}"
        )
    return files


def _in_folder(folder: Path, feed: str | None) -> list[FeedFile]:
    """The parts of one feed, or the feeds in a feed folder."""
    files = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "_")):
            continue  # markers that Spark and others leave, such as _SUCCESS
        if feed is not None:
            files += [_file(path, feed)] if path.is_file() and _NAME.fullmatch(path.name) else []
        elif path.is_dir() and path.name in FEEDS:
            files += _in_folder(path, path.name)
        elif path.is_file() and (named := _feed_of(path)):
            files.append(_file(path, named))
    return files


def _feed_of(path: Path) -> str | None:
    match = _NAME.fullmatch(path.name)
    return match["stem"] if match and match["stem"] in FEEDS else None


def _folder_feed(folder: Path) -> str | None:
    return folder.name if folder.name in FEEDS else None


def _file(path: Path, feed: str | None) -> FeedFile:
    match = _NAME.fullmatch(path.name)
    if match is None:
        raise InputRefused(f"{path} is in no known format; use .csv, .ndjson (each also .gz or .zst) or .parquet")
    if feed is None:
        raise InputRefused(f"{path} does not say which feed it is; add --kind, one of: {', '.join(FEEDS)}")
    if match["format"] == "parquet" and match["packed"]:
        raise InputRefused(f"{path} is a packed Parquet file; unpack it, Parquet is compressed inside")
    format = "ndjson" if match["format"] == "jsonl" else match["format"]
    return FeedFile(path, feed, format, _COMPRESSIONS[match["packed"]])
