"""The steps of a login, as far as each has come: done, failed, or waiting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias
from urllib.parse import parse_qs

from session_inspector.devserver.cookies.url_parts import split_url
from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.inspector.model.facts.flows import Flow
from session_inspector.inspector.model.words.text import safe

Progress: TypeAlias = Literal["done", "failed", "waiting", "unseen"]
"""`unseen`: nothing that is seen here shows it."""
NO_CODE = "none: this login asked for an ID token alone (response_type)"
UNSEEN = "not seen: your app does it where no traffic is watched"
IN_SESSION = "none was seen: the app may keep the state in its session"
FAILING: dict[str, str] = {
    "authorize": "sent to the provider",
    "state": "callback with the same state",
    "transaction": "transaction cookie came back",
    "exchange": "code exchanged for tokens",
    "id_token": "ID token verified",
    "callback": "callback with the same state",
}
"""Step of a `LoginFailed` to the name of the line that it fails."""
CAUSES = (
    "The cookie that was set at the login did not come back with the callback. Possible causes: it"
    " was Secure on plain http, the host changed (localhost, 127.0.0.1), another tab's login"
    " overwrote it, the callback was opened twice, or an hour had passed."
)
CHECKED = ("state", "nonce", "code_challenge")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginStep:
    """One step of a login."""

    name: str
    progress: Progress
    text: str
    explain: str = ""


def steps_of(flow: Flow, *, is_ours: bool) -> list[LoginStep]:
    """Return the steps in order; those after a failed one are never reached.

    `is_ours`: our own client reports what it checked. Of an app's logins the wire shows the
    browser's part only.
    """
    failing = FAILING.get(flow.failed_step, "")
    steps: list[LoginStep] = []
    has_failed = False
    for step in _list_steps(flow, is_ours=is_ours):
        if has_failed:
            steps.append(LoginStep(name=step.name, progress="waiting", text="never reached"))
        elif step.name == failing:
            steps.append(_fail(step, flow.reason))
            has_failed = True
        else:
            steps.append(step)
    return steps


def _fail(step: LoginStep, reason: str) -> LoginStep:
    explain = f"{safe(reason, 300)}\n{step.explain}"
    return replace(step, progress="failed", text=reason, explain=explain)


def _list_steps(flow: Flow, *, is_ours: bool) -> Iterator[LoginStep]:
    yield _cookie_step(flow)
    yield _authorize_step(flow)
    yield _provider_step(flow)
    yield _callback_step(flow)
    yield _transaction_step(flow)
    yield _exchange_step(flow)
    yield _id_token_step(flow, is_ours=is_ours)
    yield _session_step(flow, is_ours=is_ours)


def _step(name: str, text: str, explain: str = "", *, is_done: bool) -> LoginStep:
    progress: Progress = "waiting"
    if is_done:
        progress = "done"
    return LoginStep(name=name, progress=progress, text=text, explain=explain)


def _cookie_step(flow: Flow) -> LoginStep:
    text = ""
    if not flow.cookie:
        name = "transaction cookie set"
        return LoginStep(name=name, progress="unseen", text=IN_SESSION)
    if flow.stored is not None:
        text = _describe_cookie(flow.cookie, flow.stored)
    return _step(
        "transaction cookie set",
        text,
        "It holds state, nonce and the PKCE verifier until the callback.",
        is_done=flow.stored is not None,
    )


def _describe_cookie(name: str, stored: CookieSet) -> str:
    age = "no Max-Age"
    if stored.max_age is not None:
        age = f"Max-Age {stored.max_age:.0f}"
    return f"{name[:14]}… {stored.size} B, {age}, SameSite {stored.same_site or 'none'}"


def _authorize_step(flow: Flow) -> LoginStep:
    text = ""
    if flow.authorize:
        text = _describe_authorize(flow.authorize)
    explain = f"Authorize URL: {safe(flow.authorize, 500)}"
    return _step(FAILING["authorize"], text, explain, is_done=bool(flow.authorize))


def _describe_authorize(url: str) -> str:
    query = parse_qs(split_url(url).query)
    sent = ", ".join(name for name in CHECKED if name in query)
    text = f"with {sent or 'neither state nor nonce'}"
    method = query.get("code_challenge_method", [""])[0]
    if method:
        text += f" ({method})"
    return text


def _provider_step(flow: Flow) -> LoginStep:
    name = "answered by the provider"
    if flow.at_provider:
        return _step(name, "its login page", is_done=True)
    text = "an outside provider is not seen here"
    if flow.outcome == "logged in":
        return LoginStep(name=name, progress="unseen", text=text)
    return _step(name, text, is_done=False)


def _has_code(flow: Flow) -> bool:
    """Check whether a login asks for a code, as far as its authorize URL was seen."""
    asked = parse_qs(split_url(flow.authorize).query).get("response_type", [""])[0]
    return not asked or "code" in asked.split()


def _callback_step(flow: Flow) -> LoginStep:
    text = ""
    if flow.callback is not None:
        what = "code" if _has_code(flow) else "ID token"
        text = f"{flow.callback.exchange}: {what} and state arrived"
    return _step(
        FAILING["callback"],
        text,
        "state ties the callback to the login that this browser began.",
        is_done=flow.callback is not None,
    )


def _transaction_step(flow: Flow) -> LoginStep:
    name = FAILING["transaction"]
    if flow.callback is None:
        return _step(name, "", CAUSES, is_done=False)
    if not flow.cookie:
        return LoginStep(name=name, progress="unseen", text=IN_SESSION)
    if any(cookie.name == flow.cookie for cookie in flow.callback.cookies):
        return _step(name, f"{flow.cookie[:14]}… was sent", CAUSES, is_done=True)
    text = "the browser did not send it"
    return LoginStep(name=name, progress="failed", text=text, explain=CAUSES)


def _exchange_step(flow: Flow) -> LoginStep:
    name = FAILING["exchange"]
    explain = "The server presents code and PKCE verifier at the token endpoint."
    if not _has_code(flow):
        return LoginStep(name=name, progress="unseen", text=NO_CODE, explain=explain)
    if flow.outcome == "logged in" and not flow.tokens:
        return LoginStep(name=name, progress="unseen", text=UNSEEN, explain=explain)
    return _step(name, ", ".join(flow.tokens), explain, is_done=bool(flow.tokens))


def _id_token_step(flow: Flow, *, is_ours: bool) -> LoginStep:
    name = FAILING["id_token"]
    explain = "nonce ties the ID token to the login that this browser began."
    is_done = flow.outcome == "logged in"
    if is_done and not is_ours:
        return LoginStep(name=name, progress="unseen", text=UNSEEN, explain=explain)
    text = ""
    if is_done:
        text = "checked by our client: signature, nonce, issuer, audience, times"
    return _step(name, text, explain, is_done=is_done)


def _session_step(flow: Flow, *, is_ours: bool) -> LoginStep:
    is_done = flow.outcome == "logged in"
    text = ""
    if is_done:
        text = "its cookie was set"
    if is_done and is_ours:
        text = "with a new id"
    explain = "A login makes a new session, and deletes the one that was there."
    return _step("session created", text, explain, is_done=is_done)
