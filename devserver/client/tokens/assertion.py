"""Client authentication by a signed assertion: private_key_jwt (RFC 7523 §2.2)."""

from __future__ import annotations

import secrets
from typing import Literal

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import import_key

from session_inspector.devserver.client.configuration import Configuration
from session_inspector.devserver.core.errors import InputError

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFETIME = 60
"""Seconds an assertion is valid."""


def client_assertion(config: Configuration, audience: str, now: int) -> dict[str, str]:
    """Return the form fields that prove the client by its private key.

    Raises: InputError when the key does not fit the algorithm.
    """
    claims = {
        "iss": config.client_id,
        "sub": config.client_id,
        "aud": audience,
        "iat": now,
        "nbf": now,
        "exp": now + LIFETIME,
        "jti": secrets.token_urlsafe(16),
    }
    alg = config.assertion_alg
    try:
        key = import_key(config.assertion_key, _key_type(alg))
        token = jwt.encode({"alg": alg}, claims, key, algorithms=[alg])
    except (JoseError, ValueError, TypeError) as error:
        raise InputError(
            f"AUTH0_CLIENT_ASSERTION_SIGNING_KEY is no private key for {alg}: {error}."
            " Fix: give it in PEM, and its algorithm in AUTH0_CLIENT_ASSERTION_SIGNING_ALG"
        ) from error
    return {"client_assertion_type": TYPE, "client_assertion": token}


def _key_type(alg: str) -> Literal["EC", "RSA"]:
    if alg.startswith("ES"):
        return "EC"
    return "RSA"
