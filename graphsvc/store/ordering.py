"""Sorted keys: sorting them, and finding many in many. Only a writer needs it."""

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]


def ascending(keys: Int64) -> Int64:
    """The places of the keys in ascending order; equal keys keep theirs."""
    from graphsvc.store import key_loops  # a question should not wait for a compiler

    seen = keys.view()
    seen.flags.writeable = False  # compiled once, whether or not the keys are somebody's own
    return key_loops.ascending(seen)


def positions(keys: Int64, wanted: Int64) -> Int64:
    """Where each wanted key is among the keys, -1 where it is not; both are ascending."""
    from graphsvc.store import key_loops

    return key_loops.positions(keys, wanted)
