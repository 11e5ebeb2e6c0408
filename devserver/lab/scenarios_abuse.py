"""Scenarios of trouble: races, theft, damage, clocks, stores and tabs."""

from __future__ import annotations

import asyncio
import secrets as randomness

from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.login import LoginFailed
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.session import (
    SessionRefused,
    SessionResurrected,
    SessionWriteRefused,
)
from session_inspector.devserver.core.numbers import count_noun
from session_inspector.devserver.lab.browser import Browser
from session_inspector.devserver.lab.scenario_context import (
    ScenarioContext,
    Verdict,
    gather_responses,
    wait_for_arrival,
)

SKEWS = (300, -3600, -43_200)
"""Seconds by which the provider's clock is wrong, one after the other; an ID token lives 10 h."""
SESSION = "__session"


async def logout_race(context: ScenarioContext, count: int) -> Verdict:
    """Log out while a request that will save the session is under way."""
    browser = await context.login()
    with context.hold_requests("logout-race") as wait:
        slow = asyncio.ensure_future(browser.visit("/api/slow?wait=logout-race"))
        await wait_for_arrival(wait)
        context.report("a slow request has read the session, and waits")
        await browser.visit("/auth/logout")
        context.report("the user logged out meanwhile")
        wait.go_on.set()
        (answer,) = await gather_responses(slow)
    context.report(f"the slow request saved what it had read, and answered {answer.status_code}")
    after = await browser.visit("/api/me")
    risen = context.events_of(SessionResurrected)
    kept_out = context.events_of(SessionWriteRefused)
    if after.status_code == 200 or risen:
        return Verdict(
            is_ok=False,
            text="RESURRECTED: the session lives again after logout; the late response brought its"
            " cookie back",
        )
    how = "its late write was ignored"
    if kept_out:
        how = "the store refused the late write"
    return Verdict(is_ok=True, text=f"logout held: {how}, and the browser gets {after.status_code}")


