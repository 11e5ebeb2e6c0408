"""An app that is run here: its process, the proxy before it and the provider beside it.

One journal has all of them. The proxy leads to the port that the app opens, whenever it does, and
follows it to another one.
"""

from __future__ import annotations

import shlex
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from session_inspector.devserver.attach.attachment import RunningAttachment
from session_inspector.devserver.attach.proxy.route import route_to
from session_inspector.devserver.core.events.process import (
    AppEnded,
    AppListening,
    AppListensElsewhere,
    AppOutput,
    AppStarted,
    Stream,
)
from session_inspector.devserver.core.listening import in_url
from session_inspector.devserver.core.masking import mask_url
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.run.output import LEFT_OUT, LineLimit, Lines
from session_inspector.devserver.run.ports import (
    OpenPort,
    choose_port,
    find_open_ports,
    is_still_open,
    listens,
)
from session_inspector.devserver.run.process import NOT_EXECUTABLE, NOT_FOUND, AppProcess

SOON = 0.1
"""Seconds between two looks for the port, before there is one."""
LATER = 1.0
KEPT = 60
"""Lines that are kept for the report of a crash: a stack trace, and what npm adds below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """What to run."""

    command: Sequence[str]
    folder: Path
    env: Mapping[str, str] = field(repr=False)
    secrets: Sequence[str] = field(default=(), repr=False)
    """Texts that are masked in the app's output."""
    found: str = ""
    """What the app is, in one line."""
    port: int = 0
    """What it was told as PORT."""
    app_port: int = 0
    """Where it listens, if that was said; 0: it is looked for."""
    published: Sequence[int] = ()
    """Ports that a compose file publishes: no process of ours opens them."""
    takes_stdin: bool = False


