"""Keys from the environment: the same key finds a number again, another one is refused, no key file is made."""

import base64
from pathlib import Path

import pytest

from tests.conftest import CommandLine
from tests.story.feeds import DEN, write_world


def key(letter: bytes) -> str:
    return base64.b64encode(letter * 32).decode()


def test_keys_of_the_environment_are_used_and_kept_nowhere(
    graphsvc: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPHSVC_TOKEN_KEY", key(b"t"))
    monkeypatch.setenv("GRAPHSVC_VAULT_KEY", key(b"v"))
    assert graphsvc("load", write_world(tmp_path / "feeds")).status == 0
    graphsvc("analyse")
    token = graphsvc("number", DEN[0], "--json").json["token"]
    shown = graphsvc("number", token, "--raw-numbers", "--purpose", "test", "--json").json
    assert shown["number"] == DEN[0]
    assert not {"token.key", "vault.key"} & {path.name for path in (tmp_path / "home" / "keys").iterdir()}
    assert not [
        path
        for path in (tmp_path / "home").rglob("*")
        if path.is_file() and (b"t" * 32 in path.read_bytes() or key(b"t").encode() in path.read_bytes())
    ]

    monkeypatch.setenv("GRAPHSVC_TOKEN_KEY", key(b"x"))
    said = graphsvc("number", DEN[0])
    assert said.status == 1
    assert "token key" in said.err

    monkeypatch.setenv("GRAPHSVC_TOKEN_KEY", "not base64")
    said = graphsvc("number", DEN[0])
    assert said.status == 2
    assert "GRAPHSVC_TOKEN_KEY" in said.err


def test_without_the_vault_everything_but_a_reveal_goes_on(graphsvc: CommandLine, tmp_path: Path) -> None:
    graphsvc("load", write_world(tmp_path / "feeds"))
    graphsvc("analyse")
    for path in (tmp_path / "home").glob("vault.sqlite*"):
        path.unlink()
    assert graphsvc("victims", "--json").json["victims"]
    assert graphsvc("analyse").status == 0
    said = graphsvc("victims", "--raw-numbers", "--purpose", "test")
    assert said.status == 1
    assert "vault" in said.err
