"""Secrets do not print themselves; masking finds credentials wherever they stand."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.values import Json, Secret, fingerprint, mask_object


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


def test_a_number_is_a_secret_where_its_name_says_so_and_no_count() -> None:
    data = mask_object({"otp": 123456, "has_otp": True, "tokens": 3, "pin": None})
    assert data == {"otp": Secret.of("123456"), "has_otp": True, "tokens": 3, "pin": None}


def test_an_object_named_like_a_secret_keeps_what_is_no_text_of_it() -> None:
    data = mask_object(
        {
            "passport": {"user": "u"},
            "token": {"value": "v", "audience": "a"},
            "user": {"value": "v"},
        }
    )
    assert data["passport"] == {"user": "u"}
    assert data["token"] == {"value": Secret.of("v"), "audience": "a"}
    assert data["user"] == {"value": "v"}


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            "https://x/cb?code=a&access_token=b&page=2",
            "https://x/cb?code=•••&access_token=•••&page=2",
        ),
        ("/cb?code=a&page=2", "/cb?code=•••&page=2"),
        ("see https://x/?token=a now", "see https://x/?token=••• now"),
        ('{"next":"https://x/?token=a","b":1}', '{"next":"https://x/?token=•••","b":1}'),
        ("otpauth://totp/a?secret=A&issuer=x", "otpauth://totp/a?secret=•••&issuer=x"),
        ("redis://:pw@host", "redis://:•••@host"),
        ("sent eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1In0.x", "sent •••"),
    ],
)
def test_a_text_with_a_secret_in_it_is_shown_without_it(text: str, masked: str) -> None:
    shown = mask_object({"returnTo": text})["returnTo"]
    assert isinstance(shown, Secret)
    assert (str(shown), shown.reveal()) == (masked, text)


@pytest.mark.parametrize(
    "text", ["eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1In0.x", "$2b$12$abcdef", "pbkdf2_sha256$600000$s$h"]
)
def test_a_token_and_a_hash_of_a_password_are_known_by_their_shape(text: str) -> None:
    assert mask_object({"a": [text]}) == {"a": [Secret.of(text)]}


@pytest.mark.parametrize(
    "text",
    ["https://x/cb?page=2", "/a?b=c", "enter code=1 here", "$2 a day", "eyJ", "abc=", "f(x) = (S)"],
)
def test_another_text_stays_as_it_is(text: str) -> None:
    assert mask_object({"a": text}) == {"a": text}


@pytest.mark.parametrize("unit", ["a", "eyJ", "a=", "://", "(S(", "%25", "a.b+"])
def test_a_long_text_is_masked_in_one_pass(unit: str) -> None:
    value: Json = unit * 40_000 + "://"  # a search from each letter on would take minutes
    assert mask_object({"a": value})