class RunningApp:
    """A process and where it listens; `attachment` has the journal."""

    def __init__(
        self,
        settings: RunSettings,
        attachment: RunningAttachment,
        forward: Callable[[Stream, str], None],
    ) -> None:
        """Take what to run; `forward` gets each line as it is."""
        self._settings = settings
        self.attachment = attachment
        self._forward = forward
        self._lines = Lines(settings.secrets)
        self._limit = LineLimit()
        self._last: deque[str] = deque(maxlen=KEPT)
        self._process: AppProcess | None = None
        self._open: OpenPort | None = None
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._is_restarting = False
        attachment.control.restart_app = self.restart
        self.ready = threading.Event()
        """Set when its port is known, or it has ended."""
        self.code: int | None = None
        """How it ended; None: it runs."""
        self.failure = ""
        """Why the command could not be started; empty: it could."""

    def start(self, *, is_restart: bool = False) -> None:
        """Start the command, and look for its port; one that cannot be started has ended."""
        settings = self._settings
        process = AppProcess(
            settings.command,
            settings.env,
            settings.folder,
            self._hear,
            lambda code: self._note_end(process, code),
        )
        self._process = process
        self._open = None
        self._last.clear()  # a crash is explained by its own lines, not by those of a former run
        self.code = None
        self.failure = ""
        try:
            process.start(takes_stdin=settings.takes_stdin)
        except OSError as error:
            self._note_failure(error)
            return
        self._publish_start(process.pid, is_restart=is_restart)
        watch = threading.Thread(target=self._watch_ports, args=(process,), name="ports")
        watch.daemon = True
        watch.start()

    def restart(self) -> None:
        """End the command and start it again; returns when the new one runs."""
        with self._lock:
            self._is_restarting = True
            if self._process is not None:
                self._process.stop()
            if not self._stopping.is_set():
                self.start(is_restart=True)
            self._is_restarting = False

    def wait(self, seconds: Seconds | None = None) -> bool:
        """Wait for its end; False: it still runs."""
        process = self._process
        has_ended = process is None or self.code is not None or process.wait(seconds)
        return has_ended and not self._is_restarting and process is self._process

    def stop(self) -> None:
        """End all its processes; idempotent."""
        self._stopping.set()
        with self._lock:
            if self._process is not None:
                self._process.stop()

    def _publish_start(self, pid: int, *, is_restart: bool) -> None:
        self.attachment.publish(
            AppStarted(
                at=self.attachment.clock.now(),
                command=mask_url(shlex.join(self._settings.command)),
                pid=pid,
                found=self._settings.found,
                is_restart=is_restart,
            )
        )

    # -- its port --------------------------------------------------------------------------

    def _watch_ports(self, process: AppProcess) -> None:
        told: tuple[int, ...] = ()
        while process.code is None and not process.is_asked_to_end:
            found = self._find_port(process)
            if found is None:
                told = self._tell_of_others(process, told)
            if found is not None and found[0] != self._open:
                self._lead_to(*found)
            pause = SOON
            if self._open is not None:
                pause = LATER
            if process.wait(pause):
                break

    def _find_port(self, process: AppProcess) -> tuple[OpenPort, str] | None:
        """Return where the app listens, and how that is known; None: nowhere yet."""
        settings = self._settings
        if settings.app_port:
            return _named(listens(settings.app_port), "--app-port")
        if self._open is not None and is_still_open(self._open):
            return self._open, "seen"
        seen = find_open_ports(process.members())
        if self._open is not None and self._open in seen:
            return self._open, "seen"
        chosen = choose_port(seen, settings.port)
        if chosen is not None:
            return chosen, "seen"
        for number in settings.published:
            found = listens(number)
            if found is not None:
                return found, "published by the compose file"
        return None

    def _tell_of_others(self, process: AppProcess, told: tuple[int, ...]) -> tuple[int, ...]:
        """Tell once which ports are open instead of `--app-port`; returns what was told."""
        if not self._settings.app_port:
            return told
        ports = tuple(sorted({one.port for one in find_open_ports(process.members())}))
        if ports and ports != told:
            self.attachment.publish(
                AppListensElsewhere(
                    at=self.attachment.clock.now(), ports=ports, wanted=self._settings.app_port
                )
            )
        return ports

    def _lead_to(self, found: OpenPort, how: str) -> None:
        url = f"http://{in_url(found.host)}:{found.port}"
        self.attachment.lead_to(route_to(url, is_started_here=True))
        self._open = found
        self.attachment.publish(AppListening(at=self.attachment.clock.now(), upstream=url, how=how))
        self.ready.set()

    # -- its output and its end ------------------------------------------------------------

    def _hear(self, stream: Stream, text: str) -> None:
        self._forward(stream, text)
        self._last.append(text)
        number = self._limit.count_line()
        if self._limit.admits(number):
            self._publish_line(stream, text)
        elif self._limit.is_first_left_out(number):
            self._publish_line(stream, LEFT_OUT)

    def _publish_line(self, stream: Stream, text: str) -> None:
        line = self._lines.read(text)
        likely = self.attachment.likely_cause()
        self.attachment.publish(
            AppOutput(
                at=self.attachment.clock.now(),
                cause=likely.single,
                one_of=likely.several,
                is_after=likely.has_ended,
                text=line.text,
                stream=stream,
                is_error=line.is_error,
            )
        )

    def _note_end(self, process: AppProcess, code: int) -> None:
        if process is not self._process:
            return
        self.code = code
        is_crash = code != 0 and not process.is_asked_to_end
        self._publish_end(code, is_crash=is_crash)

    def _note_failure(self, error: OSError) -> None:
        self.code = NOT_FOUND
        if not isinstance(error, FileNotFoundError):
            self.code = NOT_EXECUTABLE
        name = self._settings.command[0]
        self.failure = f"{name}: {error.strerror}"
        self._publish_end(self.code, is_crash=True, reason=self.failure)

    def _publish_end(self, code: int, *, is_crash: bool, reason: str = "") -> None:
        last: tuple[str, ...] = ()
        if is_crash:
            last = tuple(self._lines.read(text).text for text in tuple(self._last))
        self.attachment.publish(
            AppEnded(
                at=self.attachment.clock.now(),
                code=code,
                is_crash=is_crash,
                last=last,
                reason=reason,
            )
        )
        self.ready.set()


def _named(found: OpenPort | None, how: str) -> tuple[OpenPort, str] | None:
    if found is None:
        return None
    return found, how
