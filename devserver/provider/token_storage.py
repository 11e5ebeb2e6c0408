"""The codes and tokens the provider has issued. They live as long as the process."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.knobs import SecondFactor
from session_inspector.devserver.core.values import JsonObject, fingerprint
from session_inspector.devserver.provider.presented_tokens import PresentedTokens
from session_inspector.devserver.provider.provider_sessions import ProviderSessions
from session_inspector.devserver.provider.registrations import (
    ClientRegistration,
    Code,
    IssuedRefreshToken,
    Lifetimes,
    ProviderSession,
    User,
)
from session_inspector.devserver.provider.token_reports import TokenReports
from session_inspector.devserver.provider.tokens import Minter, Subject

KEPT = 3600
"""Seconds an expired code is remembered, so that its replay is noticed."""


@dataclass(slots=True, kw_only=True)
class TokenRules:
    """What a person may change while the provider runs."""

    lifetimes: Lifetimes
    rotates: bool = True
    reuse_grace: float = 0
    """Seconds a rotated refresh token is still accepted."""
    second_factor: SecondFactor = ""


class TokenStorage:
    """Everything the grants read and write."""

    def __init__(self, minter: Minter, rules: TokenRules, clock: Clock, publish: Publish) -> None:
        self.minter = minter
        self.rules = rules
        self.codes: dict[str, Code] = {}
        self.refresh_tokens: dict[str, IssuedRefreshToken] = {}
        self.sessions = ProviderSessions(clock, rules.lifetimes.session)
        self.report = TokenReports(clock, publish)
        self.access = PresentedTokens(minter, self.report)
        self._nonces: set[tuple[str, str]] = set()
        """(client id, nonce)."""
        self._clock = clock

    def add_code(self, code: Code) -> None:
        """Keep a code; those long expired are forgotten."""
        oldest = self._clock.now() - KEPT
        self.codes = {name: kept for name, kept in self.codes.items() if kept.expires > oldest}
        self.codes[code.code] = code

    def code_expiry(self) -> float:
        """Return when a code that is issued now expires."""
        return self._clock.now() + self.rules.lifetimes.code

    def take_code(self, code: str, client_id: str) -> Code | None:
        """Return a code to exchange, None when it is unknown, foreign, expired or used."""
        found = self.codes.get(code)
        if found is None or found.client_id != client_id:
            return None
        if found.is_used:
            reason = "this code was exchanged before"
            self.report.report_refused("code", code, "code_replayed", reason)
            self._revoke_tokens_of_session(found.subject.sid)
            return None
        if found.expires <= self._clock.now():
            reason = "this code is older than its lifetime"
            self.report.report_refused("code", code, "code_expired", reason)
            return None
        found.is_used = True
        return found

    def is_nonce_used(self, client_id: str, nonce: str) -> bool:
        """Return whether a client was given an ID token through the browser with that nonce."""
        return (client_id, nonce) in self._nonces

    def accept_refresh_token(self, token: str) -> IssuedRefreshToken | None:
        """Return a refresh token that counts; one that was rotated away kills its family."""
        found = self.refresh_tokens.get(token)
        if found is None:
            reason = "no such refresh token was issued"
            self.report.report_refused("refresh", token, "unknown", reason)
            return None
        if found.is_revoked:
            self.report.report_refused("refresh", token, "revoked", "its family was revoked")
            return None
        if found.expires <= self._clock.now():
            self.report.report_refused("refresh", token, "expired", "its lifetime is over")
            return None
        if self._is_reused(found):
            reason = "it was exchanged before: somebody else may hold a copy"
            self.report.report_refused("refresh", token, "refresh_reused", reason)
            self.revoke_family(found)
            return None
        return found

    def _is_reused(self, token: IssuedRefreshToken) -> bool:
        if token.rotated_at is None:
            return False
        return self._clock.now() >= token.rotated_at + self.rules.reuse_grace

    def rotate(self, token: IssuedRefreshToken) -> None:
        """Mark a presented token as exchanged; within the grace it keeps its first moment."""
        if self.rules.rotates and token.rotated_at is None:
            token.rotated_at = self._clock.now()

    def issue_tokens(
        self,
        subject: Subject,
        client: ClientRegistration,
        scope: str,
        *,
        parent: IssuedRefreshToken | None = None,
        grant: str = "authorization_code",
        flow: str = "",
        may_refresh: bool = True,
    ) -> JsonObject:
        """Return the token response: access token, and a refresh token where one is due.

        `flow`: fingerprint of the device code or MFA token that is exchanged.
        """
        if subject.sid:
            self.sessions.add_client(subject.sid, client.client_id)
        if parent is not None:
            grant = "refresh_token"
        lifetime = self.rules.lifetimes.access
        access = self.minter.access_token(subject, client.client_id, scope, lifetime)
        client_id = client.client_id
        self.report.report_minted(
            "access", access, subject, lifetime, parent, client_id=client_id, grant=grant, flow=flow
        )
        response: JsonObject = {
            "access_token": access,
            "token_type": subject.token_type,
            "expires_in": lifetime,
            "scope": scope,
        }
        is_offline = "offline_access" in scope.split()
        if parent is None and is_offline and may_refresh:
            response["refresh_token"] = self._issue_refresh_token(subject, client, scope, None)
        elif parent is not None and self.rules.rotates:
            fresh = self._issue_refresh_token(subject, client, parent.scope, parent)
            response["refresh_token"] = fresh
        return response

    def issue_id_token(
        self,
        subject: Subject,
        client_id: str,
        scope: str,
        *,
        parent: IssuedRefreshToken | None = None,
    ) -> str:
        """Return an ID token and report it; `parent`: the refresh token that is exchanged."""
        lifetime = self.rules.lifetimes.id
        token = self.minter.id_token(subject, client_id, scope, lifetime)
        self.report.report_minted("id", token, subject, lifetime, parent, client_id=client_id)
        return token

    def issue_front_channel_id_token(self, subject: Subject, client_id: str, scope: str) -> str:
        """Return the ID token of the authorization endpoint; its nonce counts once."""
        self._nonces.add((client_id, subject.nonce))
        self.sessions.add_client(subject.sid, client_id)
        return self.issue_id_token(subject, client_id, scope)

    def _issue_refresh_token(
        self,
        subject: Subject,
        client: ClientRegistration,
        scope: str,
        parent: IssuedRefreshToken | None,
    ) -> str:
        text = f"v1.{secrets.token_urlsafe(33)}"
        lifetime = self.rules.lifetimes.refresh
        family = fingerprint(text)
        if parent is not None:
            family = parent.family
            subject = parent.subject  # another audience was for one access token
        self.refresh_tokens[text] = IssuedRefreshToken(
            token=text,
            client_id=client.client_id,
            scope=scope,
            subject=replace(subject, nonce=""),
            expires=self._clock.now() + lifetime,
            family=family,
        )
        self.report.report_minted(
            "refresh", text, subject, lifetime, parent, client_id=client.client_id
        )
        return text

    def find_refresh_token(self, name: str) -> IssuedRefreshToken | None:
        """Return a refresh token by its text or its digest."""
        if name in self.refresh_tokens:
            return self.refresh_tokens[name]
        for text, token in self.refresh_tokens.items():
            if fingerprint(text) == name:
                return token
        return None

    def live_families_of(self, sub: str) -> list[IssuedRefreshToken]:
        """Return one live refresh token of each family that a user has."""
        families = {
            token.family: token
            for token in self.refresh_tokens.values()
            if token.subject.sub == sub and not token.is_revoked
        }
        return list(families.values())

    def read_access_token(self, token: str) -> JsonObject:
        """Return the claims of an access token that counts. Raises: OAuthError (invalid_token)."""
        claims = self.minter.verify(token)
        if "scope" not in claims or "client_id" not in claims:
            raise OAuthError("this is no access token", code="invalid_token", status=401)
        if self.access.is_revoked(claims):
            raise OAuthError("the token was revoked", code="invalid_token", status=401)
        return claims

    def revoke_family(self, token: IssuedRefreshToken) -> None:
        """Revoke a refresh token, its ancestors and descendants."""
        alive = [
            member
            for member in self.refresh_tokens.values()
            if member.family == token.family and not member.is_revoked
        ]
        for member in alive:
            member.is_revoked = True
        self.report.report_revoked(token, len(alive))

    def sign_in(self, user: User) -> ProviderSession:
        """Start a session at the provider."""
        session = self.sessions.start(user)
        self.report.report_sign_in(session, self._clock.now())
        return session

    def sign_out(self, sid: str) -> ProviderSession | None:
        """End a session at the provider, and revoke its refresh tokens."""
        session = self.sessions.remove(sid)
        if session is None:
            return None
        self._revoke_tokens_of_session(sid)
        self.report.report_sign_out(session)
        return session

    def _revoke_tokens_of_session(self, sid: str) -> None:
        families = {
            token.family: token
            for token in self.refresh_tokens.values()
            if token.subject.sid == sid
        }
        for token in families.values():
            if not token.is_revoked:
                self.revoke_family(token)
