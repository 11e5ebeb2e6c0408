"""The provider's memory: codes, refresh token families, sessions. It lives with the process."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Literal

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.events.login import (
    ProviderSessionEnded,
    ProviderSessionStarted,
    TokenMinted,
    TokenRefused,
    TokenRevoked,
)
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import JsonObject, Secret, fingerprint
from session_inspector.devserver.provider.browser_session import Handles
from session_inspector.devserver.provider.registrations import (
    ClientRegistration,
    Code,
    Lifetimes,
    ProviderSession,
    RefreshToken,
    User,
)
from session_inspector.devserver.provider.tokens import Minter, Subject


@dataclass(slots=True, kw_only=True)
class Rules:
    """What a person may change while the provider runs."""

    lifetimes: Lifetimes
    rotates: bool = True
    reuse_grace: float = 0
    """Seconds a rotated refresh token is still accepted."""


class Books:
    """Everything the grants read and write; `cause` is the exchange under way."""

    def __init__(self, minter: Minter, rules: Rules, clock: Clock, publish: Publish) -> None:
        self.minter = minter
        self.rules = rules
        self.codes: dict[str, Code] = {}
        self.refresh_tokens: dict[str, RefreshToken] = {}
        self.sessions: dict[str, ProviderSession] = {}
        self.parties: dict[str, set[str]] = {}
        """Which clients were given tokens in a session, by sid."""
        self.cause = ""
        self.handles = Handles()
        self._nonces: set[tuple[str, str]] = set()
        self._clock = clock
        self._publish = publish

    def add_code(
        self,
        *,
        code: str,
        client_id: str,
        redirect_uri: str,
        scope: str,
        subject: Subject,
        code_challenge: str | None,
        code_challenge_method: str | None,
    ) -> Code:
        """Keep a code; those long expired are forgotten."""
        now = self._clock.now()
        self.codes = {name: kept for name, kept in self.codes.items() if kept.expires > now - 3600}
        if subject.nonce:
            self._nonces.add((client_id, subject.nonce))
        self.codes[code] = Code(
            code=code,
            client_id=client_id,
            redirect_uri=redirect_uri,
            scope=scope,
            subject=subject,
            expires=now + self.rules.lifetimes.code,
            code_challenge=code_challenge,
            code_challenge_method=code_challenge_method,
        )
        return self.codes[code]

    def take_code(self, code: str, client_id: str) -> Code | None:
        """Return a code to exchange, None when it is unknown, foreign, expired or used."""
        found = self.codes.get(code)
        if found is None or found.client_id != client_id:
            return None
        if found.is_used:
            self._refused("code", code, "code_replayed", "this code was exchanged before")
            self._revoke_of_session(found.subject.sid)
            return None
        if found.expires <= self._clock.now():
            self._refused("code", code, "code_expired", "this code is older than its lifetime")
            return None
        found.is_used = True
        return found

    def is_nonce_used(self, client_id: str, nonce: str) -> bool:
        """Say whether a client asked with that nonce before."""
        return (client_id, nonce) in self._nonces

    def present_refresh_token(self, token: str) -> RefreshToken | None:
        """Return a refresh token that counts; one that was rotated away kills its family."""
        found, now = self.refresh_tokens.get(token), self._clock.now()
        if found is None:
            self._refused("refresh", token, "unknown", "no such refresh token was issued")
        elif found.is_revoked:
            self._refused("refresh", token, "revoked", "its family was revoked")
        elif found.expires <= now:
            self._refused("refresh", token, "expired", "its lifetime is over")
        elif found.rotated_at is not None and now >= found.rotated_at + self.rules.reuse_grace:
            reason = "it was exchanged before: somebody else may hold a copy"
            self._refused("refresh", token, "refresh_reused", reason)
            self.revoke_family(found)
        else:
            return found
        return None

    def for_audience(self, token: RefreshToken, audience: str) -> Subject:
        """Return the subject of a refresh token for another audience, without the old nonce."""
        return replace(token.subject, audience=audience, nonce="")

    def rotate(self, token: RefreshToken) -> None:
        """Mark a presented token as exchanged; within the grace it keeps its first moment."""
        if self.rules.rotates and token.rotated_at is None:
            token.rotated_at = self._clock.now()

    def answer(
        self,
        subject: Subject,
        client: ClientRegistration,
        scope: str,
        *,
        parent: RefreshToken | None = None,
    ) -> JsonObject:
        """Return the token response: access token, and a refresh token where one is due."""
        lifetime = self.rules.lifetimes.access
        self.parties.setdefault(subject.sid, set()).add(client.client_id)
        access = self.minter.access_token(subject, client.client_id, scope, lifetime)
        self._minted("access", access, subject, lifetime, parent)
        token: JsonObject = {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": lifetime,
            "scope": scope,
        }
        if parent is None and "offline_access" in scope.split():
            token["refresh_token"] = self._new_refresh_token(subject, client, scope, None)
        elif parent is not None and self.rules.rotates:
            token["refresh_token"] = self._new_refresh_token(subject, client, parent.scope, parent)
        return token

    def mint_id_token(self, subject: Subject, client_id: str, scope: str) -> str:
        """Return an ID token and report it."""
        lifetime = self.rules.lifetimes.id
        token = self.minter.id_token(subject, client_id, scope, lifetime)
        self._minted("id", token, subject, lifetime, None)
        return token

    def answer_id_token(self, subject: Subject, client_id: str, scope: str) -> str:
        """Return the ID token of an answer that has nothing else; its nonce counts once."""
        self._nonces.add((client_id, subject.nonce))
        self.parties.setdefault(subject.sid, set()).add(client_id)
        return self.mint_id_token(subject, client_id, scope)

    def refresh_token(self, name: str) -> RefreshToken | None:
        """Return a refresh token by its text or its digest."""
        named = (t for text, t in self.refresh_tokens.items() if fingerprint(text) == name)
        return self.refresh_tokens.get(name) or next(named, None)

    def families_of(self, sub: str) -> list[RefreshToken]:
        """Return one live refresh token of each family that a user has."""
        mine = (t for t in self.refresh_tokens.values() if t.subject.sub == sub)
        return list({t.family: t for t in mine if not t.is_revoked}.values())

    def revoke_family(self, token: RefreshToken) -> None:
        """Revoke a refresh token, its ancestors and descendants."""
        family = [t for t in self.refresh_tokens.values() if t.family == token.family]
        alive = [member for member in family if not member.is_revoked]
        for member in alive:
            member.is_revoked = True
        self._publish(
            TokenRevoked(
                at=self._clock.now(),
                cause=self.cause,
                token="refresh",
                digest=fingerprint(token.token),
                family=len(alive),
            )
        )

    def sign_in(self, user: User) -> ProviderSession:
        """Start a session at the provider."""
        now = self._clock.now()
        session = ProviderSession(
            sid=secrets.token_urlsafe(24),
            user=user,
            auth_time=int(now),
            expires=now + self.rules.lifetimes.session,
        )
        self.sessions[session.sid] = session
        self._publish(
            ProviderSessionStarted(
                at=now, cause=self.cause, sub=user.sub, sid=session.sid, expires=session.expires
            )
        )
        return session

    def session_of(self, sid: str) -> ProviderSession | None:
        """Return a live session at the provider."""
        found = self.sessions.get(sid)
        return found if found and found.expires > self._clock.now() else None

    def age_of(self, session: ProviderSession) -> float:
        """Return the seconds since somebody authenticated."""
        return self._clock.now() - session.auth_time

    def sign_out(self, sid: str) -> ProviderSession | None:
        """End a session at the provider, and revoke its refresh tokens."""
        found = self.sessions.pop(sid, None)
        if found is not None:
            self._revoke_of_session(sid)
            self._publish(
                ProviderSessionEnded(
                    at=self._clock.now(), cause=self.cause, sub=found.user.sub, sid=sid
                )
            )
        return found

    def _revoke_of_session(self, sid: str) -> None:
        families = {t.family: t for t in self.refresh_tokens.values() if t.subject.sid == sid}
        for token in families.values():
            if not token.is_revoked:
                self.revoke_family(token)

    def _new_refresh_token(
        self, subject: Subject, client: ClientRegistration, scope: str, parent: RefreshToken | None
    ) -> str:
        text, lifetime = f"v1.{secrets.token_urlsafe(33)}", self.rules.lifetimes.refresh
        self.refresh_tokens[text] = RefreshToken(
            token=text,
            client_id=client.client_id,
            scope=scope,
            subject=replace(subject, nonce=""),
            expires=self._clock.now() + lifetime,
            family=parent.family if parent else fingerprint(text),
        )
        self._minted("refresh", text, subject, lifetime, parent)
        return text

    def _minted(
        self,
        kind: Literal["id", "access", "refresh"],
        text: str,
        subject: Subject,
        lifetime: int,
        parent: RefreshToken | None,
    ) -> None:
        now = self._clock.now()
        self._publish(
            TokenMinted(
                at=now,
                cause=self.cause,
                token=kind,
                value=Secret.of(text),
                sub=subject.sub,
                sid=subject.sid,
                expires=now + lifetime,
                parent=fingerprint(parent.token) if parent else "",
            )
        )

    def _refused(self, kind: Literal["code", "refresh"], text: str, code: str, reason: str) -> None:
        self._publish(
            TokenRefused(
                at=self._clock.now(),
                cause=self.cause,
                token=kind,
                digest=fingerprint(text),
                code=code,
                reason=reason,
            )
        )
