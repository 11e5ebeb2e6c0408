"""What happens to the app's own process: started, listening, its output, ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from session_inspector.devserver.core.events.base import Header

Stream: TypeAlias = Literal["stdout", "stderr"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppStarted(Header):
    """The app's command was started."""

    command: str
    """As a shell would take it; words that are secrets are masked."""
    pid: int
    found: str = ""
    """What the app is, in one line."""
    is_restart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AppListening(Header):
    """A process of the app's opened the port that the proxy leads to."""

    upstream: str
    """As a URL: http://127.0.0.1:3000."""
    how: str
    """How that is known: `seen`, `--app-port`, `compose.yaml`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppListensElsewhere(Header):
    """The app opened other ports than the one that it was said to open (`--app-port`)."""

    ports: tuple[int, ...]
    wanted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AppOutput(Header):
    """The app wrote a line; `cause` is the one request under way, empty: none, or several."""

    text: str
    """Without escape sequences; what looks like a secret of the environment is masked."""
    stream: Stream = "stdout"
    is_error: bool = False
    """It reads as an error: `Error:`, `Traceback`, `[error]`, …"""
    one_of: tuple[str, ...] = ()
    """Several requests were under way: it came during one of them."""
    is_after: bool = False
    """None was under way: `cause`, or those of `one_of`, had just ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppEnded(Header):
    """The app's command ended, or could not be started."""

    code: int
    """As shells count: 128 and the signal's number after one."""
    is_crash: bool
    """Nobody had asked for it."""
    last: tuple[str, ...] = ()
    """Its last lines."""
    reason: str = ""
    """Why it could not be started; empty: it was."""


ProcessEvent: TypeAlias = AppStarted | AppListening | AppListensElsewhere | AppOutput | AppEnded
