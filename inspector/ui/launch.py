"""Ways to open the app beside the lab of this process: attached, replayed, in a browser."""

from __future__ import annotations

import os
import sys

from devserver.attach import AttachSettings, start_attachment
from devserver.core.clock import SystemClock
from devserver.core.config import Flags
from devserver.core.errors import InputError
from devserver.host import RunningLab
from inspector.feed.local import LocalFeed
from inspector.feed.record import Recorder, ReplayFeed
from inspector.feed.remote import RemoteFeed
from inspector.preferences import load_preferences
from inspector.ui.app import InspectorApp


def attach(settings: AttachSettings, flags: Flags, *, record: str, read_only: bool) -> None:
    """Attach to a real app and show it until the person leaves. Raises: InputError."""
    preferences = load_preferences(flags, os.environ)
    running = start_attachment(settings)
    recorder = None
    try:
        recorder = Recorder(running.journal, record) if record else None
        InspectorApp(LocalFeed(running), read_only=read_only, preferences=preferences).run()
    finally:
        if recorder is not None:
            recorder.close()
        running.stop()


def watch(url: str, flags: Flags, *, read_only: bool) -> None:
    """Watch a server of another process until the person leaves. Raises: InputError."""
    feed = RemoteFeed(url, SystemClock())
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


def serve_web(lab: RunningLab, port: int) -> None:
    """Serve the app to browsers on loopback; each gets a process attached to the one lab.

    Raises: InputError without the library.
    """
    try:
        from textual_serve.server import Server
    except ImportError as error:
        raise InputError(
            "--web needs a library that is not installed. Fix: pip install 'session-inspector[web]'"
        ) from error
    command = f"{sys.executable} -m inspector attach --events {lab.base_url}"
    Server(command, host="127.0.0.1", port=port, title="Session Inspector").serve()
