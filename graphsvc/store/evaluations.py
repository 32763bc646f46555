"""Evaluations of replays that were kept to be compared: one file each in the data folder."""

from dataclasses import asdict

import orjson

from graphsvc.errors import StorageFailed
from graphsvc.model.evaluations import KeptEvaluation, KeptFigure, checked_evaluation_name
from graphsvc.store.durable import disk_errors_explained, replace_private
from graphsvc.store.home import Home


def keep(home: Home, made: KeptEvaluation) -> None:
    """Keep an evaluation under its name, in the place of one that had it before."""
    name = checked_evaluation_name(made.name)
    with disk_errors_explained(home.evaluations):
        replace_private(home.folder(home.evaluations) / f"{name}.json", orjson.dumps(asdict(made)))


def kept(home: Home) -> list[KeptEvaluation]:
    """Those that are kept, the newest first."""
    if not home.evaluations.is_dir():
        return []
    with disk_errors_explained(home.evaluations):
        found = [(path, path.read_bytes()) for path in sorted(home.evaluations.glob("[!.]*.json"))]
    evaluations = []
    for path, content in found:
        try:
            said = orjson.loads(content)
            figures = tuple(KeptFigure(**one) for one in said.pop("figures"))
            evaluations.append(KeptEvaluation(**said, figures=figures))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise StorageFailed(f"{path} is not an evaluation that was kept; remove it") from None
    return sorted(evaluations, key=lambda one: (-one.kept_at, one.name))
