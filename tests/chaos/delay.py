"""A slow network: forwards TCP to a server, each piece late."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

PIECE = 65_536


@asynccontextmanager
async def delayed(port: int, seconds: float) -> AsyncIterator[int]:
    """Yield a port that answers as `port` does, `seconds` later each way."""
    tasks: set[asyncio.Task[None]] = set()
    writers: set[asyncio.StreamWriter] = set()

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):  # one side hung up: so does the other
            while piece := await reader.read(PIECE):
                await asyncio.sleep(seconds)
                writer.write(piece)
                await writer.drain()
        writer.close()

    async def carry(near: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        far, into = await asyncio.open_connection("127.0.0.1", port)
        writers.add(into)
        await asyncio.gather(forward(near, into), forward(far, out))
        writers.difference_update((into, out))

    def accept(near: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        writers.add(out)
        task = asyncio.create_task(carry(near, out))
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
        for writer in writers:  # a task that is cancelled before its first step closes nothing
            writer.transport.abort()
        await asyncio.sleep(0)
