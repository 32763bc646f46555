"""Settings from a file and the environment, and where each came from.

`GRAPHSVC_CONFIG` names a TOML file whose keys are the settings' names (`keep_events_days = 90`); the environment goes
before it. A file with a secret in it is refused where others can read it.
"""

import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from graphsvc.errors import InvalidSetting
from graphsvc.settings import Settings

VARIABLE: Final = "GRAPHSVC_CONFIG"
ENVIRONMENT: Final = "environment"
FILE: Final = "file"
SECRETS: Final = frozenset({"token_key", "vault_key", "neo4j_password", "catalogue_url", "vault_url"})


@dataclass(frozen=True)
class Configuration:
    """The settings of this process."""

    settings: Settings
    sources: Mapping[str, str] = field(default_factory=dict)
    """Setting → where its value is from, ENVIRONMENT or FILE; the others have their default."""
    file: Path | None = None
    tracing: Mapping[str, str] = field(default_factory=dict)
    """The variables of OpenTelemetry, `OTEL_…`, as they are set."""


def configured(environment: Mapping[str, str]) -> Configuration:
    """What file and environment say; InvalidSetting names what does not do."""
    names = {one.name for one in fields(Settings)}
    place = environment.get(VARIABLE) or None
    written = {} if place is None else _written(Path(place), names)
    set_outside = {name for name in names if environment.get(f"GRAPHSVC_{name.upper()}")}
    both = {**{f"GRAPHSVC_{name.upper()}": text for name, text in written.items()}, **_set(environment)}
    sources = {**dict.fromkeys(written, FILE), **dict.fromkeys(set_outside, ENVIRONMENT)}
    tracing = {name: text for name, text in environment.items() if name.startswith("OTEL_")}
    return Configuration(Settings.from_environment(both), sources, None if place is None else Path(place), tracing)


def _set(environment: Mapping[str, str]) -> dict[str, str]:
    """An empty variable says nothing."""
    return {name: text for name, text in environment.items() if text}


def _written(path: Path, names: set[str]) -> dict[str, str]:
    try:
        content = tomllib.loads(path.read_text("utf-8"))
        open_to_others = path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    except OSError as failed:
        raise InvalidSetting(f"{VARIABLE}: {path} cannot be read ({failed.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        where = str(wrong).rpartition("(")[2].rstrip(")") if "(" in str(wrong) else "not UTF-8"
        raise InvalidSetting(f"{VARIABLE}: {path} is no TOML ({where})") from None
    for name, value in content.items():
        if name not in names:
            raise InvalidSetting(f"{path}: there is no setting {name}; docs/operations.md lists them")
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            raise InvalidSetting(f"{path}: {name} must be a text or a number")
    if open_to_others and not SECRETS.isdisjoint(content):
        raise InvalidSetting(f"{path} holds a secret and others can read it: chmod 600 {path}")
    return {name: _text(value) for name, value in content.items()}


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
