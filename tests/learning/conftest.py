"""Chance for the tests of learning."""

import numpy as np
import pytest


@pytest.fixture
def dice() -> np.random.Generator:
    """The same throws for each test, whichever ran before it."""
    return np.random.default_rng(7)
