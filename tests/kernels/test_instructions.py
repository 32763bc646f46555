"""No kernel takes a fifth more instructions than it is known to take: a count is the same on a busy machine."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.kernels.counting import counted
from tests.kernels.work import PIECES

pytestmark = [pytest.mark.xdist_group("instructions"), pytest.mark.timeout(1_200)]

KNOWN = Path(__file__).with_name("instructions.toml")
MORE_MOST = 1.2


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, int]:
    return counted(tmp_path_factory.mktemp("instructions"))


@pytest.mark.parametrize("piece", PIECES)
def test_a_kernel_takes_no_more_instructions_than_it_is_known_to(counts: Mapping[str, int], piece: str) -> None:
    known = tomllib.loads(KNOWN.read_text("utf-8"))[piece]
    assert counts[piece] <= MORE_MOST * known, (
        f"{piece}: {counts[piece]:,} instructions, {counts[piece] / known:.2f} times the {known:,} of {KNOWN.name}; "
        "where that is what was wanted, write what `python -m tests.kernels.counting` prints there, and say why"
    )
