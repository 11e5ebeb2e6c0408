"""Choose between the terminal app and a headless command."""

from __future__ import annotations

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
    if arguments.command:
        from inspector.cli.main import run  # the terminal app does not need it

        raise SystemExit(run(arguments))
    raise SystemExit(open_lab(flags_of(arguments), read_only=arguments.read_only))


def open_lab(flags: dict[str, str | bool | None], *, read_only: bool) -> ExitCode:
    """Start the lab and show it until the person leaves."""
    from devserver.core.errors import InputError, InspectorError  # `--help` pays for none of these
    from devserver.settings import load_settings
    from inspector.cli.output import complain

    try:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise InputError(
                "stdin or stdout is no terminal; the app needs one."
                " Fix: session-inspector serve --json"
            )
        settings = load_settings(flags, os.environ)
        from devserver.host import start_lab
        from inspector.feed.local import LocalFeed
        from inspector.ui.app import InspectorApp

        lab = start_lab(settings)
    except InspectorError as error:
        return complain(error)
    try:
        InspectorApp(LocalFeed(lab), read_only=read_only, measure=partial(_measure, settings)).run()
    finally:
        lab.stop()
    return ExitCode.OK


def _measure(settings: Settings, tell: Callable[[Measured], None]) -> None:
    """Compare stateless sessions, memory, SQLite and the lab's own store."""
    from inspector.compare.measure import compare  # only who asks pays

    own = settings.store if not settings.store.startswith("sqlite://") else ""
    urls = ["memory://", "sqlite://:memory:", *([own] if own else [])]
    compare(settings, urls, tell)


if __name__ == "__main__":
    main()
