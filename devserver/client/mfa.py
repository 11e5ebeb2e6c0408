"""When a refresh wants a second factor: the provider's MFA token, sealed for the app (spec §11)."""

from __future__ import annotations

from collections.abc import Mapping

from session_inspector.devserver.client.js_numbers import parse_int
from session_inspector.devserver.cookies.sealed import KeyRing, open_sealed, seal
from session_inspector.devserver.core.errors import (
    InputError,
    InspectorError,
    OAuthError,
    SealError,
)
from session_inspector.devserver.core.values import Json, JsonObject

TTL = 300
"""Seconds a sealed MFA token is good for, unless AUTH0_MFA_TOKEN_TTL says otherwise."""


class MfaRequired(InspectorError):
    """The provider wants a second factor before it gives this access token."""

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
        return found | ({"mfa_requirements": self.requirements} if self.requirements else {})


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
    return found if found > 0 else TTL


def make_mfa_required(
    error: OAuthError, ring: KeyRing, *, audience: str, scope: str, now: float, ttl: float
) -> MfaRequired:
    """Return the refusal an app can act on; its token carries audience, scope, requirements."""
    token, requirements = error.body.get("mfa_token"), error.body.get("mfa_requirements")
    if not isinstance(token, str) or not token:
        text = str(error.body.get("error_description") or "")
        text = text or "Multi-factor authentication is required. Please log in again."
        return MfaRequired(text, "", requirements)
    details: JsonObject = {"mfaToken": token, "audience": audience, "scope": scope}
    if requirements is not None:
        details["mfaRequirements"] = requirements
    details |= {"createdAt": int(now * 1000), "exp": int(now) + ttl}
    text = str(error.body.get("error_description") or "Multi-factor authentication is required.")
    return MfaRequired(text, seal(details, ring), requirements)


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
