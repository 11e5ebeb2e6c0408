"""The session in the cookie itself: encrypted, chunked, connection tokens beside it."""

from __future__ import annotations

import re

from session_inspector.devserver.cookies.chunk_rules import EXPRESS_OIDC
from session_inspector.devserver.cookies.chunks import (
    chunk_indexes,
    expire_chunked,
    read_chunked,
    write_chunked,
)
from session_inspector.devserver.cookies.jar import Jars
from session_inspector.devserver.cookies.sealed import (
    TOLERANCE,
    OpenedSeal,
    open_sealed,
    replace_exp,
    seal,
    seal_text,
)
from session_inspector.devserver.core.errors import SealError
from session_inspector.devserver.core.events.base import Kind
from session_inspector.devserver.core.values import Json, JsonObject, Seconds
from session_inspector.devserver.session.carrier import Gone, Loaded, Refused, Saved, Setup
from session_inspector.devserver.session.legacy import LEGACY_COOKIE, from_legacy, is_legacy
from session_inspector.devserver.session.policy import as_number, epoch, part
from session_inspector.devserver.session.refusals import refusal

CONNECTION = "__FC"
"""Name prefix of the connection token cookies; fixed, two apps on one host collide."""
_CONNECTION = re.compile(rf"{CONNECTION}_([0-9]+)")
NULL_CODES = frozenset({"ERR_JWE_DECRYPTION_FAILED", "ERR_JWT_EXPIRED", "ERR_JWE_INVALID"})
"""What the SDK reads as no session; any other failure it throws (spec §1)."""


