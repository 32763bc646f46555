"""One way to compile kernels, so that all cache on disk, release the interpreter and keep their types."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """The function compiled by numba at its first call; the machine code is kept beside the module."""
    return cast("Callable[P, R]", njit(cache=True, nogil=True)(function))
