"""Second factors: who needs one, who has shown one, and the MFA tokens of those who must.

A lab has no secrets: every code of six digits is right, but 000000, so that one can be wrong.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field, replace

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.events.login import SecondFactorPassed, SecondFactorRequired
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Seconds, fingerprint
from session_inspector.devserver.provider.token_storage import TokenStorage
from session_inspector.devserver.provider.tokens import Subject

MULTI_FACTOR = "http://schemas.openid.net/pape/policies/2007/06/multi-factor"
"""The value of `acr_values` and `acr` that Auth0 and others have for it."""
LEVELS = (MULTI_FACTOR,)
WRONG_CODE = "000000"
LIFETIME = 600
"""Seconds of an MFA token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingFactor:
    """What an app may have once its user has shown a second factor."""

    mfa_token: str = field(repr=False)
    subject: Subject
    client_id: str
    scope: str
    expires: Seconds
    oob_code: str
    """What a challenge out of band is called; empty for one that nobody asked for."""


class SecondFactors:
    """Those of one provider."""

    def __init__(self, storage: TokenStorage, clock: Clock, publish: Publish) -> None:
        self._storage = storage
        self._clock = clock
        self._publish = publish
        self._pending: dict[str, PendingFactor] = {}
        self._passed: set[str] = set()
        """Ids of provider sessions."""

    def is_due_at_login(self, acr_values: str, acr: str) -> bool:
        """Return whether a login needs a second factor: the app or the knob asks for it."""
        if acr:
            return False
        is_asked = any(level in LEVELS for level in acr_values.split())
        return is_asked or self._storage.rules.second_factor == "login"

    def is_due_at_refresh(self, subject: Subject) -> bool:
        """Return whether a refresh needs a second factor first."""
        is_done = subject.acr or subject.sid in self._passed
        return self._storage.rules.second_factor == "refresh" and not is_done

    def report_page(self, client_id: str, sub: str, sid: str, reason: str) -> None:
        """Report that a user is asked on the provider's page."""
        self._publish(
            SecondFactorRequired(
                at=self._clock.now(),
                cause=self._storage.report.cause,
                client_id=client_id,
                sub=sub,
                sid=sid,
                reason=reason,
            )
        )

    def require(self, subject: Subject, client_id: str, scope: str) -> str:
        """Return an MFA token for tokens that an app may have afterwards."""
        now = self._clock.now()
        token = secrets.token_urlsafe(32)
        kept = {name: found for name, found in self._pending.items() if found.expires > now}
        pending = PendingFactor(
            mfa_token=token,
            subject=subject,
            client_id=client_id,
            scope=scope,
            expires=now + LIFETIME,
            oob_code=secrets.token_urlsafe(16),
        )
        self._pending = {**kept, token: pending}
        self._publish(
            SecondFactorRequired(
                at=now,
                cause=self._storage.report.cause,
                client_id=client_id,
                sub=subject.sub,
                sid=subject.sid,
                mfa=fingerprint(token),
                reason="the refresh needs a second factor",
            )
        )
        return token

    def find(self, mfa_token: str) -> PendingFactor | None:
        """Return what an MFA token is for; None when it is unknown, used or expired."""
        found = self._pending.get(mfa_token)
        if found is None or found.expires <= self._clock.now():
            return None
        return found

    def use(self, pending: PendingFactor, method: str) -> Subject:
        """Note a second factor shown with an MFA token; returns who the tokens are about."""
        self._pending.pop(pending.mfa_token, None)
        self.note_passed(pending.subject, method, mfa=fingerprint(pending.mfa_token))
        return replace(pending.subject, acr=MULTI_FACTOR)

    def note_passed(self, subject: Subject, method: str, *, mfa: str = "") -> None:
        """Note that a user has shown a second factor in a session."""
        self._passed.add(subject.sid)
        self._storage.sessions.raise_acr(subject.sid, MULTI_FACTOR)
        self._publish(
            SecondFactorPassed(
                at=self._clock.now(),
                cause=self._storage.report.cause,
                sub=subject.sub,
                sid=subject.sid,
                mfa=mfa,
                method=method,
            )
        )

    def raise_acr(self, subject: Subject) -> Subject:
        """Return a subject with the authentication that its session has reached by now."""
        if subject.sid in self._passed:
            return replace(subject, acr=MULTI_FACTOR)
        return subject

    def refuse(self, mfa_token: str, reason: str) -> None:
        """Report a wrong code."""
        self._storage.report.report_refused("mfa", mfa_token, "invalid_grant", reason)


def is_right_code(code: str) -> bool:
    """Return whether a one-time code is right."""
    return re.fullmatch("[0-9]{6}", code) is not None and code != WRONG_CODE
