"""Choose between the terminal app and a headless command."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from session_inspector.inspector.ending import run_to_end

if TYPE_CHECKING:
    from session_inspector.devserver.settings import Settings
    from session_inspector.inspector.compare.comparison import Comparison
    from session_inspector.inspector.feed.here import LabHere
    from session_inspector.inspector.ui.app import InspectorApp


def main() -> None:
    """Run the command line; ctrl+c is one quiet end, from the first import on."""
    raise SystemExit(run_to_end(_run_command_line))


def _run_command_line() -> int:
    # here, not at the top: ctrl+c may come while they are imported
    from session_inspector.inspector.cli.arguments import parse
    from session_inspector.inspector.cli.argv import hide_secrets

    arguments = parse(sys.argv[1:])
    hide_secrets(arguments)
    is_attaching = arguments.command in ("attach", "browser")
    if arguments.command == "replay" or (is_attaching and not arguments.headless):
        return _run_app(lambda: _open_elsewhere(arguments))
    if arguments.command == "run":
        return _run_app(lambda: _start_run(arguments))
    if arguments.command:
        from session_inspector.inspector.cli.main import run  # the terminal app does not need it

        return run(arguments)
    return _run_app(lambda: open_lab(arguments))


def _start_run(arguments: argparse.Namespace) -> int:
    """Start an app as flags and the project's file say, with the screen or without one."""
    from session_inspector.inspector.cli.run.defaults import take_project  # as below

    take_project(arguments, Path.cwd())
    if not _runs_headless(arguments):
        return _open_run(arguments)
    from session_inspector.inspector.cli.main import run  # the terminal app does not need it

    return run(arguments)


def _runs_headless(arguments: argparse.Namespace) -> bool:
    """Check whether a run needs no screen: it was asked for without, or it is a test suite."""
    from session_inspector.devserver.run.suite import is_suite  # only who runs an app pays

    is_asked = arguments.headless or arguments.inline
    return bool(is_asked or not arguments.words or is_suite(arguments.words))


def _open_run(arguments: argparse.Namespace) -> int:
    from session_inspector.inspector.cli.parser import flags_of
    from session_inspector.inspector.cli.run.found_stores import ask_on_terminal
    from session_inspector.inspector.cli.run.plan import make_plan  # the whole server
    from session_inspector.inspector.cli.run.report import report_failure
    from session_inspector.inspector.cli.run.starting import begin
    from session_inspector.inspector.ui.launch import run  # Textual

    _refuse_json(arguments)
    _need_terminal("run --headless -- CMD shows what happens without one")
    plan = make_plan(arguments, os.environ, Path.cwd(), ask_on_terminal)
    with begin(plan, arguments, lambda stream, text: None) as started:
        code = run(
            started.app, plan.attach.secrets, flags_of(arguments), read_only=arguments.read_only
        )
        return code or report_failure(started.app)


def _run_app(work: Callable[[], int]) -> int:
    """Run something that shows the app; an error of the project's tree is one line, code 2."""
    # `--help` pays for none of these
    from session_inspector.devserver.core.errors import InspectorError
    from session_inspector.devserver.core.logs import mask_logs

    mask_logs()
    try:
        return work()
    except InspectorError as error:
        from session_inspector.inspector.cli.output import complain  # only who fails pays

        return complain(error)


def open_lab(arguments: argparse.Namespace) -> int:
    """Start the lab and show it until it ends; returns the exit code. Raises: InputError."""
    from session_inspector.inspector.cli.parser import flags_of
    from session_inspector.inspector.preferences import load_preferences

    if not arguments.web:
        gc.disable()  # until all is imported: 40 ms of the start were collections
    flags = flags_of(arguments)
    settings = _lab_settings(arguments)
    preferences = load_preferences(flags, os.environ)
    if not arguments.web:
        _need_terminal("session-inspector serve --json shows its events without one")
    _warn_of_exposure(settings)
    if arguments.web:
        _serve_browsers(settings, arguments)
        return 0
    from session_inspector.devserver.core.clock import SystemClock
    from session_inspector.inspector.feed.starting import StartingFeed
    from session_inspector.inspector.ui.opening.app import OpeningApp
    from session_inspector.inspector.ui.showing import show

    feed = StartingFeed(partial(_start_lab, settings, arguments.record), SystemClock())
    app = OpeningApp(
        feed,
        preferences,
        read_only=arguments.read_only,
        stores=preferences.stores,
        comparing=partial(_make_comparison, settings, preferences.stores),
        secrets=[(settings.secret, "the lab's own secret")],
    )
    feed.when_failed = lambda: app.call_from_thread(app.exit)
    try:
        return show(app, lambda: _describe_serving(app))
    finally:
        feed.close()


