"""How a session travels: the seam between the engine and its two carriers."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from session_inspector.devserver.cookies.jar import CookieOptions, Jars
from session_inspector.devserver.cookies.sealed import KeyRing
from session_inspector.devserver.core.events.base import Kind
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.session.policy import Policy


@dataclass(slots=True, kw_only=True)
class Loaded:
    """A session that a request brought and that counts."""

    data: JsonObject
    key: str = ""
    """The id in the store; empty for a stateless session."""
    names: tuple[str, ...] = ()
    """The cookies it came in."""
    key_index: int = 0
    """Which secret opened it; above 0: an older one."""
    is_legacy: bool = False
    """True for a session of v3 that the next write turns into one of v4."""
    is_touched: bool = False
    """True when the store has moved the session's end already; the data need no writing."""
    text: bytes = b""
    """The data as they were sealed; empty when they are not just that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A session cookie that does not count, and why."""

    code: str
    reason: str
    data: JsonObject = field(default_factory=dict)
    """What was inside, where it could be read."""
    key: str = ""
    is_forced: bool = False
    """True: somebody expired its clock by hand, so its cookies are deleted too."""


@dataclass(slots=True, kw_only=True)
class Saved:
    """A session that was written."""

    session: JsonObject | None = None
    """What a load would give now, where that is known."""
    key: str = ""
    previous: str = ""
    """The id that a login replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A write that came too late: the session is not in the store any more."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierSetup:
    """What both carriers are built from."""

    ring: KeyRing
    options: CookieOptions = field(default_factory=CookieOptions)
    policy: Policy = field(default_factory=Policy)
    compat: bool = False
    """True: the SDK's behaviour also where it is surprising (see differences.py)."""
    new_iv: Callable[[], bytes] = field(default=lambda: os.urandom(12))
    new_id: Callable[[], str] = field(default=lambda: secrets.token_hex(16))


class Carrier(Protocol):
    """Takes a session out of cookies and puts it back; knows no events."""

    kind: Kind

    async def load(
        self, jars: Jars, now: Seconds, *, rolls: bool = False
    ) -> Loaded | Refused | None:
        """Read the session; None when the request brought no session cookie.

        `rolls`: it will be rolled, so a store that can may do both in one round trip.
        Raises: SealError in compat mode, where the SDK throws; StoreUnavailable.
        """
        ...

    async def save(
        self,
        jars: Jars,
        session: JsonObject,
        now: Seconds,
        *,
        is_new: bool,
    ) -> Saved | Gone:
        """Write the session. Raises: StoreUnavailable."""
        ...

    async def roll(self, jars: Jars, found: Loaded, now: Seconds) -> Saved | Gone:
        """Write what was just loaded with `rolls`, as `save` would. Raises: StoreUnavailable."""
        ...

    async def drop(self, jars: Jars, now: Seconds) -> str:
        """Delete cookies and record; returns the id in the store, or empty."""
        ...

    async def drop_stored(self, jars: Jars, now: Seconds) -> str:
        """Delete the record only, v3's too; returns its id, or empty."""
        ...
