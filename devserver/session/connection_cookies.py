"""The `__FC_n` cookies: tokens of upstream identity providers beside a stateless session.

One sealed cookie a token, never chunked (docs/sdk.md, Connection tokens).
"""

from __future__ import annotations

import re

from session_inspector.devserver.cookies.jar import Jars
from session_inspector.devserver.cookies.sealed import open_sealed, seal
from session_inspector.devserver.core.errors import SealError
from session_inspector.devserver.core.values import Json, JsonObject, Seconds
from session_inspector.devserver.session.carrier import CarrierSetup

PREFIX = "__FC"
"""Fixed, not derived from the session's cookie: two apps on one host collide."""
_NAME = re.compile(rf"{PREFIX}_([0-9]+)")
NULL_CODES = frozenset({"ERR_JWE_DECRYPTION_FAILED", "ERR_JWT_EXPIRED", "ERR_JWE_INVALID"})
"""What the SDK reads as no value; any other failure it throws (docs/sdk.md, Sealed cookies)."""


class ConnectionCookies:
    """Reads and writes the connection tokens of one browser."""

    def __init__(self, setup: CarrierSetup) -> None:
        self._setup = setup

    def read(self, jars: Jars, now: Seconds) -> list[Json]:
        """Open the tokens in the order of the header; what does not open is skipped.

        Raises: SealError in compat mode, where the SDK throws.
        """
        tokens: list[Json] = []
        for name in _find_indexes(jars):
            value = jars.request.get(name) or ""
            try:
                opened = open_sealed(value, self._setup.ring, now=now)
            except SealError as error:
                if self._setup.compat and error.code not in NULL_CODES:
                    raise
                continue
            tokens.append(opened.payload)
        return tokens

    def write(self, jars: Jars, tokens: Json, max_age: float, now: Seconds) -> None:
        """Write the tokens, and delete the cookies of tokens that are gone."""
        kept = _objects_in(tokens)
        exp = int(now + max_age)
        before = _find_indexes(jars)
        for index, token in enumerate(kept):
            value = seal(token, self._setup.ring, exp=exp, iv=self._setup.new_iv())
            name = f"{PREFIX}_{index}"
            jars.set(name, value, self._setup.options, max_age=max_age, now=now)
        orphans = [name for name, index in before.items() if index >= len(kept)]
        if orphans:
            jars.expire(orphans, self._setup.options)

    def expire(self, jars: Jars) -> None:
        """Delete all of them."""
        jars.expire(_find_indexes(jars), self._setup.options)


def _find_indexes(jars: Jars) -> dict[str, int]:
    """Return {cookie name: index} of the request, in the order of the header."""
    found: dict[str, int] = {}
    for name in jars.request.names():
        match = _NAME.fullmatch(name)
        if match is not None:
            found[name] = int(match[1])
    return found


def _objects_in(tokens: Json) -> list[JsonObject]:
    if not isinstance(tokens, list):
        return []
    return [token for token in tokens if isinstance(token, dict)]
