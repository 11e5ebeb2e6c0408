"""The newest key signs, all verify, and nothing private is published."""

from __future__ import annotations

from session_inspector.devserver.provider.keys import SigningKeys


def test_after_a_rotation_the_new_key_signs_and_the_old_is_still_published() -> None:
    keys = SigningKeys()
    old = keys.current.kid
    new = keys.rotate()
    assert keys.current.kid == new
    published = keys.jwks()["keys"]
    assert isinstance(published, list)
    assert [key["kid"] for key in published if isinstance(key, dict)] == [new, old]


def test_only_public_members_are_published() -> None:
    published = SigningKeys().jwks()["keys"]
    assert isinstance(published, list)
    (key,) = published
    assert isinstance(key, dict)
    assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}
