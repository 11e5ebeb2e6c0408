"""Access tokens that come back: which are ours, and which were revoked (RFC 7009)."""

from __future__ import annotations

from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.provider.registrations import IssuedAccessToken
from session_inspector.devserver.provider.token_reports import TokenReports
from session_inspector.devserver.provider.tokens import Minter


class PresentedTokens:
    """Nothing is kept of an access token until it is revoked: it is a JWT."""

    def __init__(self, minter: Minter, report: TokenReports) -> None:
        self._minter = minter
        self._report = report
        self._revoked: set[str] = set()
        """The jti of each."""

    def find(self, token: str) -> IssuedAccessToken | None:
        """Return an access token of ours that has not expired, None for anything else."""
        try:
            claims = self._minter.verify(token)
        except OAuthError:
            return None
        if "jti" not in claims or "scope" not in claims:
            return None
        client_id = str(claims.get("client_id"))
        return IssuedAccessToken(token=token, client_id=client_id, jti=str(claims["jti"]))

    def revoke(self, token: IssuedAccessToken) -> None:
        """Revoke one token: this provider takes it no more."""
        self._revoked.add(token.jti)
        self._report.report_access_revoked(token.token)

    def is_revoked(self, claims: JsonObject) -> bool:
        """Return whether the token of these claims was revoked."""
        return str(claims.get("jti")) in self._revoked
