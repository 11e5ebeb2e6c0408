"""A signed assertion proves the client for a minute."""

from __future__ import annotations

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from session_inspector.devserver.client.configuration import Configuration
from session_inspector.devserver.client.tokens.assertion import TYPE, client_assertion
from session_inspector.devserver.core.errors import InputError

EC = ECKey.generate_key("P-256")
RSA = RSAKey.generate_key(2048)


def configuration(key: ECKey | RSAKey, alg: str) -> Configuration:
    pem = key.as_pem(private=True).decode()
    return Configuration(issuer="i", client_id="app", assertion_key=pem, assertion_alg=alg)


@pytest.mark.parametrize(("key", "alg"), [(EC, "ES256"), (RSA, "RS256")])
def test_the_client_names_itself_and_the_audience(key: ECKey | RSAKey, alg: str) -> None:
    found = client_assertion(configuration(key, alg), "http://op.test/", 1000)
    assert found["client_assertion_type"] == TYPE
    claims = jwt.decode(found["client_assertion"], key, algorithms=[alg]).claims
    jti = claims.pop("jti")
    assert jti
    assert claims == {
        "iss": "app",
        "sub": "app",
        "aud": "http://op.test/",
        "iat": 1000,
        "nbf": 1000,
        "exp": 1060,
    }


def test_a_key_that_does_not_fit_its_algorithm_is_an_error_with_the_fix() -> None:
    with pytest.raises(InputError, match="is no private key for RS256"):
        client_assertion(configuration(EC, "RS256"), "a", 1000)
