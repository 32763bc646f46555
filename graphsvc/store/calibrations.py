"""What was learned about the probabilities: one file each with its card, and the name of the one in use.

A file is written whole, then named by `current`; readers see the old one or the new one.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from graphsvc.errors import StorageFailed
from graphsvc.model.calibration import Calibration
from graphsvc.store.durable import disk_errors_explained, replace_private
from graphsvc.store.home import Home

_CURRENT: Final = "current"


@dataclass(frozen=True)
class Calibrations:
    """The folder `calibrations/` of a data folder."""

    home: Home

    def current(self) -> Calibration | None:
        """What is in use; None before anything was learned here, or after a return to the shipped one."""
        name = self._current_name()
        return None if name is None else self._read(name)[0]

    def current_card(self) -> dict[str, Any] | None:
        """How the one in use was learned."""
        name = self._current_name()
        return None if name is None else self._read(name)[1]

    def keep(self, calibration: Calibration, card: dict[str, Any], *, use: bool) -> Path:
        """Write it down with its card and, if it is to be used, make it current."""
        folder = self.home.folder(self._folder)
        path = folder / f"{calibration.name}.json"
        document = {"calibration": calibration.document(), "card": card}
        with disk_errors_explained(folder):
            replace_private(path, orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
            if use:
                replace_private(folder / _CURRENT, calibration.name.encode())
        return path

    def return_to_shipped(self) -> None:
        """Use none of these; they stay."""
        with disk_errors_explained(self._folder):
            (self._folder / _CURRENT).unlink(missing_ok=True)

    @property
    def _folder(self) -> Path:
        return self.home.path / "calibrations"

    def _current_name(self) -> str | None:
        try:
            return (self._folder / _CURRENT).read_text().strip()
        except FileNotFoundError:
            return None

    def _read(self, name: str) -> tuple[Calibration, dict[str, Any]]:
        path = self._folder / f"{name}.json"
        try:
            document = orjson.loads(path.read_bytes())
            return Calibration.from_document(document["calibration"]), dict(document["card"])
        except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            advice = "graphsvc learn makes a new one; graphsvc learn --shipped returns to the shipped one"
            raise StorageFailed(f"{path} is no calibration that can be read: {advice}") from None
