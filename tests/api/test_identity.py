"""JWTs of a configured issuer: taken when everything about them is right, and only then."""

import base64
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from graphsvc.api.app import make_room
from graphsvc.api.identity import Identity, Issuer
from graphsvc.api.room import Room
from graphsvc.errors import InvalidSetting
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.api.clients import Client

ISSUER = "https://login.example"
KEY = RSAKey.generate_key(2048, {"kid": "one"})
OTHER = RSAKey.generate_key(2048, {"kid": "one"})
CURVE = ECKey.generate_key("P-256", {"kid": "two"})


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(KeySet([KEY, CURVE]).as_dict(private=False)))
    return path


@pytest.fixture
def room(world: Path, keys: Path) -> Iterator[Room]:
    settings = Settings(home=world, oidc_issuer=ISSUER, oidc_keys=str(keys))
    with open_service(settings) as service:
        yield make_room(service)


def token(room: Room, key: Any = KEY, algorithm: str = "RS256", kid: str = "one", **claims: Any) -> str:
    now = room.service.time.wall() // 1000
    said = {
        "iss": ISSUER,
        "aud": "graphsvc",
        "sub": "13987654321",
        "exp": now + 300,
        "nbf": now - 10,
        "graphsvc_role": "dispatcher",
        "graphsvc_region": "4403",
        **claims,
    }
    made: str = jwt.encode({"alg": algorithm, "kid": kid}, {k: v for k, v in said.items() if v is not None}, key)
    return made


def test_a_right_token_is_its_role_and_region(room: Room) -> None:
    for text in (token(room), token(room, CURVE, "ES256", "two"), token(room, aud=["other", "graphsvc"])):
        caller = room.identity.caller(f"Bearer {text}")
        assert (caller.role.value, caller.region) == ("dispatcher", "4403")
        assert "13987654321" not in caller.name
        assert caller.name.startswith("oidc:")
    assert Client(room, token(room)).data("{ service { version } }")
    assert Client(room, token(room)).code("{ communities { size } }") == "FORBIDDEN"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"exp": 1_000_000},
        {"exp": None},
        {"nbf": 4_000_000_000},
        {"sub": None},
        {"graphsvc_role": "king"},
        {"graphsvc_role": None},
        {"graphsvc_role": ["admin"]},
        {"graphsvc_region": "440"},
        {"graphsvc_region": "*"},
    ],
)
def test_a_token_with_anything_wrong_opens_nothing(room: Room, wrong: dict[str, Any]) -> None:
    assert Client(room, token(room, **wrong)).post("{ __typename }").status_code == 401


def hmac_signed(body: str, public: bytes) -> str:
    """The old trick: the issuer's public key taken as the secret of an HMAC."""
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"one"}').rstrip(b"=").decode()
    seal = hmac.digest(public, f"{head}.{body}".encode(), "sha256")
    return f"{head}.{body}.{base64.urlsafe_b64encode(seal).rstrip(b'=').decode()}"


def test_signatures_that_are_not_the_issuers_open_nothing(room: Room) -> None:
    good = token(room)
    head, body, signature = good.split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    forged = [
        token(room, OTHER),
        f"{head}.{body}.",
        f"{none}.{body}.",
        f"{head}.{body}.{signature[:-4]}AAAA",
        hmac_signed(body, KEY.as_pem(private=False)),
    ]
    for text in forged:
        assert Client(room, text).post("{ __typename }").status_code == 401
    assert Client(room, good).post("{ __typename }").status_code == 200


def test_new_keys_of_the_issuer_are_found_and_looked_for_only_now_and_then(room: Room, keys: Path) -> None:
    now = [0.0]
    issuer = Issuer(ISSUER, "graphsvc", str(keys), clock=lambda: now[0])
    room.identity = Identity(room.service.access, issuer)
    assert Client(room, token(room)).post("{ __typename }").status_code == 200
    keys.write_text(json.dumps(KeySet([OTHER]).as_dict(private=False)))
    assert Client(room, token(room, OTHER)).post("{ __typename }").status_code == 401, "asked a moment ago"
    now[0] += 31
    assert Client(room, token(room, OTHER)).post("{ __typename }").status_code == 200
    assert Client(room, token(room)).post("{ __typename }").status_code == 401


def test_without_an_issuer_no_jwt_opens_anything(room: Room) -> None:
    text = token(room)
    room.identity = Identity(room.service.access, None)
    assert Client(room, text).post("{ __typename }").status_code == 401


def test_an_issuer_needs_its_keys() -> None:
    with pytest.raises(InvalidSetting, match="together"):
        Settings.from_environment({"GRAPHSVC_OIDC_ISSUER": ISSUER})
    with pytest.raises(InvalidSetting, match="together"):
        Settings.from_environment({"GRAPHSVC_OIDC_KEYS": "keys.json"})
    with pytest.raises(InvalidSetting, match="any, trusted"):
        Settings.from_environment({"GRAPHSVC_DOCUMENTS": "some"})
