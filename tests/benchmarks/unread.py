"""`python -m tests.benchmarks.unread ENDPOINT TARGET`: lets a browser report, and reads nothing.

It asks for what `ChromiumTargets` asks for, then throws away the bytes of the socket until its
stdin ends: what reporting costs the browser itself.
"""

from __future__ import annotations

import asyncio
import sys

from websockets.asyncio.client import connect

from session_inspector.devserver.attach.browser.answers import text_in
from session_inspector.devserver.attach.browser.chromium.targets import WITHOUT_BODIES
from session_inspector.devserver.core.json.reading import read_json_quickly
from session_inspector.devserver.core.json.writing import strict_json
from session_inspector.devserver.core.values import JsonObject


class Throwing(asyncio.Protocol):
    """Takes bytes, and keeps none."""

    def data_received(self, data: bytes) -> None:
        """Throw them away."""


async def let_report(endpoint: str, target: str) -> None:
    """Turn a page's events on until stdin ends."""
    socket = await connect(endpoint, max_size=None, compression=None, proxy=None)
    attach: JsonObject = {"targetId": target, "flatten": True}
    await socket.send(strict_json({"id": 1, "method": "Target.attachToTarget", "params": attach}))
    session = ""
    while not session:
        answer = read_json_quickly(await socket.recv(decode=False))
        assert isinstance(answer, dict)
        params = answer.get("params")
        if isinstance(params, dict):
            session = text_in(params, "sessionId")
    for number, (method, asked) in enumerate(
        [("Network.enable", WITHOUT_BODIES), ("Page.enable", {}), ("Audits.enable", {})], 2
    ):
        command = {"id": number, "method": method, "params": asked, "sessionId": session}
        await socket.send(strict_json(command))
    socket.transport.set_protocol(Throwing())
    print("it reports", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    socket.transport.abort()


if __name__ == "__main__":
    asyncio.run(let_report(*sys.argv[1:]))
