"""The session in a store; the cookie holds only its id, encrypted."""

from __future__ import annotations

from session_inspector.devserver.cookies.jar import Jars
from session_inspector.devserver.cookies.sealed import open_sealed, seal
from session_inspector.devserver.cookies.signed import verify_signed
from session_inspector.devserver.core.errors import SealError
from session_inspector.devserver.core.events.base import Kind
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.session.carrier import Gone, Loaded, Refused, Saved, Setup
from session_inspector.devserver.session.data_store import (
    RollingStore,
    SessionDataStore,
    UpdatingStore,
)
from session_inspector.devserver.session.legacy import LEGACY_COOKIE, from_legacy_record
from session_inspector.devserver.session.policy import epoch, part
from session_inspector.devserver.session.refusals import refusal


class StatefulCarrier:
    """An id in the cookie, the session in a SessionDataStore."""

    kind: Kind = "stateful"

    def __init__(self, setup: Setup, store: SessionDataStore) -> None:
        self._setup = setup
        self._name = setup.options.name
        self.store = store
        # asked once: isinstance() of a protocol takes as long as opening the cookie
        self._rolling = store if isinstance(store, RollingStore) else None
        self._updating = store if isinstance(store, UpdatingStore) else None

    async def load(
        self, jars: Jars, now: Seconds, *, rolls: bool = False
    ) -> Loaded | Refused | None:
        """Read the id, then the session; v3's signed cookie is read too."""
        name = self._name if jars.request.get(self._name) is not None else LEGACY_COOKIE
        value = jars.request.get(name)
        if value is None:
            return None
        found = self._open(name, value, now)
        if isinstance(found, Refused):
            return found
        key, index = found
        is_touched = rolls and name == self._name and self._rolling is not None
        record = await self._record(key, touches=is_touched)
        if not record:
            reason = "the store has no session of this id: logged out, revoked, expired or pruned"
            return Refused(code="gone", reason=reason, key=key)
        try:
            data = from_legacy_record(record)
        except SealError as error:
            if self._setup.compat:
                raise
            return refusal(error, self._setup.policy, key=key)
        is_old = name == LEGACY_COOKIE != self._name or data is not record
        return Loaded(
            data=data,
            key=key,
            names=(name,),
            key_index=index,
            is_legacy=is_old,
            is_touched=is_touched and not is_old,
        )

    async def save(
        self,
        jars: Jars,
        session: JsonObject,
        now: Seconds,
        *,
        is_new: bool,
    ) -> Saved | Gone:
        """Write the record, then the cookie; a record that is gone stays gone (spec §7)."""
        old = self._current_key(jars, now)
        if old and is_new:
            await self.store.delete(old)
        key = old if old and not is_new else self._setup.new_id()
        if key != old:
            await self.store.set(key, session)
        elif not await self._overwrite(key, session):
            return Gone(key=key)
        self._write_cookie(jars, key, session, now)
        return Saved(key=key, previous=old if is_new else "", session=session)

    async def roll(self, jars: Jars, found: Loaded, now: Seconds) -> Saved | Gone:
        """Write the cookie; the record too, unless the store has moved its end already."""
        if not found.is_touched:
            return await self.save(jars, found.data, now, is_new=False)
        self._write_cookie(jars, found.key, found.data, now)
        return Saved(key=found.key, session=found.data)

    def _write_cookie(self, jars: Jars, key: str, session: JsonObject, now: Seconds) -> None:
        max_age = self._setup.policy.max_age(part(session, "internal").get("createdAt"), epoch(now))
        payload: JsonObject = {"id": key}
        exp = epoch(now) + max_age
        value = seal(payload, self._setup.ring, exp=exp, iv=self._setup.new_iv())
        jars.set(self._name, value, self._setup.options, max_age=max_age, now=now)
        self._expire_legacy(jars)

    async def drop(self, jars: Jars, now: Seconds) -> str:
        """Delete the cookies, and the record if the cookie still opens."""
        key = self._current_key(jars, now)
        jars.expire([self._name], self._setup.options)
        self._expire_legacy(jars)
        if key:
            await self.store.delete(key)
        return key

    async def drop_stored(self, jars: Jars, now: Seconds) -> str:
        """Delete the record of whatever id the request shows, v3's signed one too."""
        name = self._name if jars.request.get(self._name) is not None else LEGACY_COOKIE
        found = self._open(name, jars.request.get(name) or "", now)
        if isinstance(found, Refused):
            return ""
        await self.store.delete(found[0])
        return found[0]

    def _open(self, name: str, value: str, now: Seconds) -> tuple[str, int] | Refused:
        """Return (id, index of the secret) of a cookie."""
        try:
            opened = open_sealed(value, self._setup.ring, now=now)
        except SealError as error:
            if error.code == "ERR_JWE_INVALID":
                key = verify_signed(name, value, self._setup.ring)
                if key:
                    return key, 0
            held = (error.payload or {}).get("id")
            return refusal(error, self._setup.policy, key=held if isinstance(held, str) else "")
        inside = opened.payload.get("id")
        if not isinstance(inside, str) or not inside:
            reason = "it opens but holds no id: a stateless session's cookie, perhaps"
            return Refused(code="no_id", reason=reason, data=opened.payload)
        return inside, opened.key_index

    def _current_key(self, jars: Jars, now: Seconds) -> str:
        """Return the id of the v4 cookie if it opens; v3's is not consulted (as in the SDK)."""
        value = jars.request.get(self._name)
        try:
            held = open_sealed(value, self._setup.ring, now=now).payload.get("id") if value else ""
        except SealError:
            return ""
        return held if isinstance(held, str) else ""

    async def _record(self, key: str, *, touches: bool) -> JsonObject | None:
        if touches and self._rolling is not None:
            return await self._rolling.touch(key)
        return await self.store.get(key)

    async def _overwrite(self, key: str, session: JsonObject) -> bool:
        """Write over a session that is still there; atomic where the store can."""
        if self._updating is not None:
            return await self._updating.update(key, session)
        if not await self.store.get(key):
            return False
        await self.store.set(key, session)
        return True

    def _expire_legacy(self, jars: Jars) -> None:
        if self._name != LEGACY_COOKIE and jars.request.get(LEGACY_COOKIE) is not None:
            jars.expire([LEGACY_COOKIE], self._setup.options)
