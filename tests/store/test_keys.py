"""Keys: made once, kept private, refused when they are not what they should be."""

import base64
from pathlib import Path

import pytest

from graphsvc.errors import InvalidSetting, StorageFailed
from graphsvc.store.home import Home
from graphsvc.store.keys import Keys


def test_keys_are_made_on_first_use_and_stay_the_same(tmp_path: Path) -> None:
    home = Home.open(tmp_path / "data")
    first = Keys.open(home, None, None)
    assert Keys.open(home, None, None) == first
    assert len({first.token[1], first.vault, first.event, first.audit, first.ids}) == 5
    for path in home.keys.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
    assert len(list(home.keys.iterdir())) == 5


def test_a_key_from_the_settings_makes_no_file(tmp_path: Path) -> None:
    home = Home.open(tmp_path / "data")
    given = base64.b64encode(bytes(range(32))).decode()
    keys = Keys.open(home, given, given)
    assert keys.token == (1, bytes(range(32)))
    assert keys.vault == bytes(range(32))
    assert sorted(path.name for path in home.keys.iterdir()) == ["audit.key", "event.key", "ids.key"]


@pytest.mark.parametrize("text", ["", "not base64!", base64.b64encode(b"short").decode()])
def test_a_malformed_setting_is_refused_without_repeating_it(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidSetting, match="GRAPHSVC_TOKEN_KEY must be the base64 of 32 bytes") as told:
        Keys.open(Home.open(tmp_path / "data"), text, None)
    assert not text or text not in str(told.value)


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    home = Home.open(tmp_path / "data")
    Keys.open(home, None, None)
    (home.keys / "vault.key").chmod(0o640)
    with pytest.raises(StorageFailed, match="chmod 600"):
        Keys.open(home, None, None)


@pytest.mark.parametrize("content", [b"", b"v1 short\n", b"v0 " + b"A" * 43 + b"=\n", b"\xff" * 50])
def test_a_malformed_key_file_is_refused(tmp_path: Path, content: bytes) -> None:
    home = Home.open(tmp_path / "data")
    Keys.open(home, None, None)
    (home.keys / "token.key").write_bytes(content)
    with pytest.raises(StorageFailed, match="not a key file"):
        Keys.open(home, None, None)


def test_printing_keys_shows_nothing(tmp_path: Path) -> None:
    assert repr(Keys.open(Home.open(tmp_path / "data"), None, None)) == "Keys()"
