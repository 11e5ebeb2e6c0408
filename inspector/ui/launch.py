"""Ways to open the app beside the lab of this process: attached, replayed, in a browser."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Sequence

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.attach.attachment import RunningAttachment, start_attachment
from session_inspector.devserver.core.configuration.file import Flags
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.installation import install_command
from session_inspector.devserver.host import RunningLab
from session_inspector.devserver.run.running import RunningApp
from session_inspector.inspector.feed.local import LocalFeed
from session_inspector.inspector.feed.record import Recorder
from session_inspector.inspector.feed.remote import remote_feed
from session_inspector.inspector.feed.replay import ReplayFeed
from session_inspector.inspector.preferences import load_preferences
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.showing import show


def attach(
    settings: AttachSettings,
    flags: Flags,
    *,
    record: str,
    read_only: bool,
    start: Callable[[AttachSettings], RunningAttachment] = start_attachment,
) -> int:
    """Attach to a real app and show it until it ends; returns the exit code.

    Raises: InputError.
    """
    preferences = load_preferences(flags, os.environ)
    running = start(settings)
    recorder = None
    try:
        running.hand_over_token(os.environ)
        recorder = Recorder(running.journal, record) if record else None
        app = InspectorApp(
            LocalFeed(running),
            read_only=read_only,
            preferences=preferences,
            secrets=[(text, "a secret of this attach") for text in settings.secrets],
        )
        return show(app, lambda: _describe_serving(settings, running))
    finally:
        if recorder is not None:
            recorder.close()
            sys.stderr.write(f"recorded {recorder.summary()}\n")
        running.stop()


def run(app_run: RunningApp, secrets: Sequence[str], flags: Flags, *, read_only: bool) -> int:
    """Start an app and show it until the screen ends; returns the exit code. Raises: InputError.

    A command that cannot be started has no screen. The caller ends the app's process, its proxy and
    its provider.
    """
    preferences = load_preferences(flags, os.environ)
    screen = InspectorApp(
        LocalFeed(app_run.attachment),
        read_only=read_only,
        preferences=preferences,
        secrets=[(text, "a secret of this run") for text in secrets],
    )
    app_run.start()
    if app_run.failure:
        return 0  # the caller reports it
    return show(screen, lambda: f"the app still runs at {app_run.attachment.base_url}")


def _describe_serving(settings: AttachSettings, running: RunningAttachment) -> str:
    if settings.route is None:
        return f"the events are still at {running.control_url}"
    return f"the proxy still serves at {running.base_url}"


def watch(url: str, flags: Flags, *, read_only: bool) -> int:
    """Watch a server of another process until it ends; returns the exit code.

    Raises: InputError.
    """
    feed = remote_feed(url)
    preferences = load_preferences(flags, os.environ)
    feed.start()
    try:
        return show(InspectorApp(feed, read_only=read_only, preferences=preferences))
    finally:
        feed.stop()


def replay(path: str, flags: Flags) -> int:
    """Show a recording; returns the exit code. Raises: InputError."""
    feed = ReplayFeed(path)
    preferences = load_preferences(flags, os.environ)
    app = InspectorApp(
        feed, read_only=True, ticks=False, preferences=preferences, greeting=feed.note
    )
    feed.when_failed = lambda: app.call_from_thread(app.exit)
    code = show(app)
    feed.close()
    if feed.note:
        sys.stderr.write(f"session-inspector: {feed.note}\n")
    return code


def serve_web(lab: RunningLab, port: int, flags: Flags, *, read_only: bool) -> None:
    """Serve the app to browsers on loopback; each gets a process attached to the one lab.

    Raises: InputError without the library.
    """
    try:
        from session_inspector.inspector.ui.web import WebServer
    except ImportError as error:
        raise InputError(
            f"--web needs a library that is not installed. Fix: {install_command('web')}"
        ) from error
    command = web_command(lab.base_url, flags, read_only=read_only)
    try:
        WebServer(shlex.join(command), port).serve()
    except OSError as error:
        host = lab.base_url.partition("://")[2].partition(":")[0]
        raise InputError(
            f"port {port} of {host} cannot be bound ({error.strerror}). Fix: --web-port {port + 1}"
        ) from error


def web_command(url: str, flags: Flags, *, read_only: bool) -> list[str]:
    """Return the command that each browser tab runs: the app, attached to the lab at a URL."""
    words = [sys.executable, "-m", "session_inspector", "attach", "--events", url]
    if read_only:
        words.append("--read-only")
    if flags.get("config"):
        words += ["--config", str(flags["config"])]
    return words
