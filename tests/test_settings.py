"""Settings come from the environment once, and a bad value names its variable."""

from pathlib import Path

import pytest

from graphsvc.errors import InvalidSetting
from graphsvc.settings import Settings


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.from_environment({}) == Settings()


def test_every_variable_is_read() -> None:
    settings = Settings.from_environment(
        {
            "GRAPHSVC_HOME": "/data",
            "GRAPHSVC_TIMEZONE": "Europe/Berlin",
            "GRAPHSVC_TOKEN_KEY": "a",
            "GRAPHSVC_VAULT_KEY": "b",
            "GRAPHSVC_NATIONAL_REGION": "de",
            "GRAPHSVC_LOCK_WAIT_SECONDS": "0.5",
            "GRAPHSVC_BATCH_ROWS": "2000",
        }
    )
    assert settings == Settings(Path("/data"), "Europe/Berlin", "a", "b", "DE", 0.5, 2000)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GRAPHSVC_TIMEZONE", "Mars/Olympus"),
        ("GRAPHSVC_TIMEZONE", "../etc"),
        ("GRAPHSVC_NATIONAL_REGION", "CHN"),
        ("GRAPHSVC_LOCK_WAIT_SECONDS", "soon"),
        ("GRAPHSVC_LOCK_WAIT_SECONDS", "nan"),
        ("GRAPHSVC_LOCK_WAIT_SECONDS", "-1"),
        ("GRAPHSVC_BATCH_ROWS", "10"),
    ],
)
def test_a_bad_value_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(InvalidSetting, match=name):
        Settings.from_environment({name: value})
