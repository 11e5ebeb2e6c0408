"""The feed of a lab in another process: its events over SSE, its commands over POST."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence

import httpx

from session_inspector.devserver.core.access import find_token
from session_inspector.devserver.core.clock import Clock, SystemClock
from session_inspector.devserver.core.commands import Command, Reply
from session_inspector.devserver.core.configuration.web_urls import is_web_url
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.server import ClockMoved, ServerStarted
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.journal import Journal
from session_inspector.devserver.core.json.reading import NO_JSON
from session_inspector.devserver.core.values import Seconds, Unsubscribe
from session_inspector.devserver.core.wire import command_to_json, event_from_json, reply_from_json
from session_inspector.devserver.web.api import RUN_HEADER

RETRY = 0.5
"""Seconds before a broken stream is opened again."""
SILENCE = 40.0
"""Seconds without even a heartbeat after which a stream counts as broken."""

LAB_URL = "it must be the URL that `session-inspector serve` prints"


def check_lab_url(url: str) -> None:
    """Raise InputError for what is no URL of http or https."""
    if not is_web_url(url):
        raise InputError(f"{url!r:.200} is no URL of http or https; {LAB_URL}")


class RemoteFeed:
    """A copy of the remote journal, kept up to date by a reader thread; resumes where it was."""

    def __init__(
        self,
        base_url: str,
        clock: Clock,
        token: str = "",
        *,
        renew: Callable[[], str] | None = None,
        capacity: int = 10_000,
    ) -> None:
        """`renew` finds the token of a server that was started anew: each run has its own."""
        self._base_url = base_url.rstrip("/")
        self._auth = _bearer(token)
        self._renew = renew
        self._clock = clock
        self._offset: Seconds = 0.0
        self._events = Journal(capacity)
        self._run = ""
        """The journal that `seen` is a number of."""
        self._seen = 0
        self._lost = 0
        self._trouble = ""
        self._stopping = threading.Event()
        self._reader = threading.Thread(target=self._read_on, name="remote-feed", daemon=True)

    def start(self) -> None:
        """Begin to read.

        Raises: InputError when nobody answers at that address, or the token does not fit.
        """
        check_lab_url(self._base_url)
        url = f"{self._base_url}/_inspect/openapi.json"
        try:
            answer = httpx.get(url, headers=self._auth, timeout=5.0, trust_env=False)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise InputError(f"{self._base_url} does not answer ({error}); {LAB_URL}") from error
        if answer.status_code in (401, 403):
            raise InputError(f"{self._base_url} refuses: {_reason(answer)}")
        if not answer.is_success:
            raise InputError(f"{self._base_url} is no lab ({answer.status_code}); {LAB_URL}")
        self._reader.start()

    def stop(self) -> None:
        """Stop reading; the thread ends with the next heartbeat."""
        self._stopping.set()

    def since(self, seq: int) -> tuple[Sequence[Event], int]:
        """Return the events after number `seq`, and how many were dropped before them."""
        events, dropped = self._events.since(seq)
        dropped += self._lost
        self._lost = 0
        return events, dropped

    def on_change(self, wake: Callable[[], None]) -> Unsubscribe:
        """Call `wake` from the reader thread after each event."""
        return self._events.on_change(wake)

    async def send(self, command: Command) -> Reply:
        """Post a command; a server that does not answer is a reply that says so."""
        url = f"{self._base_url}/_inspect/commands"
        headers = {"content-type": "application/json", **self._auth}
        try:
            async with httpx.AsyncClient(timeout=60.0, trust_env=False) as http:
                answer = await http.post(url, content=command_to_json(command), headers=headers)
        except httpx.HTTPError as error:
            return Reply(is_ok=False, message=f"{self._base_url} does not answer: {error}")
        if not answer.is_success:
            message = f"refused ({answer.status_code}): {_reason(answer)}"
            return Reply(is_ok=False, message=message)
        try:
            return reply_from_json(answer.content)
        except InputError as error:
            return Reply(is_ok=False, message=error.message)

    @property
    def trouble(self) -> str:
        """Why nothing new is heard; empty: it is connected."""
        return self._trouble

    def now(self) -> Seconds:
        """Return the lab's moment, as far as its last clock event tells."""
        return self._clock.now() + self._offset

    def _read_on(self) -> None:
        while not self._stopping.is_set():
            self._trouble = self._read_until_lost()
            self._stopping.wait(RETRY)

    def _read_until_lost(self) -> str:
        """Read until the stream ends; returns why, in a few words. `seen` loses nothing."""
        try:
            self._read_stream()
        except httpx.HTTPError:
            pass  # the server went away
        except Exception as error:  # a supervised watcher: its thread must not end without a word
            return f"READING FAILED ({type(error).__name__}), trying again"
        return "NO CONNECTION, trying again"

    def _read_stream(self) -> None:
        url = f"{self._base_url}/_inspect/events"
        timeout = httpx.Timeout(5.0, read=SILENCE)
        headers = {"last-event-id": str(self._seen), **self._auth}
        with httpx.stream("GET", url, headers=headers, timeout=timeout, trust_env=False) as answer:
            if answer.status_code == 401 and self._renew is not None:
                self._auth = _bearer(self._renew())
            answer.raise_for_status()
            if self._is_another_run(answer.headers.get(RUN_HEADER, "")):
                return
            self._trouble = ""
            for name, data in _messages(answer.iter_lines()):
                if self._stopping.is_set():
                    return
                if name == "dropped":
                    self._lost += int(data)
                else:
                    self._take_line(data)

    def _is_another_run(self, run: str) -> bool:
        """Report whether the server was started anew: its numbers mean other events, all unread."""
        before = self._run
        self._run = run
        if before in ("", run) or not self._seen:
            return False
        self._seen = 0
        return True

    def _take_line(self, data: str) -> None:
        try:
            event = event_from_json(data)
        except InputError:
            # of another version, or damaged: lost, like those that were dropped before it
            self._lost += 1
            self._seen += 1
            return
        self._take_event(event)

    def _take_event(self, event: Event) -> None:
        if isinstance(event, ClockMoved):
            self._offset = event.offset
        elif isinstance(event, ServerStarted):
            self._offset = 0.0
            if event.wall:
                self._offset = event.at - event.wall
        self._seen = event.seq
        self._events.publish(event)


def remote_feed(url: str) -> RemoteFeed:
    """Return the feed of a server by its URL, with the token that this user may read."""

    def find() -> str:
        return find_token(os.environ, url)

    return RemoteFeed(url, SystemClock(), find(), renew=find)


def _bearer(token: str) -> dict[str, str]:
    if not token:
        return {}
    return {"authorization": f"Bearer {token}"}


def _reason(answer: httpx.Response) -> str:
    """Return the server's own sentence, or the beginning of what came."""
    try:
        found = answer.json()["error"]
    except (*NO_JSON, KeyError, TypeError):
        found = answer.text
    return f"{found!s:.300}"


def _messages(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Yield (event name, data) of a stream (HTML Living Standard, server-sent events)."""
    name = "message"
    data = ""
    for line in lines:
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            data += value
        elif not line and data:
            yield name, data
            name = "message"
            data = ""
