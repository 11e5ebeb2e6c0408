"""Secrets do not print themselves; masking finds credentials wherever they stand."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.values import Secret, fingerprint, mask_object


def test_a_secret_shows_length_and_fingerprint_only() -> None:
    secret = Secret.of("hunter2")
    assert "hunter2" not in f"{secret} {secret!r}"
    assert (secret.length, secret.digest) == (7, fingerprint("hunter2"))
    assert secret.reveal() == "hunter2"


def test_an_empty_secret_has_no_mask() -> None:
    assert str(Secret.of("")) == "(empty)"


def test_a_masked_secret_cannot_be_revealed() -> None:
    with pytest.raises(LookupError, match="abc"):
        Secret(3, "abc").reveal()


def test_credentials_are_masked_at_any_depth() -> None:
    data = mask_object(
        {
            "user": {"sub": "u", "name": "N"},
            "tokenSet": {"accessToken": "at", "expiresAt": 5},
            "accessTokens": [{"accessToken": "at2", "audience": "a"}],
        }
    )
    assert data["user"] == {"sub": "u", "name": "N"}
    assert data["tokenSet"] == {"accessToken": Secret.of("at"), "expiresAt": 5}
    assert data["accessTokens"] == [{"accessToken": Secret.of("at2"), "audience": "a"}]


def test_a_lone_surrogate_has_a_fingerprint() -> None:
    assert len(fingerprint("\ud800")) == 12
