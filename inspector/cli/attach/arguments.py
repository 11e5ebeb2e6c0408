"""Flags of `attach`. It imports nothing slow."""

from __future__ import annotations

from session_inspector.inspector.cli.parser import (
    UNSET,
    Parser,
    add_attach_flags,
    add_config_flag,
    add_record_flag,
    read_secret,
)

EPILOG = """
attach URL            a proxy before your app, on loopback: use the address it prints
attach --store URL    the live view of your app's store alone
attach --events URL   the same view again, of a lab or an attachment that runs already
"""


def add_attach(attach: Parser) -> None:
    """Add its flags."""
    attach.epilog = EPILOG
    add = attach.add_argument
    add("url", nargs="?", default="", metavar="URL", help="your app: http://localhost:3000")
    add("--store", default=UNSET, metavar="URL", help="where its sessions live")
    add_attach_flags(attach)
    add_browser_flags(attach)
    add("--events", default="", metavar="URL", help="watch what `serve` or `attach` printed")
    add_secret_flags(attach)
    _add_proxy_flags(attach)
    add("--write", action="store_true", help="allow revoke, expire, prune on the app's store")
    add("--read-only", action="store_true", help="show, but change nothing")
    add("--headless", action="store_true", help="no terminal app; the first line says the URL")
    add("--json", action="store_true", help="with --headless: then each event as a line of JSON")
    add_record_flag(attach)
    add_config_flag(attach)
    attach.set_defaults(command="attach")


def add_browser_flags(parser: Parser, default: str = "") -> None:
    """Add the flags of a real browser that is watched."""
    parser.add_argument(
        "--browser",
        default=default,
        metavar="NAME",
        help="watch a real one: chromium, chrome, edge, brave or firefox, in a profile of its own;"
        " or one that runs: its debugging port, or ws:// URL",
    )
    parser.add_argument(
        "--origin",
        action="append",
        default=[],
        metavar="URL",
        help="watch this origin in the browser too; may be given several times",
    )
    parser.add_argument(
        "--browser-headless", action="store_true", help="the browser opens no window"
    )


def add_secret_flags(attach: Parser) -> None:
    """Add the flags of what opens cookies and rows."""
    add = attach.add_argument
    add(
        "--secret",
        action="append",
        type=read_secret,
        default=[],
        metavar="S",
        help="opens cookies and rows; may be given several times; env: AUTH0_SECRET and its like",
    )
    add(
        "--env",
        default=None,
        nargs="?",
        const=".",
        metavar="FOLDER",
        help="also take secrets from the .env* files of your app (default: this folder)",
    )
    add(
        "--cookie",
        action="append",
        default=[],
        metavar="NAME",
        help="this cookie is a session, though its format is not known; may be given several times",
    )
    add(
        "--tenant",
        default="",
        metavar="URL",
        help="a provider of `serve --as-tenant` that your app logs in at: its events too"
        " (default: SESSION_INSPECTOR_URL of the environment, or of --env)",
    )
    add("--layout", default="", metavar="NAME", help="whose rows the store has; else recognised")


def _add_proxy_flags(attach: Parser) -> None:
    add = attach.add_argument
    add("--port", default="0", metavar="N", help="port of the proxy; 0: a free one")
    add("--control-port", default="0", metavar="N", help="port for attach --events; 0: a free one")
    add("--listen", default="127.0.0.1", metavar="ADDRESS", help="another address than loopback")
    add(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="answer under this host name too",
    )
    add("--rewrite-host", action="store_true", help="send your app its own Host, not the browser's")
    add(
        "--trust-forwarded",
        action="store_true",
        help="keep X-Forwarded-* of a proxy of yours that stands in front",
    )
    add("--insecure", action="store_true", help="do not check the certificate of an https app")
