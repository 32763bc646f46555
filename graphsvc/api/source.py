"""Python functions that are written as text, then compiled: one for each object that a document selects.

A page of people has two thousand fields. A closure for each of them is a call a field, most of it spent on asking what
was known when the document was read; a function of its own reads one attribute after the other. For

    evidence { rule text(language: EN) path { id } }

it says

    def Evidence3(it):
        v0 = it.rule
        if v0 is None:
            missing()
        v1 = method1(it, language=value2)
        ...
        return {'rule': v0, 'text': v1, 'path': [EvidenceStep2(each) if each is not None else missing() for each in v2]}

Of a document nothing is in such a text but the names its answer has, quoted; all else are names given here.
"""

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from graphsvc.model.written import compiled


class NullInAnswer(Exception):
    """A field that is never null was null: a fault of ours."""


def missing() -> NoReturn:
    """Stands where a value must be and is none."""
    raise NullInAnswer


class Source:
    """Functions that use one another, before they are compiled."""

    def __init__(self) -> None:
        """Nothing is written yet."""
        self._lines: list[str] = []
        self._known: dict[str, Any] = {"missing": missing}

    def name(self, thing: Any, hint: str) -> str:
        """A name by which the functions know a thing; `hint` is how it begins."""
        name = f"{hint}{len(self._known)}"
        self._known[name] = thing
        return name

    def function(self, hint: str, lines: Sequence[str], result: str) -> str:
        """Write a function of `it`: its lines, then what it returns. The name by which others call it."""
        name = self.name(None, hint)
        self._lines += [f"def {name}(it):", *(f"    {line}" for line in lines), f"    return {result}"]
        return name

    def table(self, hint: str, entries: dict[str, str]) -> str:
        """Write a dictionary from texts to functions that are written already. Its name."""
        name = self.name(None, hint)
        self._lines.append(f"{name} = {{{', '.join(f'{key!r}: {value}' for key, value in entries.items())}}}")
        return name

    def compiled(self, result: str) -> Callable[[Any], Any]:
        """What an expression of `it` makes of a value, with all that was written."""
        return compiled("\n".join([*self._lines, "def whole(it):", f"    return {result}"]), "whole", self._known)
