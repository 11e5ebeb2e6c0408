"""A sample app started by `session-inspector run --headless --json`, and what that writes."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx

from session_inspector.devserver.core.clock import SystemClock, stopwatch
from session_inspector.devserver.core.commands import Command
from session_inspector.devserver.core.events.process import AppListening, AppStarted
from session_inspector.devserver.core.events.server import ServerStarted
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.core.wire import command_to_json, event_from_json
from tests.apps.samples import FOLDER, Sample
from tests.node.packages import PACKAGES
from tests.servers import children_of
from tests.waiting import PATIENCE, eventually

E = TypeVar("E")
RUN = [sys.executable, "-m", "session_inspector", "run"]


@dataclass
class Run:
    """One run of the command."""

    process: subprocess.Popen[str]
    home: Path
    token: str
    began: float
    began_at: Seconds
    """The same moment, as events have it."""
    base_url: str = ""
    events: list[Event] = field(default_factory=list)
    _reader: threading.Thread | None = None

    def read(self) -> None:
        """Take the first line, and let a thread take the events behind it."""
        assert self.process.stdout is not None
        self.base_url = self.process.stdout.readline().strip()
        self._reader = threading.Thread(target=self._read_events, daemon=True)
        self._reader.start()

    def close(self) -> None:
        """Let go of its output, once all of it is read."""
        if self._reader is not None:
            self._reader.join(PATIENCE)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def _read_events(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.events.append(event_from_json(line))

    def heard(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    def wait_for(self, kind: type[E], **members: object) -> E:
        """Wait for an event whose members are these."""

        def find() -> E | None:
            for event in self.heard(kind):
                if all(getattr(event, name) == value for name, value in members.items()):
                    return event
            return None

        eventually(find)
        found = find()
        assert found is not None
        return found

    def send(self, command: Command) -> Any:
        start = self.wait_for(ServerStarted)
        answer = httpx.post(
            f"{start.control_url}/_inspect/commands",
            content=command_to_json(command),
            headers={
                "authorization": f"Bearer {self.token}",
                "content-type": "application/json",
            },
            timeout=PATIENCE,
        )
        return answer.raise_for_status().json()

    @property
    def ca(self) -> str:
        return str(self.home / ".local/state/session-inspector/tls/ca.pem")

    def family(self) -> list[int]:
        """Return all processes below the command."""
        found = [self.process.pid]
        for pid in found:
            found += children_of(pid)
        return found[1:]

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def _read_end(path: Path) -> str:
    """Return the last lines of what a run wrote."""
    return "\n".join(path.read_text(errors="replace").splitlines()[-40:])


@contextmanager
def started(
    command: Sequence[str],
    folder: Path,
    home: Path,
    *flags: str,
    env: Mapping[str, str] | None = None,
) -> Iterator[Run]:
    """Start a command in a folder by `run`; ended with the block, if it runs still."""
    token = secrets.token_hex(16)
    own = {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "SESSION_INSPECTOR_TOKEN": token,
        "NEXT_TELEMETRY_DISABLED": "1",
        **(env or {}),
    }
    began = stopwatch()
    began_at = SystemClock().now()
    with (home / "stderr.txt").open("a") as log:
        process = subprocess.Popen(
            [*RUN, "--headless", "--json", *flags, "--", *command],
            cwd=folder,
            env=own,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    run = Run(process=process, home=home, token=token, began=began, began_at=began_at)
    try:
        run.read()
        yield run
    except BaseException as error:
        error.add_note(f"what the command and its app wrote:\n{_read_end(home / 'stderr.txt')}")
        raise
    finally:
        if process.poll() is None:
            run.end()
        run.close()


def describe_times(run: Run) -> str:
    """Return how long the first decoded session took, from the command to now.

    The app's own start is what it takes to open its port. What comes behind it is a login by a
    browser, with the pages that the app compiles for it; first_session.py has the same without us.
    """
    seconds = stopwatch() - run.began
    started = run.wait_for(AppStarted).at
    ours = started - run.began_at
    own = run.wait_for(AppListening).at - started
    return (
        f"first decoded session {seconds:.1f} s after the command: {ours:.1f} s until the app's own"
        f" command runs are ours, {own:.1f} s are its start, {seconds - ours - own:.1f} s the login"
    )


def copy_sample(source: Path, target: Path) -> Path:
    """Copy a sample's folder; packages of npm that it needs are linked, as in a workspace."""
    shutil.copytree(source, target)
    if (target / "package.json").exists():
        (target / "node_modules").symlink_to(PACKAGES / "node_modules")
    return target


@contextmanager
def started_sample(sample: Sample, home: Path, port: int, *flags: str, **env: str) -> Iterator[Run]:
    """Start a sample app in its own folder; `port` is for those that take theirs as a flag.

    One that is built when it is started gets a copy of its folder, as in a fresh clone.
    """
    built = FOLDER / "nextjs" / ".next" / str(port)
    env = {**sample.more, "DIST": f".next/{port}", **env}
    if sample.backchannel:
        flags = (*flags, "--backchannel-logout-uri", sample.backchannel)
    command = sample.command(port)
    place = FOLDER / sample.framework
    if not place.is_dir():
        place = FOLDER / sample.name.partition("-")[0]
    if sample.found:
        place = copy_sample(FOLDER / sample.name, home / "app")
    try:
        with started(command, place, home, *flags, env=env) as run:
            yield run
    finally:
        shutil.rmtree(built, ignore_errors=True)
