"""The session in a store; the cookie holds only its id, encrypted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from session_inspector.devserver.cookies.jar import Jars
from session_inspector.devserver.cookies.sealed import open_sealed, seal
from session_inspector.devserver.cookies.signed import verify_signed
from session_inspector.devserver.core.errors import InputError, SealError
from session_inspector.devserver.core.events.base import Kind
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.session.carrier import CarrierSetup, Gone, Loaded, Refused, Saved
from session_inspector.devserver.session.connection_cookies import NULL_CODES
from session_inspector.devserver.session.data_store import (
    RollingStore,
    SessionDataStore,
    UpdatingStore,
)
from session_inspector.devserver.session.legacy import LEGACY_COOKIE, from_legacy_record
from session_inspector.devserver.session.policy import epoch, remaining_life
from session_inspector.devserver.session.refusals import refuse_sealed

GONE = "the store has no session of this id: logged out, revoked, expired or pruned"
NO_ID = "it opens but holds no id: a stateless session's cookie, perhaps"


class StatefulCarrier:
    """An id in the cookie, the session in a SessionDataStore."""

    kind: Kind = "stateful"

    def __init__(self, setup: CarrierSetup, store: SessionDataStore) -> None:
        self._setup = setup
        self._name = setup.options.name
        self.store = store
        # checked once: isinstance() of a protocol takes as long as opening the cookie
        self._rolling: RollingStore | None = None
        if isinstance(store, RollingStore):
            self._rolling = store
        self._updating: UpdatingStore | None = None
        if isinstance(store, UpdatingStore):
            self._updating = store

    async def load(
        self, jars: Jars, now: Seconds, *, rolls: bool = False
    ) -> Loaded | Refused | None:
        """Read the id, then the session; v3's signed cookie is read too."""
        name = self._find_cookie(jars)
        value = jars.request.get(name)
        if value is None:
            return None
        found = self._read_key(name, value, now)
        if isinstance(found, Refused):
            return found
        key, key_index = found
        is_touched = rolls and name == self._name and self._rolling is not None
        record = await self._read_record(key, touches=is_touched)
        if record is None:
            return Refused(code="gone", reason=GONE, key=key)
        try:
            data = from_legacy_record(record)
        except SealError as error:
            if self._setup.compat:
                raise
            return refuse_sealed(error, self._setup.policy, key=key)
        is_legacy = data is not record
        if name == LEGACY_COOKIE and self._name != LEGACY_COOKIE:
            is_legacy = True
        return Loaded(
            data=data,
            key=key,
            names=(name,),
            key_index=key_index,
            is_legacy=is_legacy,
            is_touched=is_touched and not is_legacy,
        )

    def _find_cookie(self, jars: Jars) -> str:
        """Return the name of the session's cookie: v4's, else v3's."""
        if jars.request.get(self._name) is not None:
            return self._name
        return LEGACY_COOKIE

    async def save(
        self,
        jars: Jars,
        session: JsonObject,
        now: Seconds,
        *,
        is_new: bool,
    ) -> Saved | Gone:
        """Write the record, then the cookie; a record that is gone stays gone.

        Source: docs/sdk.md, Sessions in a store.
        """
        old = self._current_key(jars, now)
        if is_new or not old:
            return await self._create(jars, session, now, replaced=old)
        if not await self._overwrite(old, session):
            return Gone(key=old)
        self._write_cookie(jars, old, session, now)
        return Saved(key=old, session=session)

    async def _create(self, jars: Jars, session: JsonObject, now: Seconds, replaced: str) -> Saved:
        """Write a session under a new id, after the one it replaces was deleted."""
        if replaced:
            await self.store.delete(replaced)
        key = self._setup.new_id()
        await self.store.set(key, session)
        self._write_cookie(jars, key, session, now)
        return Saved(key=key, previous=replaced, session=session)

    async def roll(self, jars: Jars, found: Loaded, now: Seconds) -> Saved | Gone:
        """Write the cookie; the record too, unless the store has moved its end already."""
        if not found.is_touched:
            return await self.save(jars, found.data, now, is_new=False)
        self._write_cookie(jars, found.key, found.data, now)
        return Saved(key=found.key, session=found.data)

    def _write_cookie(self, jars: Jars, key: str, session: JsonObject, now: Seconds) -> None:
        max_age = remaining_life(session, self._setup.policy, now, compat=self._setup.compat)
        exp = epoch(now) + max_age
        payload: JsonObject = {"id": key}
        value = seal(payload, self._setup.ring, exp=exp, iv=self._setup.new_iv())
        jars.set_all({self._name: value}, self._setup.options, max_age=max_age, now=now)
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
        name = self._find_cookie(jars)
        found = self._read_key(name, jars.request.get(name) or "", now)
        if isinstance(found, Refused):
            return ""
        key, _ = found
        await self.store.delete(key)
        return key

    def _read_key(self, name: str, value: str, now: Seconds) -> tuple[str, int] | Refused:
        """Return (id, index of the secret) of a cookie."""
        try:
            opened = open_sealed(value, self._setup.ring, now=now)
        except SealError as error:
            if error.code == "ERR_JWE_INVALID":
                signed_key = verify_signed(name, value, self._setup.ring)
                if signed_key:
                    return signed_key, 0
            return refuse_sealed(error, self._setup.policy, key=_id_in(error.payload or {}))
        key = _id_in(opened.payload)
        if not key:
            return Refused(code="no_id", reason=NO_ID, data=opened.payload)
        return key, opened.key_index

    def _current_key(self, jars: Jars, now: Seconds) -> str:
        """Return the id of the v4 cookie if it opens; v3's is not consulted (as in the SDK).

        Raises: SealError in compat mode, where the SDK throws.
        """
        value = jars.request.get(self._name)
        if not value:
            return ""
        try:
            opened = open_sealed(value, self._setup.ring, now=now)
        except SealError as error:
            if self._setup.compat and error.code not in NULL_CODES:
                raise
            return ""
        return _id_in(opened.payload)

    async def _read_record(self, key: str, *, touches: bool) -> JsonObject | None:
        if touches and self._rolling is not None:
            return _check_record(await self._rolling.touch(key), "touch")
        return _check_record(await self.store.get(key), "get")

    async def _overwrite(self, key: str, session: JsonObject) -> bool:
        """Write over a session that is still there; atomic where the store can."""
        if self._updating is not None:
            return await self._updating.update(key, session)
        if await self.store.get(key) is None:
            return False
        await self.store.set(key, session)
        return True

    def _expire_legacy(self, jars: Jars) -> None:
        if self._name != LEGACY_COOKIE and jars.request.get(LEGACY_COOKIE) is not None:
            jars.expire([LEGACY_COOKIE], self._setup.options)


def _check_record(found: Mapping[str, Any] | None, method: str) -> JsonObject | None:
    """Return what an app's store answered. Raises: InputError for what is no dict."""
    if found is None or isinstance(found, dict):
        return found
    raise InputError(
        f"the session store's `{method}` returned a {type(found).__name__}. Fix: let it return the"
        " session as a dict (json.loads), or None"
    )


def _id_in(payload: JsonObject) -> str:
    """Return the session id of a cookie's payload, empty when there is none."""
    found = payload.get("id")
    if not isinstance(found, str):
        return ""
    return found