async def tamper_cookie(context: ScenarioContext, count: int) -> Verdict:
    """Change one character in each part of the session cookie."""
    browser = await context.login()
    jar = browser.cookies()
    name = next((name for name in sorted(jar) if name.startswith(SESSION)), "")
    value = jar.get(name, "")
    if not value:
        raise InspectorError("the browser was given no session cookie")
    accepted = 0
    positions = [len(value) // 20, len(value) // 2, len(value) - 5]
    for position in positions:
        tamperer = context.browsers.open_empty("tamperer")
        tamperer.take({**jar, name: change_character(value, position)}, context.host)
        answer = await tamperer.visit("/api/me")
        accepted += answer.status_code == 200
        text = f"character {position} of {len(value)} changed: {answer.status_code}"
        context.report(text, is_ok=answer.status_code == 401)
    if accepted:
        return Verdict(is_ok=False, text=f"{accepted} changed cookies were accepted")
    codes = sorted({event.code for event in context.events_of(SessionRefused)})
    reasons = ", ".join(codes) or "no session"
    return Verdict(
        is_ok=True, text=f"all {len(positions)} were refused ({reasons}), and nothing broke"
    )


def change_character(text: str, position: int) -> str:
    """Return a text with one other character at a position."""
    changed = "B" if text[position] == "A" else "A"
    return text[:position] + changed + text[position + 1 :]


async def rotate_secret(context: ScenarioContext, count: int) -> Verdict:
    """Put a new secret first, then take the old one away."""
    browser = await context.login()
    new = randomness.token_hex(32)
    old = context.secret
    try:
        await context.stacks.use_secrets([new, old])
        both = await browser.visit("/api/me")
        context.report(f"new secret first, old one kept: {both.status_code}")
        late = await context.login("local|bob")
        await context.stacks.use_secrets([new])
        rolled = await browser.visit("/api/me")
        context.report(f"old one gone, the cookie was rolled before: {rolled.status_code}")
        fresh = await late.visit("/api/me")
    finally:
        await context.stacks.use_secrets([])
    again = await browser.visit("/api/me")
    context.report(f"the lab's own secret is back: {again.status_code} for the rolled cookie")
    is_ok = both.status_code == rolled.status_code == fresh.status_code == 200
    if not is_ok:
        return Verdict(is_ok=False, text="users were logged out by the rotation")
    text = "with both secrets nobody is logged out, and rolling moves cookies to the new one"
    if again.status_code == 401:
        text += "; a cookie of a secret that is gone is refused"
    return Verdict(is_ok=True, text=text)


async def steal_cookie(context: ScenarioContext, count: int) -> Verdict:
    """Copy a browser's cookies, log it out, and come back with the copy."""
    browser = await context.login()
    jar = browser.cookies()
    loot = {name: value for name, value in jar.items() if name.startswith(SESSION)}
    thief = context.browsers.open_empty("thief")
    thief.take(loot, context.host)
    before = await thief.visit("/api/me")
    context.report(f"the copy works while the user is logged in: {before.status_code}")
    await browser.visit("/auth/logout")
    after = await thief.visit("/api/me")
    context.report(
        f"after the user logged out: {after.status_code}", is_ok=after.status_code == 401
    )
    if after.status_code == 200:
        return Verdict(
            is_ok=False,
            text="REPLAYED: a stateless session cannot be ended; the copy works until it expires."
            " Fix: --revocation store, or stateful sessions",
        )
    return Verdict(is_ok=True, text="the copy is worth nothing after logout")


async def clock_skew(context: ScenarioContext, count: int) -> Verdict:
    """Let the provider's clock run ahead, then behind, further and further, until logins fail.

    A time of issue ahead of the app's clock is taken, as by the SDK; a token that was over before
    it came is not.
    """
    worked: list[str] = []
    try:
        for seconds in SKEWS:
            how = _spell_skew(seconds)
            failure = await _login_with_skew(context, seconds)
            if failure:
                text = f"logins work {' and '.join(worked)}, and fail {how}: {failure}"
                return Verdict(is_ok=bool(worked), text=text)
            worked.append(how)
    finally:
        context.provider.skew(0)
    return Verdict(is_ok=True, text=f"logins work with a provider {' and '.join(worked)}")


async def _login_with_skew(context: ScenarioContext, seconds: int) -> str:
    """Return why a login failed, empty when it worked."""
    context.provider.skew(seconds)
    how = _spell_skew(seconds)
    try:
        await context.browsers.open_logged_in("local|alice")
    except InspectorError as error:
        reason = _last_login_failure(context) or error.message
        context.report(f"{how}: the login fails: {reason}", is_ok=False)
        return reason
    context.report(f"{how}: the login works")
    return ""


def _spell_skew(seconds: int) -> str:
    if seconds < 0:
        return f"{-seconds} s behind"
    return f"{seconds} s ahead"


def _last_login_failure(context: ScenarioContext) -> str:
    """Return why the last login that failed did so; empty: none failed."""
    reasons = [event.reason for event in context.events_of(LoginFailed)]
    return reasons[-1] if reasons else ""


async def store_down(context: ScenarioContext, count: int) -> Verdict:
    """Take the store away under a logged-in browser, and give it back."""
    browser = await context.login()
    context.stacks.take_store_away()
    try:
        down = await browser.visit("/api/me")
        context.report(f"the store is away: {down.status_code}", is_ok=down.status_code == 503)
    finally:
        context.stacks.give_store_back()
    up = await browser.visit("/api/me")
    context.report(f"the store is back: {up.status_code}", is_ok=up.status_code == 200)
    if down.status_code == 503 and up.status_code == 200:
        outages = [event for event in context.events_of(StoreStateChanged) if not event.is_up]
        text = "503 while it was away, then the same session"
        if outages:
            text += f"; noticed {count_noun(len(outages), 'time')}"
        return Verdict(is_ok=True, text=text)
    return Verdict(
        is_ok=False, text=f"{down.status_code} while it was away, {up.status_code} after it"
    )


async def second_tab(context: ScenarioContext, count: int) -> Verdict:
    """Begin two logins in one browser, and end the first one after the second."""
    browser = context.browsers.open_empty("two-tabs")
    first = await _begin_login(browser)
    second = await _begin_login(browser)
    names = _transaction_cookies(browser)
    context.report(f"two tabs began a login: {len(names)} transaction cookies")
    for tab, url in (("second", second), ("first", first)):
        answer = await browser.visit(url, user="local|alice")
        is_ok = answer.status_code == 200 and answer.url.path == "/"
        context.report(
            f"the {tab} tab came back: {answer.status_code} {answer.url.path}", is_ok=is_ok
        )
    failure = _last_login_failure(context)
    left = _transaction_cookies(browser)
    me = await browser.visit("/api/me")
    if failure or me.status_code != 200:
        return Verdict(is_ok=False, text=f"a tab's login failed: {failure or me.text}")
    if left:
        return Verdict(is_ok=False, text=f"{len(left)} transaction cookies are left behind")
    return Verdict(is_ok=True, text="both logins ended well, and no cookie is left")


def _transaction_cookies(browser: Browser) -> list[str]:
    return [name for name in browser.cookie_names() if name.startswith("__txn_")]


async def _begin_login(browser: Browser) -> str:
    """Begin a login and return where the provider's page is, without answering it."""
    response = await browser.visit("/auth/login?returnTo=/")
    return str(response.url)
