"""A refresh that needs a second factor: the provider's MFA token, sealed for the app.

Source: docs/sdk.md, Access tokens.
"""

from __future__ import annotations

from collections.abc import Mapping

from session_inspector.devserver.cookies.js_values import parse_int
from session_inspector.devserver.cookies.sealed import KeyRing, open_sealed, seal
from session_inspector.devserver.core.errors import (
    InputError,
    InspectorError,
    OAuthError,
    SealError,
)
from session_inspector.devserver.core.values import Json, JsonObject

REQUIRED = "Multi-factor authentication is required."
TTL = 300
"""Seconds a sealed MFA token is valid, unless AUTH0_MFA_TOKEN_TTL is set."""


class MfaRequired(InspectorError):
    """The provider requires a second factor for this access token."""

    code = "mfa_required"

    def __init__(self, description: str, mfa_token: str, requirements: Json) -> None:
        super().__init__(description)
        self.mfa_token = mfa_token
        """Sealed; empty: the user must log in again."""
        self.requirements = requirements

    def body(self) -> JsonObject:
        """Return the body of the 403 answer."""
        found: JsonObject = {
            "error": self.code,
            "error_description": self.message,
            "mfa_token": self.mfa_token,
        }
        if self.requirements:
            found["mfa_requirements"] = self.requirements
        return found


def read_mfa_token_ttl(given: float | None, env: Mapping[str, str]) -> float:
    """Return seconds an MFA token lives: the option, else parseInt of AUTH0_MFA_TOKEN_TTL.

    What is not above 0 in the environment counts as the default, as in the SDK.
    Raises: InputError for an option that is not a positive number.
    """
    if given is not None:
        if not 0 < given < float("inf"):
            raise InputError(f"mfa_token_ttl is {given}; it must be above 0 and finite")
        return given
    found = parse_int(env.get("AUTH0_MFA_TOKEN_TTL"), TTL)
    if found <= 0:
        return TTL
    return found


def make_mfa_required(
    error: OAuthError, ring: KeyRing, *, audience: str, scope: str, now: float, ttl: float
) -> MfaRequired:
    """Return the error for the app; its token carries audience, scope and requirements."""
    token = error.body.get("mfa_token")
    requirements = error.body.get("mfa_requirements")
    description = str(error.body.get("error_description") or "")
    if not isinstance(token, str) or not token:
        return MfaRequired(description or f"{REQUIRED} Please log in again.", "", requirements)
    details: JsonObject = {"mfaToken": token, "audience": audience, "scope": scope}
    if requirements is not None:
        details["mfaRequirements"] = requirements
    details["createdAt"] = int(now * 1000)
    details["exp"] = int(now) + ttl
    return MfaRequired(description or REQUIRED, seal(details, ring), requirements)


def open_mfa_token(token: str, ring: KeyRing, now: float) -> JsonObject:
    """Return {mfaToken, audience, scope, mfaRequirements?, createdAt} of a sealed token.

    Raises: InspectorError (mfa_token_expired, mfa_token_invalid).
    """
    try:
        return open_sealed(token, ring, now=now).payload
    except SealError as error:
        if error.code == "ERR_JWT_EXPIRED":
            text = "The MFA token has expired; ask for the access token again."
            raise InspectorError(text, code="mfa_token_expired") from error
        text = "The MFA token does not open: it was changed, or made with another secret."
        raise InspectorError(text, code="mfa_token_invalid") from error
