"""Ways to open the app beside the lab of this process: attached, replayed, in a browser."""

from __future__ import annotations

import os
import shlex
import sys

from devserver.core.access import find_token
from devserver.core.clock import SystemClock
from devserver.core.config import Flags
from devserver.core.errors import InputError
from devserver.host import RunningLab
from inspector.feed.record import ReplayFeed
from inspector.feed.remote import RemoteFeed
from inspector.preferences import load_preferences
from inspector.ui.app import InspectorApp


def attach(url: str, flags: Flags, *, read_only: bool) -> None:
    """Watch a server of another process until the person leaves. Raises: InputError."""
    feed = RemoteFeed(url, SystemClock(), find_token(os.environ, url))
    preferences = load_preferences(flags, os.environ)
    feed.start()
    try:
        InspectorApp(feed, read_only=read_only, preferences=preferences).run()
    finally:
        feed.stop()


def replay(path: str, flags: Flags) -> None:
    """Show a recording. Raises: InputError."""
    feed = ReplayFeed(path)
    preferences = load_preferences(flags, os.environ)
    InspectorApp(feed, read_only=True, ticks=False, preferences=preferences).run()


def serve_web(lab: RunningLab, port: int, flags: Flags, *, read_only: bool) -> None:
    """Serve the app to browsers on loopback; each gets a process attached to the one lab.

    Raises: InputError without the library.
    """
    try:
        from inspector.ui.web import WebServer
    except ImportError as error:
        raise InputError(
            "--web needs a library that is not installed. Fix: pip install 'session-inspector[web]'"
        ) from error
    words = [sys.executable, "-m", "inspector", "attach", lab.base_url]
    words += ["--read-only"] if read_only else []
    words += ["--config", str(flags["config"])] if flags.get("config") else []
    try:
        WebServer(shlex.join(words), port).serve()
    except OSError as error:
        raise InputError(
            f"port {port} of {lab.base_url.partition('://')[2].partition(':')[0]} is not to be had"
            f" ({error.strerror}). Fix: --web-port {port + 1}"
        ) from error
