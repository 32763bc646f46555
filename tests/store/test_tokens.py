"""Tokens, judged by the standard library's HMAC and base32."""

import base64
import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from graphsvc.store.keys import Keys
from graphsvc.store.tokens import entity_token, entity_tokens, number_token, number_tokens

KEYS = Keys(token=(3, bytes(range(32))), vault=b"", event=b"", audit=b"", ids=b"")


def _expected(message: bytes) -> str:
    digest = hmac.new(KEYS.token[1], message, hashlib.sha256).digest()[:15]
    return "v3." + base64.b32encode(digest).decode().lower()


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=30), max_size=5))
def test_a_token_is_the_keyed_hash_of_the_number_and_names_the_key(texts: list[str]) -> None:
    assert number_tokens(KEYS, texts) == [_expected(text.encode()) for text in texts]


def test_a_token_has_a_version_and_twenty_four_characters() -> None:
    assert len(number_token(KEYS, "+8613800000000")) == 3 + 24


def test_an_entity_never_shares_a_token_with_a_number_or_another_kind() -> None:
    assert entity_token(KEYS, "device", "86") == _expected(b"device\x0086")
    found = {number_token(KEYS, "86"), entity_token(KEYS, "device", "86"), entity_token(KEYS, "cell", "86")}
    assert len(found) == 3
    assert entity_tokens(KEYS, "device", []) == []
