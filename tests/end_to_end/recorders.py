"""What an engine was told: Redis' MONITOR, PostgreSQL's statement log, MongoDB's command
monitoring, DynamoDB's requests, SQLite's trace. Each yields a list that is whole at the end."""

from __future__ import annotations

import re
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
    register,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.end_to_end.attached import served
from tests.engines import PostgresServer
from tests.waiting import PATIENCE, eventually

_MONITORED = re.compile(r'\+\d+\.\d+ \[\d+ (\S+)\] "(\w+)"(?: "([^"]*)")?')
_EXECUTED = re.compile(
    r"^LOG:  (?:statement|execute [^:]*): (.*?)(?=^[A-Z]+:  |\Z)", re.DOTALL | re.MULTILINE
)


@contextmanager
def monitor_redis(port: int) -> Iterator[list[str]]:
    """Record `COMMAND first-argument`, those of scripts too."""
    told: list[str] = []
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as wire:
        lines = wire.makefile("r", encoding="utf-8", errors="replace", newline="\r\n")
        wire.sendall(b"MONITOR\r\n")
        assert lines.readline() == "+OK\r\n"
        yield told
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as last:
            last.sendall(b"ECHO the-end\r\n")
            for line in lines:
                found = _MONITORED.match(line)
                if found is None:
                    continue
                command = f"{found[2].upper()} {found[3] or ''}".strip()
                if command == "ECHO the-end":
                    return
                told.append(command)


class LoggingPostgres(PostgresServer):
    """PostgreSQL that writes each statement into its log."""

    def command(self) -> list[str]:
        options = {
            "logging_collector": "on",
            "log_directory": "log",
            "log_filename": "statements.log",
            "log_statement": "all",
            "log_line_prefix": "",
        }
        return [*super().command(), *(f"-c{name}={value}" for name, value in options.items())]

    def logged(self) -> str:
        return (self.data / "log" / "statements.log").read_text(errors="replace")


@contextmanager
def log_postgres(server: LoggingPostgres, begin: str, mark: str) -> Iterator[list[str]]:
    """Record statements, between those by which the app itself says `begin` and `mark`.

    The collector of the log is a process of its own: what was said before may come late.
    """
    told: list[str] = []
    eventually(lambda: begin in server.logged())
    start = server.logged().rindex(begin) + len(begin)
    yield told
    text = eventually(lambda: _up_to(server.logged()[start:], mark))
    statements = [" ".join(found[1].split()) for found in _EXECUTED.finditer(text)]
    told += [statement for statement in statements if statement]  # empty: the driver's own ping


def _up_to(text: str, mark: str) -> str:
    before, found, _ = text.partition(mark)
    return before if found else ""


class _Listener(CommandListener):
    def __init__(self) -> None:
        self.told: list[str] | None = None

    def started(self, event: CommandStartedEvent) -> None:
        if self.told is not None:
            target = event.command.get(event.command_name)
            self.told.append(f"{event.command_name} {target}")

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...


_LISTENER = _Listener()
register(_LISTENER)  # for clients that are made later


@contextmanager
def monitor_mongodb() -> Iterator[list[str]]:
    """Record `command target` of each client in this process that is made later."""
    told: list[str] = []
    _LISTENER.told = told
    yield told
    _LISTENER.told = None


@contextmanager
def relay_dynamodb(port: int, told: list[str]) -> Iterator[int]:
    """Stand before DynamoDB Local and record the operation of each request; yields the port."""

    async def pass_on(request: Request) -> Response:
        told.append(request.headers["x-amz-target"].partition(".")[2])
        kept = {n: v for n, v in request.headers.items() if n != "host"}
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            answer = await client.post(
                f"http://127.0.0.1:{port}/", content=await request.body(), headers=kept
            )
        headers = {"content-type": answer.headers["content-type"]}
        return Response(answer.content, answer.status_code, headers)

    with served(Starlette(routes=[Route("/", pass_on, methods=["POST"])])) as url:
        yield int(url.rpartition(":")[2])


@contextmanager
def trace_sqlite() -> Iterator[list[str]]:
    """Record the statements of each connection that is made from now on.

    SQLite traces a connection, not a file, and only who makes one can ask for that; who watches
    a store asks too, to count its statements, and there is one listener a connection.
    """
    told: list[str] = []
    plain = sqlite3.connect

    class Traced(sqlite3.Connection):
        """Lets another listen as well."""

        def set_trace_callback(self, listener: Any) -> None:
            def hear(line: str) -> None:
                told.append(" ".join(line.split()))
                if listener is not None:
                    listener(line)

            super().set_trace_callback(hear)

    def connect(*values: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = plain(*values, factory=Traced, **options)
        connection.set_trace_callback(None)
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", connect)
        yield told
