"""The device codes of one provider: issued, shown to a user, answered, exchanged (RFC 8628)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.events.login import DeviceCodeAnswered, DeviceCodeIssued
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Seconds, fingerprint
from session_inspector.devserver.provider.token_reports import TokenReports
from session_inspector.devserver.provider.tokens import Subject

LIFETIME = 600
INTERVAL = 5
"""Seconds between two polls; each that comes earlier makes it five longer (RFC 8628 §3.5)."""
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that a code is no word (RFC 8628 §6.1)."""


@dataclass(slots=True, kw_only=True)
class DeviceCode:
    """One login of a device; the methods are those that Authlib calls (DeviceCredentialMixin)."""

    device_code: str = field(repr=False)
    user_code: str
    client_id: str
    scope: str
    audience: str
    expires: Seconds
    interval: float = INTERVAL
    polled_at: Seconds | None = None
    subject: Subject | None = None
    """Who allowed it."""
    is_refused: bool = False
    is_used: bool = False
    is_expired_now: bool = False

    def get_client_id(self) -> str:
        """Return the client's id."""
        return self.client_id

    def get_scope(self) -> str:
        """Return the requested scope."""
        return self.scope

    def get_user_code(self) -> str:
        """Return the code that the user types."""
        return self.user_code

    def is_expired(self) -> bool:
        """Return whether it was too old when it was looked up."""
        return self.is_expired_now


class DeviceCodes:
    """All device codes; those long expired are forgotten."""

    def __init__(self, clock: Clock, publish: Publish, report: TokenReports) -> None:
        self._clock = clock
        self._publish = publish
        self._report = report
        self._codes: dict[str, DeviceCode] = {}

    def issue(self, client_id: str, scope: str, audience: str) -> DeviceCode:
        """Return a new code."""
        now = self._clock.now()
        kept = {name: code for name, code in self._codes.items() if code.expires + LIFETIME > now}
        issued = DeviceCode(
            device_code=secrets.token_urlsafe(32),
            user_code=_make_user_code(),
            client_id=client_id,
            scope=scope,
            audience=audience,
            expires=now + LIFETIME,
        )
        self._codes = {**kept, issued.device_code: issued}
        self._publish(
            DeviceCodeIssued(
                at=now,
                cause=self._report.cause,
                device=fingerprint(issued.device_code),
                user_code=issued.user_code,
                client_id=client_id,
                scope=scope,
                expires=issued.expires,
            )
        )
        return issued

    def find(self, device_code: str) -> DeviceCode | None:
        """Return what a device polls for; None when it is unknown, or was exchanged."""
        found = self._codes.get(device_code)
        if found is None or found.is_used:
            return None
        found.is_expired_now = found.expires <= self._clock.now()
        return found

    def find_by_user_code(self, typed: str) -> DeviceCode | None:
        """Return what waits for an answer, by the code as people type it."""
        wanted = _normalise(typed)
        for code in self._codes.values():
            if _normalise(code.user_code) == wanted and self._is_waiting(code):
                return code
        return None

    def answer(self, code: DeviceCode, subject: Subject, *, is_allowed: bool) -> None:
        """Allow or refuse a device's login."""
        if is_allowed:
            code.subject = replace(subject, audience=code.audience)
        code.is_refused = not is_allowed
        self._publish(
            DeviceCodeAnswered(
                at=self._clock.now(),
                cause=self._report.cause,
                device=fingerprint(code.device_code),
                sub=subject.sub,
                is_allowed=is_allowed,
            )
        )

    def is_too_soon(self, code: DeviceCode) -> bool:
        """Note a poll; return whether it came before the interval was over."""
        now = self._clock.now()
        last = code.polled_at
        code.polled_at = now
        if last is None or now - last >= code.interval:
            return False
        code.interval += INTERVAL
        reason = f"it polled before {code.interval - INTERVAL:g} s were over"
        self._report.report_refused("device", code.device_code, "slow_down", reason)
        return True

    def _is_waiting(self, code: DeviceCode) -> bool:
        is_answered = code.is_refused or code.subject is not None
        return not is_answered and code.expires > self._clock.now()


def _make_user_code() -> str:
    letters = [secrets.choice(LETTERS) for _ in range(8)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def _normalise(typed: str) -> str:
    """Return a user code without what people add: blanks, hyphens, small letters."""
    return "".join(letter for letter in typed.upper() if letter in LETTERS)
