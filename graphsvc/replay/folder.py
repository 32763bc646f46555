"""The folder that a replay writes to: whose it is, what is done, and the data folder that it works in.

`work/` holds the feeds as loaded and a part a day, private to its owner; it goes when the replay is done.
"""

import base64
import shutil
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import orjson

from graphsvc import __version__
from graphsvc.errors import UsageError
from graphsvc.ingest.files import feed_files
from graphsvc.replay.pages import Days, write_whole
from graphsvc.replay.plan import Wish
from graphsvc.replay.result import SUMMARY
from graphsvc.settings import Settings
from graphsvc.store.durable import disk_errors_explained

_MARK: Final = "replay.json"
_LOADED: Final = "loaded.json"


@dataclass(frozen=True)
class Folder:
    """One replay's place on the disk."""

    out: Path
    mark: str
    """Names feeds and options: another replay has another."""
    settings: Settings
    """Of the data folder in `work/`, with the keys of the caller's own."""

    @classmethod
    def open(cls, out: Path, feeds: Path, wish: Wish, settings: Settings, *, token: bytes, vault: bytes) -> "Folder":
        """The folder for this replay, new or begun before. UsageError where it is another replay's, or not empty."""
        work = replace(
            settings,
            home=out / "work" / "data",
            token_key=base64.b64encode(token).decode(),
            vault_key=base64.b64encode(vault).decode(),
        )
        folder = cls(out, _mark(feeds, wish, settings, token), work)
        with disk_errors_explained(out):
            known = out / "work" / _MARK
            if known.is_file():
                if known.read_bytes() != folder._mark_document():
                    raise UsageError(f"{out} holds another replay; choose a new --out")
            elif out.is_dir() and any(out.iterdir()):
                raise UsageError(f"{out} is not empty and holds no replay; choose a new --out")
            else:
                (out / "work").mkdir(mode=0o700, parents=True)
                write_whole(known, lambda path: path.write_bytes(folder._mark_document()), private=True)
        return folder

    @property
    def days(self) -> Days:
        """The parts."""
        return Days(self.out / "work" / "days")

    @property
    def timeline(self) -> Path:
        """Where processes that look side by side find the timeline."""
        return self.out / "work" / "timeline"

    def loaded(self) -> dict[str, Any] | None:
        """What the load came to, if it is complete."""
        path = self.out / "work" / _LOADED
        return orjson.loads(path.read_bytes()) if path.is_file() else None

    def note_loaded(self, counts: dict[str, Any]) -> None:
        """The load is complete."""
        path = self.out / "work" / _LOADED
        write_whole(path, lambda beside: beside.write_bytes(orjson.dumps(counts)), private=True)

    def summary(self) -> dict[str, Any] | None:
        """The summary of a replay that is done."""
        path = self.out / SUMMARY
        return orjson.loads(path.read_bytes()) if path.is_file() else None

    def clear(self) -> None:
        """Remove what was needed to work; the mark stays, so that the folder is known again."""
        for path in (self.out / "work").iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != _MARK:
                path.unlink()

    def _mark_document(self) -> bytes:
        return orjson.dumps({"replay": self.mark})


def _mark(feeds: Path, wish: Wish, settings: Settings, token: bytes) -> str:
    """A digest of everything that decides the outcome: the feeds' files, options, settings, keys and version."""
    files = [
        (file.feed, str(file.path.relative_to(feeds)), file.path.stat().st_size, file.path.stat().st_mtime_ns)
        for file in feed_files([feeds], None)
    ]
    options = asdict(wish) | {"per_day": {channel.value: number for channel, number in wish.per_day.items()}}
    options["policies"] = [policy.document() for policy in wish.policies]
    said = [__version__, files, options, settings.timezone, settings.national_region, sha256(token).hexdigest()]
    return sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()
