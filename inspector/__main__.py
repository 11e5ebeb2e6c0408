"""Choose between the terminal app and a headless command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from inspector.cli.arguments import flags_of, parse
from inspector.cli.output import ExitCode

if TYPE_CHECKING:
    from devserver.settings import Settings
    from inspector.compare.measure import Measured


def main() -> None:
    """Run the command line."""
    arguments = parse(sys.argv[1:])
    if arguments.command == "replay" or (arguments.command == "attach" and not arguments.headless):
        raise SystemExit(_guarded(lambda: _elsewhere(arguments)))
    if arguments.command:
        from inspector.cli.main import run  # the terminal app does not need it

        raise SystemExit(run(arguments))
    raise SystemExit(_guarded(lambda: open_lab(arguments)))


def _guarded(work: Callable[[], None]) -> ExitCode:
    """Run something that shows the app; an error of the project's tree is one line, code 2."""
    from devserver.core.errors import InspectorError  # `--help` pays for none of these
    from inspector.cli.output import complain

    try:
        work()
    except InspectorError as error:
        return complain(error)
    return ExitCode.OK


def open_lab(arguments: argparse.Namespace) -> None:
    """Start the lab and show it until the person leaves. Raises: InputError."""
    from inspector.cli.tenant import env_text, environments, keep_env, settings_of  # as above
    from inspector.preferences import load_preferences

    if not arguments.web:
        _need_terminal()
    settings = settings_of(arguments, os.environ)
    preferences = load_preferences(flags_of(arguments), os.environ)
    from devserver.host import start_lab
    from inspector.feed.local import LocalFeed
    from inspector.feed.record import Recorder
    from inspector.ui.app import InspectorApp

    lab = start_lab(settings)
    recorder = None
    if settings.tenant is not None:
        path = keep_env(settings, env_text(environments(settings, lab)))
        sys.stderr.write(f"the environment of your app is in {path}\n")
    try:
        recorder = Recorder(lab.journal, arguments.record) if arguments.record else None
        if arguments.web:
            from inspector.ui.launch import serve_web

            serve_web(lab, arguments.web_port)
            return
        InspectorApp(
            LocalFeed(lab),
            read_only=arguments.read_only,
            measure=partial(_measure, settings),
            preferences=preferences,
        ).run()
    finally:
        if recorder is not None:
            recorder.close()
        lab.stop()


def _elsewhere(arguments: argparse.Namespace) -> None:
    _need_terminal()
    from inspector.ui.launch import attach, replay, watch  # Textual

    flags = flags_of(arguments)
    if arguments.command == "replay":
        replay(arguments.file, flags)
        return
    from inspector.cli.attach import attach_settings, check_events  # the whole server

    if arguments.events:
        check_events(arguments)
        watch(arguments.events, flags, read_only=arguments.read_only)
    else:
        settings = attach_settings(arguments)
        attach(settings, flags, record=arguments.record, read_only=arguments.read_only)


def _need_terminal() -> None:
    from devserver.core.errors import InputError  # as above

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError(
            "stdin or stdout is no terminal; the app needs one. Fix: session-inspector serve --json"
        )


def _measure(settings: Settings, tell: Callable[[Measured], None]) -> None:
    """Compare stateless sessions, memory, SQLite and the lab's own store."""
    from inspector.compare.measure import compare  # only who asks pays

    own = settings.store if not settings.store.startswith("sqlite://") else ""
    urls = ["memory://", "sqlite://:memory:", *([own] if own else [])]
    compare(settings, urls, tell)


if __name__ == "__main__":
    main()
