"""Why an app gets no access token, under the SDK's codes and in its words."""

from __future__ import annotations

from session_inspector.devserver.client.discovery import DISCOVERY_FAILED
from session_inspector.devserver.core.errors import InspectorError

MESSAGES = {
    "missing_session": "The user does not have an active session.",
    "missing_refresh_token": "The access token has expired and a refresh token was not provided."
    " The user needs to re-authenticate.",
    "failed_to_refresh_token": "The access token has expired and there was an error while trying"
    " to refresh it.",
    "failed_to_exchange_refresh_token": "There was an error trying to exchange the refresh token"
    " for a connection access token.",
    DISCOVERY_FAILED: "Discovery failed for the OpenID Connect configuration.",
    "session_expired": "The session has expired and the user must re-authenticate.",
}


class AccessTokenError(InspectorError):
    """No access token is available; `code` is one of MESSAGES."""

    def __init__(self, code: str, cause: str = "", *, message: str = "") -> None:
        super().__init__(message or MESSAGES[code], code=code)
        self.cause = cause
        """The provider's own message."""


def name_failure(error: InspectorError, code: str) -> str:
    """Return the code of a failed grant: the provider was not reached, or it refused."""
    if error.code == DISCOVERY_FAILED:
        return DISCOVERY_FAILED
    return code
