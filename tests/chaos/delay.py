"""A slow network: forwards TCP to a server, each piece late."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

PIECE = 65_536


@asynccontextmanager
async def delayed(port: int, seconds: float) -> AsyncIterator[int]:
    """Yield a port that answers as `port` does, `seconds` later each way."""
    tasks: set[asyncio.Task[None]] = set()

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(PIECE):
                await asyncio.sleep(seconds)
                writer.write(piece)
                await writer.drain()
        except ConnectionError:
            pass  # one side hung up: so does the other
        finally:
            writer.close()

    async def accept(near: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        far, into = await asyncio.open_connection("127.0.0.1", port)
        for pair in ((near, into), (far, out)):
            task = asyncio.create_task(forward(*pair))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
