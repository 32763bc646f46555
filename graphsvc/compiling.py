"""One way to compile kernels, so that all are kept on disk, release the interpreter and keep their types.

In a kernel one array is copied into a part of another by a loop: for `a[i:j] = b` numba also compiles how to word that
their lengths differ, which takes seconds.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """The function compiled by numba at its first call; `compiled_cache` says where the machine code is kept."""
    return cast("Callable[P, R]", njit(cache=True, nogil=True)(function))
