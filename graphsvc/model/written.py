"""Functions that are written as text while the service runs, and compiled: where the same is done thousands of times a
second, to have decided before what is to be done takes a third of the time.

What is written must be ours: nothing from outside gets into such a text but as a literal (`repr`).
"""

from collections.abc import Callable, Mapping
from typing import Any


def compiled(text: str, name: str, known: Mapping[str, Any]) -> Callable[..., Any]:
    """The function of that name in a text of definitions; `known` are the things that these name."""
    within = dict(known)
    exec(compile(text, f"<{name}>", "exec"), within)  # noqa: S102 (see above)
    function: Callable[..., Any] = within[name]
    return function
