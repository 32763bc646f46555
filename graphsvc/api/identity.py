"""Who asks: a bearer token of ours, or a JWT of the configured issuer. Strangers get nothing, not even a reason.

A JWT says its role in the claim `graphsvc_role` and its region in `graphsvc_region`; issuer, audience, times and
signature are checked by joserfc, with asymmetric algorithms only.
"""

import hashlib
import re
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Any, Final

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from graphsvc.access import Access
from graphsvc.api.refusals import Refusal
from graphsvc.errors import InvalidSetting, UsageError
from graphsvc.model.callers import Caller, Role, region_prefix
from graphsvc.model.purposes import checked_case, checked_purpose

ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
ROLE_CLAIM: Final = "graphsvc_role"
REGION_CLAIM: Final = "graphsvc_region"
_BEARER: Final = re.compile(r"Bearer ([A-Za-z0-9._~+/=-]{1,8192})", re.IGNORECASE)
_KEYS_LIVE_S: Final = 600.0
_KEYS_AGAIN_S: Final = 30.0
_LEEWAY_S: Final = 30
_FETCH_TIMEOUT_S: Final = 5.0
_KEYS_BYTES_MAX: Final = 1 << 20


def bearer_of(authorization: str | None) -> str | None:
    """The token that a header brings; None where it brings none."""
    found = _BEARER.fullmatch(authorization or "")
    return found[1] if found else None


def stranger() -> Refusal:
    """Whoever brings no token that opens anything."""
    return Refusal("UNAUTHENTICATED", "an access token is needed: Authorization: Bearer …")


@dataclass
class Issuer:
    """An OIDC issuer: its name, who its tokens are for, and where its public keys are (a file or an https address)."""

    name: str
    audience: str
    keys_at: str
    clock: Callable[[], float] = time.monotonic
    _keys: KeySet | None = field(default=None, repr=False)
    _read_at: float = field(default=0.0, repr=False)
    _turn: Lock = field(default_factory=Lock, repr=False)

    def recognise(self, token: str, now: int) -> Caller | None:
        """Whose JWT this is; None where anything about it is not as it should be. `now`: epoch seconds."""
        claims = self._claims(token, self._key_set(_KEYS_LIVE_S))
        if claims is None:  # perhaps the issuer has changed its keys
            claims = self._claims(token, self._key_set(_KEYS_AGAIN_S))
        if claims is None:
            return None
        rules = jwt.JWTClaimsRegistry(
            now=now,
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": self.name},
            aud={"essential": True, "value": self.audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        try:
            rules.validate(claims)
            role, region = Role(str(claims.get(ROLE_CLAIM))), region_prefix(str(claims.get(REGION_CLAIM, "")))
        except (JoseError, ValueError, TypeError, UsageError):
            return None
        # The subject may be anything, a telephone number too: the log gets a digest of it.
        subject = hashlib.sha256(f"{self.name} {claims['sub']}".encode()).hexdigest()[:16]
        return Caller(f"oidc:{subject}", role, region, role.value)

    def _claims(self, token: str, keys: KeySet) -> dict[str, Any] | None:
        try:
            return dict(jwt.decode(token, keys, algorithms=ALGORITHMS).claims)
        except (JoseError, ValueError, TypeError):
            return None

    def _key_set(self, not_older_than: float) -> KeySet:
        with self._turn:
            age = self.clock() - self._read_at
            if self._keys is None or age > not_older_than:
                self._keys, self._read_at = KeySet.import_key_set(orjson.loads(self._read())), self.clock()
            return self._keys

    def _read(self) -> bytes:
        if not self.keys_at.startswith("https://"):
            try:
                return Path(self.keys_at).read_bytes()
            except OSError:
                raise InvalidSetting("GRAPHSVC_OIDC_KEYS names no file that can be read") from None
        with urllib.request.urlopen(self.keys_at, timeout=_FETCH_TIMEOUT_S) as answer:  # noqa: S310 (https only)
            content: bytes = answer.read(_KEYS_BYTES_MAX)
        return content


@dataclass(frozen=True)
class Identity:
    """Recognises callers by the headers of their request."""

    access: Access
    issuer: Issuer | None

    def caller(self, authorization: str | None, purpose: str | None = None, case_ref: str | None = None) -> Caller:
        """Who asks, with the purpose and case that they give. UNAUTHENTICATED for strangers."""
        token = bearer_of(authorization)
        caller = self._recognised(token) if token else None
        if caller is None:
            raise stranger()
        try:
            said = checked_purpose(purpose) if purpose is not None else caller.purpose
            case = checked_case(case_ref)
        except UsageError as wrong:
            raise Refusal("BAD_USER_INPUT", f"headers Purpose and Case-Ref: {wrong}") from None
        return replace(caller, purpose=said, case_ref=case)

    def still_holds(self, authorization: str) -> bool:
        """Whether what opened something still would."""
        token = bearer_of(authorization)
        return token is not None and self._recognised(token) is not None

    def _recognised(self, token: str) -> Caller | None:
        if token.count(".") == 2 and self.issuer is not None:
            return self.issuer.recognise(token, self.access.wall_clock() // 1000)
        return self.access.recognise(token)
