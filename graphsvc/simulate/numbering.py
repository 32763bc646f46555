"""How numbers, devices, cells, cases and entities are called. One generator for all, whoever they belong to."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graphsvc.simulate.chance import Bools, Int32, Int64, pick, stream

_PREFIXES: Final = (
    *range(130, 140),
    *range(150, 154),
    *range(155, 160),
    *range(175, 179),
    *range(180, 190),
    *range(195, 200),
    166,
    173,
    191,
    193,
)
_VIRTUAL: Final = (162, 165, 167, 170, 171)
_ABROAD: Final = ("85261", "85265", "6591", "44741", "6141", "88691")
_ABROAD_LENGTH: Final = (11, 11, 10, 12, 11, 12)
_UINT64: Final = np.uint64


def number_texts(seed: int, abroad: Bools) -> list[str]:
    """One number in E.164 form for each node: Chinese mobile numbers, a few of virtual operators, or foreign ones."""
    rng = stream(seed, "number texts")
    size = len(abroad)
    virtual = rng.random(size) < 0.03
    prefix = np.where(
        virtual,
        np.array(_VIRTUAL)[rng.integers(0, len(_VIRTUAL), size)],
        np.array(_PREFIXES)[rng.integers(0, len(_PREFIXES), size)],
    )
    tails = _distinct(rng, 10**8, size)
    texts = [f"+86{p}{t:08d}" for p, t in zip(prefix.tolist(), tails.tolist(), strict=True)]
    foreign = np.flatnonzero(abroad)
    short = _distinct(rng, 10**6, len(foreign))
    for node, tail in zip(foreign.tolist(), short.tolist(), strict=True):
        place = int(rng.integers(len(_ABROAD)))
        texts[node] = f"+{_ABROAD[place]}{tail:06d}".ljust(_ABROAD_LENGTH[place] + 1, "0")
    return texts


def imei_texts(seed: int, count: int) -> list[str]:
    """Device identities: type, serial number and Luhn check digit."""
    rng = stream(seed, "imeis")
    types = 35_000_000 + rng.choice(900_000, 60, replace=False) * 10
    chosen = types[pick(rng, tuple(1.0 / (r + 3) for r in range(60)), count)]
    body = chosen * 10**6 + _distinct(rng, 10**6, count) if count <= 10**6 else _distinct(rng, 10**13, count)
    digits = (body[:, None] // 10 ** np.arange(13, -1, -1)) % 10
    doubled = digits[:, 1::2] * 2
    total = digits[:, 0::2].sum(axis=1) + (doubled - 9 * (doubled > 9)).sum(axis=1)
    return [f"{b:014d}{c}" for b, c in zip(body.tolist(), (-total % 10).tolist(), strict=True)]


def cell_texts(seed: int, count: int) -> list[str]:
    """Cells as network, area and cell number."""
    rng = stream(seed, "cells")
    return [f"460-00-{c // 65536:05d}-{c % 65536:05d}" for c in _distinct(rng, 2**28, count).tolist()]


def opaque(seed: int, kind: str, places: Int64 | Int32) -> pa.StringArray:
    """Sixteen hexadecimal digits for each place: distinct for distinct places, and they say nothing about them."""
    salt = stream(seed, f"opaque {kind}").integers(0, 2**63, dtype=np.int64)
    mixed = _mix(places.astype(np.int64).view(_UINT64) + _UINT64(salt))
    return _hexadecimal(mixed)


def _distinct(rng: np.random.Generator, below: int, count: int) -> Int64:
    """Distinct whole numbers in random order; the numbers of one world never meet."""
    drawn = np.unique(rng.integers(0, below, int(count * 1.02) + 64))
    while len(drawn) < count:
        drawn = np.unique(np.concatenate([drawn, rng.integers(0, below, count)]))
    return rng.permutation(drawn)[:count].astype(np.int64)


def _mix(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The finaliser of splitmix64: one to one, and nothing of the input shows (Steele et al. 2014)."""
    values = values + _UINT64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> _UINT64(30))) * _UINT64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> _UINT64(27))) * _UINT64(0x94D049BB133111EB)
    return values ^ (values >> _UINT64(31))


_PAIRS: Final = np.frombuffer(b"".join(b"%04x" % n for n in range(65536)), dtype="S4")


def _hexadecimal(values: npt.NDArray[np.uint64]) -> pa.StringArray:
    text = _PAIRS[values.byteswap().view(">u2").astype(np.int64)] if values.size else np.zeros(0, "S4")
    offsets = (np.arange(len(values) + 1) * 16).astype(np.int32)
    return pa.StringArray.from_buffers(
        len(values), pa.py_buffer(offsets.tobytes()), pa.py_buffer(np.ascontiguousarray(text).tobytes())
    )
