"""What the proxy itself answers, when no app does."""

from __future__ import annotations

from html import escape

from session_inspector.devserver.attach.proxy.upstream.trouble import START_IT, Trouble

REASONS = {
    400: "Bad Request",
    405: "Method Not Allowed",
    421: "Misdirected Request",
    431: "Request Header Fields Too Large",
    501: "Not Implemented",
    502: "Bad Gateway",
}
STYLE = "font:16px/1.5 system-ui;max-width:40em;margin:4em auto;padding:0 1em"


def build_refusal(status: int, title: str, detail: str, *, has_body: bool = True) -> bytes:
    """Return a whole response; it closes the connection and is never cached."""
    page = (
        f'<!doctype html><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<body style="{STYLE}"><h1>{escape(title)}</h1><p>{escape(detail)}</p>'
        "<p><small>answered by session-inspector, not by your app</small></p>\n"
    ).encode()
    head = (
        f"HTTP/1.1 {status} {REASONS[status]}\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(page)}\r\n"
        "Cache-Control: no-store\r\n"
        "Connection: close\r\n\r\n"
    ).encode("ascii")
    if not has_body:
        return head
    return head + page


STARTED_HERE = "Its own output says why; load this page again once it listens."
"""Of an app that nobody need start: `run` has."""


def describe_outage(
    url: str, trouble: Trouble, *, is_started_here: bool = False
) -> tuple[str, str]:
    """Return (title, detail) for a request that got no answer of the app."""
    fix = trouble.fix
    if is_started_here and fix == START_IT:
        fix = STARTED_HERE
    if trouble.kind == "unusable":
        fix = f"Fix: {fix}"
    return trouble.title, f"{url}: {trouble.reason}. {fix}"


def describe_foreign_host(host: str, *, is_in_run: bool = False) -> tuple[str, str]:
    """Return (title, detail) for a Host that is not on the list."""
    fix = "--allow-host NAME"
    if is_in_run:
        fix = "attach with --allow-host NAME; run answers localhost and *.localhost"
    return (
        "This host name is not answered here",
        f"{host[:80]!r} is no loopback name. If it is yours: {fix}. It is refused so"
        " that no web page can reach your app by a name of its own (DNS rebinding).",
    )