def _describe_serving(app: InspectorApp) -> str:
    if not app.is_equipped or not app.view.state.lab.base_url:
        return ""  # it is not there yet
    return f"the lab still serves at {app.view.state.lab.base_url}"


def _warn_of_exposure(settings: Settings) -> None:
    if not settings.listen:
        return
    # the whole server, and rarely asked for
    from session_inspector.devserver.core.listening import check_address, exposure
    from session_inspector.inspector.cli.output import say

    warning = exposure(check_address(settings.listen))
    if warning:
        say(warning)


def _lab_settings(arguments: argparse.Namespace) -> Settings:
    from session_inspector.inspector.cli.new_file import check_file
    from session_inspector.inspector.cli.parser import flags_of
    from session_inspector.inspector.cli.tenant.arguments import has_tenant_flags

    if has_tenant_flags(arguments):
        # certificates: only a tenant pays for them
        from session_inspector.inspector.cli.tenant.environment import settings_of

        return check_file(settings_of(arguments, os.environ))
    from session_inspector.devserver.settings import load_settings  # as above

    return check_file(load_settings(flags_of(arguments), os.environ))


def _start_lab(settings: Settings, record: str) -> LabHere:
    """Build the lab behind the screen: the imports of the whole server, and the server."""
    # in this thread, after the first paint
    from session_inspector.inspector.feed.here import start_here

    here = start_here(settings, record)
    if settings.tenant is not None:
        from session_inspector.inspector.cli.tenant.environment import (  # as above
            env_text,
            environments,
            keep_env,
        )

        keep_env(settings, env_text(environments(settings, here.lab)))
    gc.freeze()  # what was imported stays: no later collection looks through it
    gc.enable()
    return here


def _serve_browsers(settings: Settings, arguments: argparse.Namespace) -> None:
    from session_inspector.inspector.cli.parser import flags_of
    from session_inspector.inspector.feed.here import start_here  # as above
    from session_inspector.inspector.ui.launch import serve_web

    here = start_here(settings, arguments.record)
    try:
        serve_web(here.lab, arguments.web_port, flags_of(arguments), read_only=arguments.read_only)
    finally:
        here.close()


def _open_elsewhere(arguments: argparse.Namespace) -> int:
    from session_inspector.inspector.cli.parser import flags_of

    if arguments.command == "replay":
        return _open_replay(arguments)
    # the whole server
    from session_inspector.inspector.cli.attach.command import (
        attach_settings,
        begin_attachment,
        check_events,
        join_tenant_of,
    )
    from session_inspector.inspector.ui.launch import attach, watch  # Textual

    _refuse_json(arguments)
    way_out = f"{arguments.command} with --headless (and --json) shows what happens without one"
    flags = flags_of(arguments)
    if arguments.events:
        check_events(arguments)
        _need_terminal(way_out)
        return watch(arguments.events, flags, read_only=arguments.read_only)
    settings = attach_settings(arguments)
    _need_terminal(way_out)
    tenant = join_tenant_of(arguments)
    try:
        return attach(
            settings,
            flags,
            record=arguments.record,
            read_only=arguments.read_only,
            start=lambda settings: begin_attachment(settings, tenant),
        )
    finally:
        if tenant is not None:
            tenant.stop()


def _refuse_json(arguments: argparse.Namespace) -> None:
    from session_inspector.devserver.core.errors import InputError  # as above

    if arguments.json:
        raise InputError(
            f"--json of {arguments.command} is for lines, not for the app. Fix: --headless --json"
        )


def _open_replay(arguments: argparse.Namespace) -> int:
    from session_inspector.inspector.cli.parser import flags_of
    from session_inspector.inspector.feed.replay import check_recording
    from session_inspector.inspector.ui.launch import replay  # Textual

    check_recording(arguments.file)
    _need_terminal("run it in one; a recording has one event as JSON a line, for jq and grep")
    return replay(arguments.file, flags_of(arguments))


def _need_terminal(way_out: str) -> None:
    from session_inspector.devserver.core.errors import InputError  # as above

    if os.environ.get("TEXTUAL_DRIVER"):
        return  # a browser is the terminal: textual-serve speaks over the pipes
    streams = {"stdin": sys.stdin.isatty(), "stdout": sys.stdout.isatty()}
    others = [name for name, is_terminal in streams.items() if not is_terminal]
    if others:
        verb = "is" if len(others) == 1 else "are"
        names = " and ".join(others)
        raise InputError(f"{names} {verb} no terminal; the app needs one. Fix: {way_out}")


def _make_comparison(settings: Settings, stores: tuple[str, ...]) -> Comparison:
    from session_inspector.inspector.compare.comparison import Comparison  # only who asks pays

    return Comparison(settings, stores, os.environ)
