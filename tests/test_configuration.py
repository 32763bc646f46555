"""Settings come from a file and the environment; doctor says from where, and no secret is told."""

import base64
from pathlib import Path

import pytest

from graphsvc.configuration import configured
from graphsvc.errors import InvalidSetting
from tests.conftest import CommandLine

SECRET = base64.b64encode(bytes(range(32))).decode()


def written(tmp_path: Path, text: str, mode: int = 0o600) -> dict[str, str]:
    path = tmp_path / "graphsvc.toml"
    path.write_text(text)
    path.chmod(mode)
    return {"GRAPHSVC_CONFIG": str(path)}


def test_the_environment_goes_before_the_file_and_the_file_before_the_default(tmp_path: Path) -> None:
    file = written(tmp_path, 'keep_events_days = 90\ntimezone = "Asia/Urumqi"\nlock_wait_seconds = 2.5\n')
    found = configured({**file, "GRAPHSVC_KEEP_EVENTS_DAYS": "30", "GRAPHSVC_PURPOSE": ""})
    settings = found.settings
    assert (settings.keep_events_days, settings.timezone, settings.lock_wait_seconds) == (30, "Asia/Urumqi", 2.5)
    assert found.sources == {"keep_events_days": "environment", "timezone": "file", "lock_wait_seconds": "file"}
    assert configured({}).sources == {}


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        ("keep_event_days = 90", 0o600, "there is no setting keep_event_days"),
        ("timezone == 1", 0o600, "is no TOML (at line 1"),
        ("keep_events_days = [90]", 0o600, "keep_events_days must be a text or a number"),
        ("keep_events_days = -1", 0o600, "GRAPHSVC_KEEP_EVENTS_DAYS must be at least 0"),
        ("keep_audit_days = 30", 0o600, "GRAPHSVC_KEEP_AUDIT_DAYS must be 0 (all) or at least 1096"),
        ('retention_at = "25:00"', 0o600, "GRAPHSVC_RETENTION_AT must be a time of day"),
        (f'token_key = "{SECRET}"', 0o640, "holds a secret and others can read it: chmod 600"),
    ],
)
def test_what_does_not_do_is_named(tmp_path: Path, text: str, mode: int, said: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        configured(written(tmp_path, text, mode))
    assert said in str(refused.value)
    assert SECRET not in str(refused.value)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting, match="cannot be read"):
        configured({"GRAPHSVC_CONFIG": str(tmp_path / "nowhere.toml")})


def test_doctor_says_where_each_setting_came_from(
    graphsvc: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, f'timezone = "Asia/Urumqi"\ntoken_key = "{SECRET}"\n')
    for name, text in {**file, "GRAPHSVC_KEEP_EVENTS_DAYS": "30"}.items():
        monkeypatch.setenv(name, text)
    said = graphsvc("doctor", "--json")
    (settings,) = [check for check in said.json["checks"] if check["name"] == "settings"]
    assert "from --home: home" in settings["found"]
    assert f"from file {tmp_path}/graphsvc.toml: timezone, token_key" in settings["found"]
    assert "keep_events_days" in settings["found"].partition("from environment: ")[2]
    assert SECRET not in said.out + said.err
