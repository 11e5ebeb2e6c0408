"""The provider's pages: sign in, allow, signed out, error, and the form that goes back to the app.

No scripts but one, which sends that form; every text is escaped.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from html import escape
from urllib.parse import quote, urlsplit

from starlette.responses import HTMLResponse

from session_inspector.devserver.provider.registrations import User

POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
SUBMIT = "document.forms[0].submit()"
SUBMIT_HASH = b64encode(sha256(SUBMIT.encode()).digest()).decode()
LEAVE = (
    "const go=()=>location.replace(document.getElementById('next').href);"
    "let left=document.querySelectorAll('iframe').length;"
    "for(const f of document.querySelectorAll('iframe'))"
    "f.addEventListener('load',()=>{left-=1;if(!left)go()});setTimeout(go,5000)"
)
"""Goes on when every frame is loaded, or after five seconds."""
LEAVE_HASH = b64encode(sha256(LEAVE.encode()).digest()).decode()
STYLE = """
:root{color-scheme:light dark;--bg:#eef1f8;--card:#fff;--ink:#1c2033;--dim:#667;--line:#dfe3ee;
--go:#4057d6;--on:#fff}
@media(prefers-color-scheme:dark){:root{--bg:#10121a;--card:#1b1e2a;--ink:#e8eaf2;--dim:#98a;
--line:#2e3244;--go:#8fa2ff;--on:#10131f}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;
background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{width:min(420px,100%);background:var(--card);border:1px solid var(--line);border-radius:16px;
padding:32px;box-shadow:0 12px 40px rgb(0 0 0/.08)}h1{font-size:22px;margin:0 0 4px}
p{color:var(--dim);margin:4px 0 20px;overflow-wrap:anywhere}
button{width:100%;text-align:left;padding:12px 16px;margin:0 0 10px;font:inherit;color:inherit;
background:none;border:1px solid var(--line);border-radius:10px;cursor:pointer}
button:hover,button:focus-visible{border-color:var(--go);outline:2px solid var(--go)}
button small{display:block;color:var(--dim)}button.go{background:var(--go);color:var(--on);
text-align:center;font-weight:600;border:0}
input{width:100%;padding:12px 16px;font:inherit;border:1px solid var(--line);border-radius:10px;
background:none;color:inherit;margin:14px 0 10px}label{color:var(--dim);font-size:14px}
"""


def login_page(
    users: Sequence[User], hidden: Mapping[str, str], hint: str, action: str = "/u/login"
) -> HTMLResponse:
    """Return the page where a user signs in; `hidden` fields are sent back as they are."""
    form = f'<form method="post" action="{escape(action)}">{_hidden_inputs(hidden)}'
    choices = "".join(
        f'<button name="username" value="{escape(user.sub)}">{escape(_display_name(user))}'
        f"<small>{escape(str(user.claims.get('email') or user.sub))}</small></button>"
        for user in users
    )
    return _page(
        "Who are you today?",
        "The lab's own OpenID Provider. Pick a user or type any name; there is no password.",
        f"{form}{choices}</form>"
        f'{form}<label for="u">Somebody else</label>'
        f'<input id="u" name="username" required autocomplete="off" value="{escape(hint)}">'
        '<button class="go">Sign in</button></form>',
    )


def consent_page(client: str, scope: str, hidden: Mapping[str, str]) -> HTMLResponse:
    """Return the page where a user allows or refuses what the app requests."""
    return _page(
        f"May {client} sign you in?",
        f"It requests: {scope or 'no scope'}",
        f'<form method="post" action="/u/consent">{_hidden_inputs(hidden)}'
        '<button class="go" name="consent" value="yes">Allow</button>'
        '<button name="consent" value="no">Refuse</button></form>',
    )


def second_factor_page(hidden: Mapping[str, str], problem: str = "") -> HTMLResponse:
    """Return the page where a user types a one-time code."""
    lead = "The second factor: any six digits are right, but 000000."
    return _page(
        "Your one-time code",
        problem or lead,
        f'<form method="post" action="/u/mfa">{_hidden_inputs(hidden)}'
        '<label for="c">Code</label><input id="c" name="code" required inputmode="numeric"'
        ' autocomplete="one-time-code"><button class="go">Continue</button></form>',
    )


def device_code_page(user_code: str, problem: str = "") -> HTMLResponse:
    """Return the page where a user types the code that a device shows (RFC 8628 §3.3)."""
    lead = "Type the code that your device shows. If you did not start a login there, close this."
    status = 200
    if problem:
        status = 400
    return _page(
        "Sign in a device",
        problem or lead,
        '<form method="post" action="/activate"><label for="k">Code</label>'
        f'<input id="k" name="user_code" required autocomplete="off" value="{escape(user_code)}">'
        '<button class="go">Continue</button></form>',
        status,
    )


def device_consent_page(client: str, scope: str, user_code: str, user: User) -> HTMLResponse:
    """Return the page where a user allows or refuses a device's login."""
    hidden = _hidden_inputs({"user_code": user_code})
    return _page(
        f"May the device of {client} sign in as {_display_name(user)}?",
        f"Its code is {user_code}. It requests: {scope or 'no scope'}",
        f'<form method="post" action="/activate">{hidden}'
        '<button class="go" name="consent" value="yes">Allow</button>'
        '<button name="consent" value="no">Refuse</button></form>',
    )


def logout_frames_page(frames: Sequence[str], next_uri: str) -> HTMLResponse:
    """Return the page that loads each app's logout in a frame, then goes on.

    Source: OpenID Connect Front-Channel Logout §3.
    """
    loaded = "".join(f'<iframe src="{escape(uri)}" hidden></iframe>' for uri in frames)
    go_on = "You can close this page."
    if next_uri:
        go_on = "If nothing happens, press Continue."
        loaded += f'<a id="next" href="{escape(next_uri)}"><button class="go">Continue</button></a>'
        loaded += f"<script>{LEAVE}</script>"
    sources = " ".join(sorted({_frame_source(uri) for uri in frames}))
    policy = f"{POLICY}; frame-src {sources}; script-src 'sha256-{LEAVE_HASH}'"
    return _page("You are signed out", go_on, loaded, policy=policy)


def form_post_page(uri: str, fields: Mapping[str, str]) -> HTMLResponse:
    """Return a form that sends itself to the app; without scripts its button does.

    Source: OAuth 2.0 Form Post Response Mode §2.
    """
    lead = "You are signed in. If nothing happens, press Continue."
    if "error" in fields:
        lead = "The app gets an error. If nothing happens, press Continue."
    script = f"script-src 'sha256-{SUBMIT_HASH}'"
    return _page(
        "Back to the app",
        lead,
        f'<form method="post" action="{escape(uri)}">{_hidden_inputs(fields)}'
        f'<button class="go">Continue</button></form><script>{SUBMIT}</script>',
        policy=f"{POLICY}; {script}; form-action {_form_action_source(uri)}",
    )


def message_page(title: str, text: str, status: int = 200) -> HTMLResponse:
    """Return a page with a title and a text."""
    return _page(title, text, "", status)


def _display_name(user: User) -> str:
    return str(user.claims.get("name") or user.sub)


def _form_action_source(uri: str) -> str:
    """Return a form's target for the CSP, which cannot name IPv6 hosts and is split at `;`."""
    parts = urlsplit(uri)
    if "[" in parts.netloc:
        return f"{parts.scheme}:"
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{quote(parts.path, safe='/%')}"


def _frame_source(uri: str) -> str:
    """Return a frame's origin for the CSP, which cannot name IPv6 hosts."""
    parts = urlsplit(uri)
    if "[" in parts.netloc:
        return f"{parts.scheme}:"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _hidden_inputs(hidden: Mapping[str, str]) -> str:
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in hidden.items()
    )


def _page(
    title: str, lead: str, body: str, status: int = 200, policy: str = POLICY
) -> HTMLResponse:
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1><p>{escape(lead)}</p>{body}</main></body></html>"
    )
    headers = {"content-security-policy": policy, "cache-control": "no-store"}
    return HTMLResponse(html, status, headers)
