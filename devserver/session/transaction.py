"""What is kept between /login and /callback: state, nonce, code verifier, in a cookie a login.

The value is `<unix seconds>:<JWE>` since 4.29; a bare JWE is still read. Logins that pile up are
evicted, oldest first, so that they never reach what servers accept (spec §8).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from session_inspector.devserver.cookies.jar import CookieOptions, Jars
from session_inspector.devserver.cookies.sealed import KeyRing, open_sealed, seal
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InspectorError, SealError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.stateless import NULL_CODES

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
        return self._options.prefix + (state if self._options.is_parallel else "")

    def save(self, jars: Jars, transaction: JsonObject, *, may_evict: bool = True) -> int:
        """Write a login's cookie; returns how many older ones were evicted for it.

        Raises: InspectorError when the transaction has no state.
        """
        state = transaction.get("state")
        if not isinstance(state, str) or not state:
            raise InspectorError("Transaction state is required", code="no_state")
        now = self._clock.now()
        max_age = self._options.max_age or MAX_AGE
        iv = self._new_iv() if self._new_iv else None
        sealed = seal(transaction, self._ring, exp=math.floor(now + max_age), iv=iv)
        name, value = self.name_of(state), f"{math.trunc(now)}:{sealed}"
        evicted = self._evict(jars, name, len(name) + 1 + len(value)) if may_evict else 0
        jars.set(name, value, self._cookie(name), max_age=max_age, now=now)
        return evicted

    def load(self, jars: Jars, state: str) -> JsonObject | None:
        """Return a login's transaction, None when its cookie is missing or does not open.

        Raises: SealError in compat mode, where the SDK throws.
        """
        value = jars.request.get(self.name_of(state))
        if not value:
            return None
        sealed = value.partition(":")[2] if ":" in value else value
        try:
            return open_sealed(sealed, self._ring, now=self._clock.now()).payload
        except SealError as error:
            if self._compat and error.code not in NULL_CODES:
                raise
            return None

    def delete(self, jars: Jars, state: str) -> None:
        """Delete a login's cookie."""
        name = self.name_of(state)
        jars.expire([name], self._cookie(name))

    def delete_all(self, jars: Jars) -> None:
        """Delete every cookie of the request that starts with the prefix."""
        for name in jars.request.names():
            if name.startswith(self._options.prefix):
                jars.expire([name], self._cookie(name))

    def _cookie(self, name: str) -> CookieOptions:
        return replace(self._options.cookie, name=name)

    def _evict(self, jars: Jars, name: str, size: int) -> int:
        """Delete the oldest logins until the new one fits; it is written in any case."""
        others = [
            (_timestamp(value), key, len(f"{key}={value}".encode()))
            for key, value in jars.request.items()
            if key.startswith(self._options.prefix) and key != name
        ]
        projected = size + sum(length for _, _, length in others)
        if projected < BUDGET:
            return 0
        excess, freed, evicted = projected - BUDGET + 1, 0, 0
        for _, key, length in sorted(others, key=lambda other: other[0]):
            if freed >= excess:
                break
            jars.expire([key], self._cookie(key))
            freed, evicted = freed + length, evicted + 1
        return evicted


def _timestamp(value: str) -> int:
    stamp = value.partition(":")[0] if ":" in value else ""
    return int(stamp) if stamp.isascii() and stamp.isdecimal() else 0
