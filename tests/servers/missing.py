"""What to do about a server that cannot be had: skip and say why; where everything must be there, fail."""

import os
from typing import NoReturn

import pytest


def missing(what: str) -> NoReturn:
    """Skips the test with this reason; with CI=true it fails, for there `tests/servers/install.sh` has run."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} (CI is to have it: tests/servers/install.sh)", pytrace=False)
    pytest.skip(what)
