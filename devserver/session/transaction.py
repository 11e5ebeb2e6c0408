"""What is kept between /login and /callback: state, nonce, code verifier, in a cookie a login.

The value is `<unix seconds>:<JWE>` since 4.29; a bare JWE is still read. Logins that pile up are
evicted, oldest first, so that they never reach what servers accept (docs/sdk.md, Logins under way).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from session_inspector.devserver.cookies.jar import CookieOptions, Jars
from session_inspector.devserver.cookies.js_values import parse_number
from session_inspector.devserver.cookies.sealed import KeyRing, open_sealed, seal
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InspectorError, SealError
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.session.connection_cookies import NULL_CODES

BUDGET = 3500
"""Bytes of all transaction cookies, name and decoded value."""
PREFIX = "__txn_"
MAX_AGE = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionOptions:
    """The cookie of a login under way."""

    prefix: str = PREFIX
    cookie: CookieOptions = field(default_factory=CookieOptions)
    """Its name is not used."""
    max_age: float = MAX_AGE
    """Seconds; 0 means the default, as in the SDK."""
    is_parallel: bool = True
    """False: one login at a time, in a cookie named by the bare prefix."""


class Transactions:
    """The logins of one browser."""

    def __init__(
        self,
        ring: KeyRing,
        options: TransactionOptions,
        clock: Clock,
        *,
        compat: bool = False,
        new_iv: Callable[[], bytes] | None = None,
    ) -> None:
        self._ring = ring
        self._options = options
        self._clock = clock
        self._compat = compat
        self._new_iv = new_iv

    def name_of(self, state: str) -> str:
        """Return the name of a login's cookie."""
        if not self._options.is_parallel:
            return self._options.prefix
        return self._options.prefix + state

    def save(self, jars: Jars, transaction: JsonObject, *, may_evict: bool = True) -> int:
        """Write a login's cookie; returns how many older ones were evicted for it.

        Raises: InspectorError when the transaction has no state.
        """
        state = transaction.get("state")
        if not isinstance(state, str) or not state:
            raise InspectorError("Transaction state is required", code="no_state")
        now = self._clock.now()
        max_age = self._options.max_age or MAX_AGE
        name = self.name_of(state)
        value = self._seal(transaction, now, max_age)
        evicted = 0
        if may_evict:
            evicted = self._evict(jars, name, _size_of(name, value))
        jars.set(name, value, self._cookie_options(name), max_age=max_age, now=now)
        return evicted

    def _seal(self, transaction: JsonObject, now: Seconds, max_age: float) -> str:
        iv = None
        if self._new_iv is not None:
            iv = self._new_iv()
        sealed = seal(transaction, self._ring, exp=math.floor(now + max_age), iv=iv)
        return f"{math.trunc(now)}:{sealed}"

    def load(self, jars: Jars, state: str) -> JsonObject | None:
        """Return a login's transaction, None when its cookie is missing or does not open.

        Raises: SealError in compat mode, where the SDK throws.
        """
        value = jars.request.get(self.name_of(state))
        if not value:
            return None
        try:
            return open_sealed(_strip_stamp(value), self._ring, now=self._clock.now()).payload
        except SealError as error:
            if self._compat and error.code not in NULL_CODES:
                raise
            return None

    def delete(self, jars: Jars, state: str) -> None:
        """Delete a login's cookie."""
        name = self.name_of(state)
        jars.expire([name], self._cookie_options(name))

    def delete_all(self, jars: Jars) -> None:
        """Delete every cookie of the request that starts with the prefix."""
        for name in jars.request.names():
            if name.startswith(self._options.prefix):
                jars.expire([name], self._cookie_options(name))

    def _cookie_options(self, name: str) -> CookieOptions:
        return replace(self._options.cookie, name=name)

    def _evict(self, jars: Jars, name: str, size: int) -> int:
        """Delete the oldest logins until the new one fits; it is written in any case."""
        others = self._other_logins(jars, name)
        projected = size + sum(other.size for other in others)
        excess = projected - BUDGET + 1
        evicted = 0
        for other in sorted(others, key=_written_at):
            if excess <= 0:
                break
            jars.expire([other.name], self._cookie_options(other.name))
            excess -= other.size
            evicted += 1
        return evicted

    def _other_logins(self, jars: Jars, name: str) -> list[_OtherLogin]:
        return [
            _OtherLogin(other, _read_stamp(value), _size_of(other, value))
            for other, value in jars.request.items()
            if other.startswith(self._options.prefix) and other != name
        ]


@dataclass(frozen=True, slots=True)
class _OtherLogin:
    """The cookie of another login that the request brought."""

    name: str
    written_at: float
    """Unix seconds; 0 when the value has no stamp."""
    size: int
    """Bytes of name and decoded value."""


def _written_at(login: _OtherLogin) -> float:
    return login.written_at


def _size_of(name: str, value: str) -> int:
    return len(f"{name}={value}".encode("utf-8", "surrogatepass"))


def _read_stamp(value: str) -> float:
    """Return when a cookie says it was written, as JavaScript reads a number; else 0."""
    stamp, colon, _ = value.partition(":")
    written_at = parse_number(stamp)
    if not colon or not math.isfinite(written_at):
        return 0
    return written_at


def _strip_stamp(value: str) -> str:
    stamp, colon, sealed = value.partition(":")
    if not colon:
        return stamp
    return sealed
