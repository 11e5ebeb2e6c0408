"""Flags of `browser`. It imports nothing slow."""

from __future__ import annotations

from session_inspector.inspector.cli.attach.arguments import add_browser_flags, add_secret_flags
from session_inspector.inspector.cli.parser import (
    UNSET,
    Parser,
    add_config_flag,
    add_record_flag,
)

EPILOG = """
browser URL                      a browser of its own on any site that you may inspect
browser URL --browser firefox    another one
browser URL --browser 9222       one that runs with its debugging port
"""


def add_browser(browser: Parser) -> None:
    """Add its flags."""
    browser.epilog = EPILOG
    add = browser.add_argument
    add("url", metavar="URL", help="the page to open; its origin is watched, and nothing else")
    add("--store", default=UNSET, metavar="URL", help="where its sessions live")
    add_browser_flags(browser, "chromium")
    add_secret_flags(browser)
    add("--control-port", default="0", metavar="N", help="port for attach --events; 0: a free one")
    add("--write", action="store_true", help="allow revoke, expire, prune on the app's store")
    add("--read-only", action="store_true", help="show, but change nothing")
    add("--headless", action="store_true", help="no terminal app; the first line says the URL")
    add("--json", action="store_true", help="with --headless: then each event as a line of JSON")
    add_record_flag(browser)
    add_config_flag(browser)
    # what `attach` has beside it: no proxy, and nobody else's events
    browser.set_defaults(
        command="browser",
        events="",
        port="0",
        listen="127.0.0.1",
        allow_host=[],
        rewrite_host=False,
        trust_forwarded=False,
        insecure=False,
    )
