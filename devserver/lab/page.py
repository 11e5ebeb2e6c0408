"""The look of the demo site: one page frame, no scripts, nothing fetched from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from starlette.responses import HTMLResponse

POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
STYLE = """
:root{color-scheme:light dark;--bg:#f6f7fb;--card:#fff;--ink:#1c2033;--dim:#667;--line:#e3e6ef;
--go:#4057d6;--on:#fff;--good:#0f7b4f;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--bg:#12141c;--card:#1b1e2a;--ink:#e8eaf2;--dim:#98a;
--line:#2c3040;--go:#8fa2ff;--on:#10131f;--good:#5fd0a0;--bad:#ff8a80}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);
font:16px/1.5 system-ui,sans-serif;display:grid;place-items:center;min-height:100vh;padding:24px}
main{width:min(720px,100%);background:var(--card);border:1px solid var(--line);
border-radius:16px;padding:32px;box-shadow:0 12px 40px rgb(0 0 0/.08)}
h1{margin:0 0 4px;font-size:26px}p{margin:8px 0;color:var(--dim)}
nav{display:flex;gap:12px;flex-wrap:wrap;margin:24px 0 8px}
a.b{padding:10px 18px;border-radius:10px;border:1px solid var(--line);color:var(--ink);
text-decoration:none;font-weight:600}a.b.go{background:var(--go);color:var(--on);border:0}
a.b:focus-visible{outline:3px solid var(--go);outline-offset:2px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:6px 20px;margin:20px 0;
padding-top:20px;border-top:1px solid var(--line)}dt{color:var(--dim)}
dd{margin:0;overflow-wrap:anywhere;font-family:ui-monospace,monospace;font-size:14px}
.tag{display:inline-block;padding:2px 10px;border-radius:99px;font-size:13px;font-weight:600;
border:1px solid currentColor;color:var(--good)}.tag.no{color:var(--bad)}
"""


def page(
    title: str,
    *,
    lead: str,
    tag: str = "",
    is_good: bool = True,
    links: Iterable[tuple[str, str]] = (),
    facts: Iterable[tuple[str, str]] = (),
    status: int = 200,
) -> HTMLResponse:
    """Return a page; every text is escaped. `links` are (label, path), the first stands out."""
    body = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)} · Session Inspector lab</title><style>{STYLE}</style></head>"
        f"<body><main>{_badge(tag, is_good)}<h1>{escape(title)}</h1><p>{escape(lead)}</p>"
        f"<nav>{_buttons(links)}</nav>{_fact_list(facts)}</main></body></html>"
    )
    headers = {"content-security-policy": POLICY, "x-content-type-options": "nosniff"}
    return HTMLResponse(body, status, headers)


def _badge(tag: str, is_good: bool) -> str:
    if not tag:
        return ""
    style = "tag" if is_good else "tag no"
    return f'<span class="{style}">{escape(tag)}</span>'


def _buttons(links: Iterable[tuple[str, str]]) -> str:
    buttons = []
    style = "b go"
    for label, path in links:
        buttons.append(f'<a class="{style}" href="{escape(path)}">{escape(label)}</a>')
        style = "b"
    return "".join(buttons)


def _fact_list(facts: Iterable[tuple[str, str]]) -> str:
    rows = [f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts]
    if not rows:
        return ""
    return f"<dl>{''.join(rows)}</dl>"