class StatelessCarrier:
    """Cookies hold everything; there is nothing to revoke."""

    kind: Kind = "stateless"

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._name = setup.options.name
        other = (CONNECTION, LEGACY_COOKIE)
        self._is_apart = not any(name.startswith(self._name) for name in other)
        """True: a request whose names all begin with ours has no other cookies to look after."""

    async def load(
        self, jars: Jars, now: Seconds, *, rolls: bool = False
    ) -> Loaded | Refused | None:
        """Read the session of the configured cookie, else v3's `appSession`."""
        joined = read_chunked(jars.request, self._name, is_regex=self._setup.compat)
        if joined.value is None:
            older = read_chunked(jars.request, LEGACY_COOKIE, rule=EXPRESS_OIDC)
            if older.value is None:
                gap = joined.gap or older.gap
                return Refused(code="chunk_gap", reason=gap) if gap else None
            joined = older
        try:
            opened = open_sealed(joined.value or "", self._setup.ring, now=now)
            session = self._normal(opened, now)
        except SealError as error:
            if self._setup.compat and error.code not in NULL_CODES:
                raise
            return refusal(error, self._setup.policy)
        tokens = self._connection_tokens(jars, now) if self._has_others(jars) else None
        if tokens:
            session = {**session, "connectionTokenSets": tokens}
        return Loaded(
            data=session,
            names=joined.names,
            key_index=opened.key_index,
            is_legacy=is_legacy(opened.header),
            text=opened.text if session is opened.payload else b"",
        )

    async def save(
        self,
        jars: Jars,
        session: JsonObject,
        now: Seconds,
        *,
        is_new: bool,
    ) -> Saved | Gone:
        """Write session and connection tokens, and delete what earlier writes left."""
        return self._write(jars, session, b"", now)

    async def roll(self, jars: Jars, found: Loaded, now: Seconds) -> Saved | Gone:
        """Seal what was opened with another end."""
        return self._write(jars, found.data, found.text, now)

    def _write(self, jars: Jars, session: JsonObject, text: bytes, now: Seconds) -> Saved:
        """Write a session; `text` is how it was sealed before, empty when that is not known."""
        max_age = self._setup.policy.max_age(part(session, "internal").get("createdAt"), epoch(now))
        exp = _whole(epoch(now) + max_age)
        payload, tokens = session, session.get("connectionTokenSets")
        if "connectionTokenSets" in session:
            payload = {name: v for name, v in session.items() if name != "connectionTokenSets"}
        moved = replace_exp(text, session.get("exp"), exp) if text else None
        value = (
            seal_text(moved, self._setup.ring, iv=self._setup.new_iv())
            if moved
            else self._sealed(payload, exp)
        )
        age = None if self._setup.options.transient else max_age
        has_others = self._has_others(jars)
        write_chunked(jars, value, self._setup.options, max_age=age, now=now)
        if tokens or has_others:
            self._write_connection_tokens(jars, tokens, max_age, now)
        if has_others and (self._setup.compat or self._name != LEGACY_COOKIE):
            self._expire_legacy(jars)
        return Saved(session=None if tokens else {**payload, "exp": exp})

    async def drop(self, jars: Jars, now: Seconds) -> str:
        """Delete the cookies; copies of them stay valid until their exp."""
        expire_chunked(jars, self._setup.options)
        self._expire_legacy(jars)
        jars.expire(self._connection_names(jars), self._setup.options)
        return ""

    async def drop_stored(self, jars: Jars, now: Seconds) -> str:
        """Do nothing: there is no record."""
        return ""

    def _has_others(self, jars: Jars) -> bool:
        return not self._is_apart or jars.request.has_other_than(self._name)

    def _sealed(self, payload: JsonObject, exp: float) -> str:
        return seal(payload, self._setup.ring, exp=exp, iv=self._setup.new_iv())

    def _normal(self, opened: OpenedSeal, now: Seconds) -> JsonObject:
        if not is_legacy(opened.header):
            return opened.payload
        expires = as_number(opened.header.get("exp"))
        if not self._setup.compat and expires is not None and expires <= now - TOLERANCE:
            raise SealError(
                "the v3 session has expired (exp in its header)",
                code="ERR_JWT_EXPIRED",
                payload={**opened.payload, "exp": expires},
            )
        return from_legacy(opened.payload, opened.header.get("iat"))

    def _connection_names(self, jars: Jars) -> dict[str, int]:
        names = [name for name in jars.request.names() if name.startswith(CONNECTION)]
        matches = {name: _CONNECTION.fullmatch(name) for name in names}
        return {name: int(found[1]) for name, found in matches.items() if found}

    def _connection_tokens(self, jars: Jars, now: Seconds) -> list[Json]:
        """Open the connection tokens in the order of the header; what does not open is skipped."""
        tokens: list[Json] = []
        for name in self._connection_names(jars):
            try:
                value = jars.request.get(name) or ""
                tokens.append(open_sealed(value, self._setup.ring, now=now).payload)
            except SealError as error:
                if self._setup.compat and error.code not in NULL_CODES:
                    raise
        return tokens

    def _write_connection_tokens(
        self, jars: Jars, tokens: Json, max_age: float, now: Seconds
    ) -> None:
        listed = tokens if isinstance(tokens, list) else []
        found = [token for token in listed if isinstance(token, dict)]
        exp = int(now + max_age)
        stale = self._connection_names(jars)
        for index, token in enumerate(found):
            value = self._sealed(token, exp)
            jars.set(f"{CONNECTION}_{index}", value, self._setup.options, max_age=max_age, now=now)
        orphans = [name for name, index in stale.items() if index >= len(found)]
        if orphans:
            jars.expire(orphans, self._setup.options)

    def _expire_legacy(self, jars: Jars) -> None:
        if read_chunked(jars.request, LEGACY_COOKIE, rule=EXPRESS_OIDC).value is None:
            return
        chunks = chunk_indexes(jars.request, LEGACY_COOKIE, rule=EXPRESS_OIDC)
        jars.expire((LEGACY_COOKIE, *chunks), self._setup.options)


def _whole(seconds: float) -> float:
    """Return an integer where JavaScript would print one."""
    return int(seconds) if seconds == int(seconds) else seconds
