"""Flags of `run`. It imports nothing slow."""

from __future__ import annotations

from session_inspector.inspector.cli.parser import (
    UNSET,
    Parser,
    add_attach_flags,
    add_config_flag,
    add_record_flag,
    read_port,
    read_secret,
)

EPILOG = """
run                     what session-inspector.toml says
run -- npm run dev      your app with a local provider, a proxy before it, and the screen
run -- pytest           a test suite with a provider of its own; the alarms at its end
run --headless -- CMD   without the screen, for scripts: the first line of stdout is the URL
"""
FRAMEWORKS = (
    *("nextjs", "express", "authjs", "fastapi", "env"),
    *("better-auth", "nuxt", "spring"),
)


def add_run(run: Parser) -> None:
    """Add its flags."""
    run.usage = "session-inspector run [FLAGS] -- CMD ..."
    run.epilog = EPILOG
    run.add_argument("words", nargs="*", metavar="CMD", help="what starts your app, after --")
    _add_provider_flags(run)
    _add_app_flags(run)
    _add_watching_flags(run)
    add = run.add_argument
    add("--headless", action="store_true", help="no terminal app; a test suite needs no flag")
    add(
        "--inline",
        action="store_true",
        help="no full screen: alarms and the newest session below your app's own output",
    )
    add("--json", action="store_true", help="with --headless: then each event as a line of JSON")
    add("--fail-on-alarm", action="store_true", help="exit code 1 when there was an alarm")
    add_record_flag(run)
    add_config_flag(run)
    # what the project's own file may add
    run.set_defaults(command="run", stores=[], users=[], knobs=None)


def _add_provider_flags(run: Parser) -> None:
    add = run.add_argument
    add("--no-tenant", action="store_true", help="no local provider: your app keeps its own")
    add(
        "--framework",
        default="",
        choices=FRAMEWORKS,
        help="whose variables your app reads; else found out",
    )
    add(
        "--backchannel-logout-uri",
        default="",
        metavar="URL",
        help="where your app takes logout tokens: /backchannel-logout",
    )
    add(
        "--env-file",
        action="append",
        default=[],
        metavar="FILE",
        help="variables for your app, beside ours; may be given several times",
    )


def _add_app_flags(run: Parser) -> None:
    add = run.add_argument
    add(
        "--with",
        dest="origins",
        action="append",
        default=[],
        metavar="NAME=URL",
        help="another origin of your app, api=http://localhost:4000; may be given several times",
    )
    add(
        "--https",
        action="store_true",
        help="browsers open your app by https, with a certificate of the local authority",
    )
    add("--port", type=read_port, default=0, metavar="N", help="port of the proxy; 0: the folder's")
    add(
        "--app-port",
        type=read_port,
        default=0,
        metavar="N",
        help="port of your app; 0: the one that its processes open",
    )


def _add_watching_flags(run: Parser) -> None:
    add = run.add_argument
    add(
        "--store",
        default=UNSET,
        metavar="URL",
        help="where its sessions live, or the variable that says so; else found in its environment",
    )
    add_attach_flags(run)
    add("--no-store", action="store_true", help="leave the stores of its environment alone")
    add("--layout", default="", metavar="NAME", help="whose rows the store has; else recognised")
    add("--write", action="store_true", help="allow revoke, expire, prune on the app's store")
    add("--read-only", action="store_true", help="show, but change nothing")
    add(
        "--secret",
        action="append",
        type=read_secret,
        default=[],
        metavar="S",
        help="opens cookies and rows; may be given several times",
    )
    add(
        "--cookie",
        action="append",
        default=[],
        metavar="NAME",
        help="this cookie is a session, though its format is not known; may be given several times",
    )
