"""Back pressure: a socket is read only while no reason speaks against it."""

from __future__ import annotations

import asyncio


class Reading:
    """The reasons not to read a transport."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._reasons: set[str] = set()

    def start(self, transport: asyncio.Transport | None) -> None:
        """Remember the transport, which reads from its beginning."""
        self._transport = transport

    def hold(self, why: str, is_held: bool) -> None:
        """Give a reason, or take it back; the transport pauses while there is one."""
        if (why in self._reasons) == is_held or self._transport is None:
            return
        was_held = bool(self._reasons)
        if is_held:
            self._reasons.add(why)
        else:
            self._reasons.discard(why)
        if bool(self._reasons) == was_held or self._transport.is_closing():
            return
        if is_held:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def release(self) -> None:
        """Take all reasons back."""
        for why in tuple(self._reasons):
            self.hold(why, False)
