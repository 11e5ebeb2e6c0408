"""Publishes what happens to the provider's tokens and sessions."""

from __future__ import annotations

from typing import Literal, TypeAlias

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.events.login import (
    ProviderSessionEnded,
    ProviderSessionStarted,
    TokenMinted,
    TokenRefused,
    TokenRevoked,
)
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Secret, fingerprint
from session_inspector.devserver.provider.registrations import IssuedRefreshToken, ProviderSession
from session_inspector.devserver.provider.tokens import Subject

Refusable: TypeAlias = Literal[
    "code", "access", "refresh", "logout", "device", "mfa", "proof", "request"
]


class TokenReports:
    """The events of one provider's tokens; `cause` is the exchange or command under way."""

    def __init__(self, clock: Clock, publish: Publish) -> None:
        self.cause = ""
        self._clock = clock
        self._publish = publish

    def report_minted(
        self,
        kind: Literal["id", "access", "refresh"],
        text: str,
        subject: Subject,
        lifetime: int,
        parent: IssuedRefreshToken | None = None,
        *,
        client_id: str = "",
        grant: str = "",
        flow: str = "",
    ) -> None:
        """Report a new token; `parent` is the refresh token it was exchanged for."""
        parent_digest = ""
        if parent is not None:
            parent_digest = fingerprint(parent.token)
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
                parent=parent_digest,
                client_id=client_id,
                grant=grant,
                jkt=subject.jkt,
                organization=subject.org_id,
                acr=subject.acr,
                flow=flow,
                login=subject.login,
            )
        )

    def report_refused(self, kind: Refusable, text: str, code: str, reason: str) -> None:
        """Report a code, token or proof that was refused."""
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

    def report_revoked(self, token: IssuedRefreshToken, size: int) -> None:
        """Report that a refresh token's family was revoked; `size`: how many were alive."""
        self._publish(
            TokenRevoked(
                at=self._clock.now(),
                cause=self.cause,
                token="refresh",
                digest=fingerprint(token.token),
                family=size,
            )
        )

    def report_access_revoked(self, text: str) -> None:
        """Report that an access token was revoked."""
        digest = fingerprint(text)
        now = self._clock.now()
        self._publish(TokenRevoked(at=now, cause=self.cause, token="access", digest=digest))

    def report_sign_in(self, session: ProviderSession, now: float) -> None:
        """Report a new session at the provider."""
        self._publish(
            ProviderSessionStarted(
                at=now,
                cause=self.cause,
                sub=session.user.sub,
                sid=session.sid,
                expires=session.expires,
            )
        )

    def report_sign_out(self, session: ProviderSession) -> None:
        """Report the end of a session at the provider."""
        self._publish(
            ProviderSessionEnded(
                at=self._clock.now(),
                cause=self.cause,
                sub=session.user.sub,
                sid=session.sid,
            )
        )
