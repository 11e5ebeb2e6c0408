"""Names under which libraries of OAuth keep tokens and their ends in a session, in any format."""

from __future__ import annotations

CEILINGS = frozenset({"sessionExpiresAt", "session_expires_at", "session_expiry"})
"""The provider's end of the session."""
TOKEN_ENDS = frozenset(
    {"expiresAt", "expires_at", "accessTokenExpiresAt", "access_token_expires_at"}
)
"""The end of an access token."""
ACCESS_TOKENS = frozenset({"accessToken", "access_token"})
ID_TOKENS = frozenset({"idToken", "id_token"})
REFRESH_TOKENS = frozenset({"refreshToken", "refresh_token"})
