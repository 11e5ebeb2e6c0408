"""Members that hold a secret are known by the words of their names; near misses stay readable."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.secrecy.member_names import (
    holds_secret,
    is_many,
    is_secret_member,
)

SECRETS = """
password newPassword password1 password_confirmation password_hash encrypted_password userpassword
api_key apiKey API_KEY APIKey userAPIKey api-key user.api_key private_key signing-key session_key
totp_secret otp otp_code 2fa_code pin passphrase pass_phrase seed_phrase recovery_codes backupCodes
token sessionToken access_token idToken accessTokens authtoken remember_token bearer jwt
verifier codeVerifier pkce_verifier client_secret authSession cookie session_cookie logout_token
_auth_user_hash session_hash _csrf csrfSecret _csrf_token xsrfToken DB_PASSWORD db_pass credentials
"""
PLAIN = """
token_type tokenType expires_at password_changed_at passwordResetAt has_password hasPassword
user.has_password is_secret secretary author keyboard passport monkey passwordless compass bypass
token_endpoint token_count tokenSet scope id sid sub name user state nonce code country_code
error_code key keys cache_key public_key primaryKey at_hash c_hash session_id max_age pinned codes
secret_question credential_id cookie_consent address
"""


@pytest.mark.parametrize("name", SECRETS.split())
def test_a_member_named_like_a_secret_is_one(name: str) -> None:
    assert is_secret_member(name)


@pytest.mark.parametrize("name", [*PLAIN.split(), "", "[0]", "имя", "___"])
def test_a_name_with_such_a_word_elsewhere_is_none(name: str) -> None:
    assert not is_secret_member(name)


def test_a_long_name_is_read_from_its_end() -> None:
    assert is_secret_member("a" * 1_000_000 + "_password")
    assert not is_secret_member("password_" + "a" * 1_000_000)


def test_the_text_inside_an_object_that_is_a_secret_is_known() -> None:
    assert [holds_secret(name) for name in ("value", "base32", "refresh")] == [True] * 3
    assert [holds_secret(name) for name in ("audience", "scope", "")] == [False] * 3


def test_a_plural_is_known() -> None:
    assert (is_many("tokens"), is_many("token"), is_many("")) == (True, False, False)
