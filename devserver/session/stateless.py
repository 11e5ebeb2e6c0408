"""The session in the cookie itself: encrypted, chunked, connection tokens beside it."""

from __future__ import annotations

from session_inspector.devserver.cookies.chunk_rules import EXPRESS_OIDC
from session_inspector.devserver.cookies.chunks import (
    JoinedCookie,
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
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.session.carrier import (
    CarrierSetup,
    Gone,
    Loaded,
    Refused,
    Saved,
)
from session_inspector.devserver.session.connection_cookies import (
    NULL_CODES,
    PREFIX,
    ConnectionCookies,
)
from session_inspector.devserver.session.legacy import LEGACY_COOKIE, from_legacy, is_legacy
from session_inspector.devserver.session.policy import as_number, epoch, remaining_life
from session_inspector.devserver.session.refusals import refuse_sealed

CONNECTIONS = "connectionTokenSets"


class StatelessCarrier:
    """Cookies hold everything; there is nothing to revoke."""

    kind: Kind = "stateless"

    def __init__(self, setup: CarrierSetup) -> None:
        self._setup = setup
        self._name = setup.options.name
        self._connections = ConnectionCookies(setup)
        others = (PREFIX, LEGACY_COOKIE)
        self._is_apart = not any(name.startswith(self._name) for name in others)
        """True: a request whose names all begin with ours has no other cookies to look after."""

    async def load(
        self, jars: Jars, now: Seconds, *, rolls: bool = False
    ) -> Loaded | Refused | None:
        """Read the session of the configured cookie, else v3's `appSession`."""
        joined = self._read_cookie(jars)
        if joined.value is None:
            if not joined.gap:
                return None
            return Refused(code="chunk_gap", reason=joined.gap)
        try:
            opened = open_sealed(joined.value, self._setup.ring, now=now)
            session = self._to_current_shape(opened, now)
        except SealError as error:
            if self._setup.compat and error.code not in NULL_CODES:
                raise
            return refuse_sealed(error, self._setup.policy)
        text = b""
        if session is opened.payload:
            text = opened.text
        if self._has_others(jars):
            tokens = self._connections.read(jars, now)
            if tokens:
                session = {**session, CONNECTIONS: tokens}
                text = b""
        return Loaded(
            data=session,
            names=joined.names,
            key_index=opened.key_index,
            is_legacy=is_legacy(opened.header),
            text=text,
        )

    def _read_cookie(self, jars: Jars) -> JoinedCookie:
        """Return v4's cookie, else v3's; of neither the first gap."""
        current = read_chunked(jars.request, self._name, is_regex=self._setup.compat)
        if current.value is not None:
            return current
        legacy = read_chunked(jars.request, LEGACY_COOKIE, rule=EXPRESS_OIDC)
        if legacy.value is None and current.gap:
            return current
        return legacy

    def _to_current_shape(self, opened: OpenedSeal, now: Seconds) -> JsonObject:
        """Return a session in v4's shape. Raises: SealError for one of v3 that has expired."""
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
        text = found.text
        if self._setup.compat:
            text = b""  # the SDK writes the JSON anew: numbers and escapes in its own form
        return self._write(jars, found.data, text, now)

    def _write(self, jars: Jars, session: JsonObject, text: bytes, now: Seconds) -> Saved:
        """Write a session; `text` is how it was sealed before, empty when that is not known."""
        max_age = remaining_life(session, self._setup.policy, now, compat=self._setup.compat)
        exp = _to_integer(epoch(now) + max_age)
        tokens = session.get(CONNECTIONS)
        payload = session
        if CONNECTIONS in session:
            payload = {name: v for name, v in session.items() if name != CONNECTIONS}
        value = self._seal(payload, text, exp)
        cookie_age: Seconds | None = max_age
        if self._setup.options.transient:
            cookie_age = None
        has_others = self._has_others(jars)
        write_chunked(
            jars,
            value,
            self._setup.options,
            max_age=cookie_age,
            now=now,
            is_regex=self._setup.compat,
        )
        if tokens or has_others:
            self._connections.write(jars, tokens, max_age, now)
        if has_others and (self._setup.compat or self._name != LEGACY_COOKIE):
            self._expire_legacy(jars)
        if tokens:
            return Saved()
        return Saved(session={**payload, "exp": exp})

    def _seal(self, payload: JsonObject, text: bytes, exp: float) -> str:
        """Return the sealed payload; the text it was sealed from before saves serialising it."""
        if text:
            moved = replace_exp(text, payload.get("exp"), exp)
            if moved:
                return seal_text(moved, self._setup.ring, iv=self._setup.new_iv())
        return seal(payload, self._setup.ring, exp=exp, iv=self._setup.new_iv())

    async def drop(self, jars: Jars, now: Seconds) -> str:
        """Delete the cookies; copies of them stay valid until their exp."""
        expire_chunked(jars, self._setup.options, is_regex=self._setup.compat)
        self._expire_legacy(jars)
        self._connections.expire(jars)
        return ""

    async def drop_stored(self, jars: Jars, now: Seconds) -> str:
        """Do nothing: there is no record."""
        return ""

    def _has_others(self, jars: Jars) -> bool:
        return not self._is_apart or jars.request.has_other_than(self._name)

    def _expire_legacy(self, jars: Jars) -> None:
        if read_chunked(jars.request, LEGACY_COOKIE, rule=EXPRESS_OIDC).value is None:
            return
        chunks = chunk_indexes(jars.request, LEGACY_COOKIE, rule=EXPRESS_OIDC)
        jars.expire((LEGACY_COOKIE, *chunks), self._setup.options)


def _to_integer(seconds: float) -> float:
    """Return an integer where JavaScript would print one."""
    if seconds == int(seconds):
        return int(seconds)
    return seconds
