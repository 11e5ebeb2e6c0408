"""A token with more than a token in it is damaged: no secret is blamed for what came along."""

from __future__ import annotations

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.formats.jwt import TokenDecoder

SECRET = "a secret of at least 32 bytes …"


@pytest.mark.parametrize("behind", [", theme=dark", "/", "%", "ß"])
def test_a_character_that_no_token_has_is_named(behind: str) -> None:
    token = jwt.encode({"alg": "HS256"}, {"sub": "zoe"}, OctKey.import_key(SECRET))
    material = Material(cookies={"session": f"{token}{behind}"}, secrets=[SECRET])
    with pytest.raises(DecodeError) as caught:
        TokenDecoder().decode(material)
    assert caught.value.code == "tampered"
    assert f"{behind[0]!r} at character {len(token) + 1}" in caught.value.message
