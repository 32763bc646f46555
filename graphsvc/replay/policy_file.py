"""A policy of one's own, from a TOML file."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from graphsvc.dispatch.policies import LEAST_WORTH, POLICIES, Choice, Policy, policy_named
from graphsvc.errors import UsageError
from graphsvc.model.warnings import WarningChannel

_SHARES = ("by_money", "held_out")


def policy_of(text: str) -> Policy:
    """The policy of that name, or the one that a file of that name (ending in .toml) describes.

    A file may say: `choice` ("worth", "grade"), `by_money` and `held_out` (0 to 1), `paced` (true, false), and in
    [least] the mean losses that a warning must prevent, by channel. What it does not say is as in `worth`.
    Raises UsageError for anything else.
    """
    if text in POLICIES or not text.endswith(".toml"):
        return policy_named(text)
    path = Path(text)
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise UsageError(f"{path} cannot be read as TOML") from None
    return replace(Policy(path.stem), **{name: _value(path, name, value) for name, value in said.items()})


def _value(path: Path, name: str, value: Any) -> Any:
    if name == "choice" and value in list(Choice):
        return Choice(value)
    if name == "paced" and isinstance(value, bool):
        return value
    if name in _SHARES and _is_number(value) and 0 <= value <= 1:
        return float(value)
    if name == "least" and isinstance(value, dict):
        known = {channel.value for channel in WarningChannel}
        if set(value) <= known and all(_is_number(one) and one >= 0 for one in value.values()):
            return {**LEAST_WORTH, **{WarningChannel(channel): float(one) for channel, one in value.items()}}
    raise UsageError(f"{path}: {name} is not a word of a policy, or its value is out of bounds; see docs/dispatch.md")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
