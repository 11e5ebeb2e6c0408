"""Scenarios of trouble: races, theft, damage, clocks, stores and tabs."""

from __future__ import annotations

import asyncio
import secrets as randomness
from urllib.parse import urlsplit

from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.login import LoginFailed
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.session import (
    SessionRefused,
    SessionResurrected,
    SessionWriteRefused,
)
from session_inspector.devserver.lab.browser import Browser
from session_inspector.devserver.lab.scenario_context import Stage, Verdict, arrived, at_once

SKEWS = (5, 15, 30, 60, 120, 300)
"""Seconds by which the provider's clock runs ahead, one after the other."""
SESSION = "__session"


async def logout_race(stage: Stage, count: int) -> Verdict:
    """Log out while a request that will save the session is under way."""
    browser = await stage.login()
    with stage.waiting("logout-race") as wait:
        slow = asyncio.ensure_future(browser.visit("/api/slow?wait=logout-race"))
        await arrived(wait)
        stage.tell("a slow request has read the session, and waits")
        await browser.visit("/auth/logout")
        stage.tell("the user logged out meanwhile")
        wait.go_on.set()
        (answer,) = await at_once(slow)
    stage.tell(f"the slow request saved what it had read, and answered {answer.status_code}")
    after = await browser.visit("/api/me")
    risen, kept_out = stage.told(SessionResurrected), stage.told(SessionWriteRefused)
    if after.status_code == 200 or risen:
        return Verdict(
            is_ok=False,
            text="RESURRECTED: the session lives again after logout; the late response brought its"
            " cookie back",
        )
    how = "the store refused the late write" if kept_out else "its late write was ignored"
    return Verdict(is_ok=True, text=f"logout held: {how}, and the browser gets {after.status_code}")


async def tampered_cookie(stage: Stage, count: int) -> Verdict:
    """Change one character in each part of the session cookie."""
    browser = await stage.login()
    jar, host = browser.cookies(), _host(stage)
    name = next((name for name in sorted(jar) if name.startswith(SESSION)), "")
    value = jar.get(name, "")
    if not value:
        raise InspectorError("the browser was given no session cookie")
    accepted = 0
    places = [len(value) // 20, len(value) // 2, len(value) - 5]
    for place in places:
        thief = stage.browsers.empty("tamperer")
        changed = "A" if value[place] != "A" else "B"
        thief.take({**jar, name: value[:place] + changed + value[place + 1 :]}, host)
        answer = await thief.visit("/api/me")
        accepted += answer.status_code == 200
        said = f"character {place} of {len(value)} changed: {answer.status_code}"
        stage.tell(said, is_ok=answer.status_code == 401)
    reasons = {event.code for event in stage.told(SessionRefused)}
    if accepted:
        return Verdict(is_ok=False, text=f"{accepted} changed cookies were accepted")
    return Verdict(
        is_ok=True,
        text=f"all {len(places)} were refused ({', '.join(sorted(reasons)) or 'no session'}),"
        " and nothing broke",
    )


async def rotated_secret(stage: Stage, count: int) -> Verdict:
    """Put a new secret first, then take the old one away."""
    browser = await stage.login()
    new, old = randomness.token_hex(32), stage.back.secret()
    try:
        await stage.back.use_secrets([new, old])
        both = await browser.visit("/api/me")
        stage.tell(f"new secret first, old one kept: {both.status_code}")
        late = await stage.login("local|bob")
        await stage.back.use_secrets([new])
        rolled = await browser.visit("/api/me")
        stage.tell(f"old one gone, the cookie was rolled before: {rolled.status_code}")
        fresh = await late.visit("/api/me")
    finally:
        await stage.back.use_secrets([])
    again = await browser.visit("/api/me")
    stage.tell(f"the lab's own secret is back: {again.status_code} for the rolled cookie")
    is_ok = both.status_code == rolled.status_code == fresh.status_code == 200
    said = "with both secrets nobody is logged out, and rolling moves cookies to the new one"
    if again.status_code == 401:
        said += "; a cookie of a secret that is gone is refused"
    return Verdict(is_ok=is_ok, text=said if is_ok else "users were logged out by the rotation")


async def stolen_cookie(stage: Stage, count: int) -> Verdict:
    """Copy a browser's cookies, log it out, and come back with the copy."""
    browser = await stage.login()
    loot = {n: v for n, v in browser.cookies().items() if n.startswith(SESSION)}
    thief = stage.browsers.empty("thief")
    thief.take(loot, _host(stage))
    before = await thief.visit("/api/me")
    stage.tell(f"the copy works while the user is logged in: {before.status_code}")
    await browser.visit("/auth/logout")
    after = await thief.visit("/api/me")
    stage.tell(f"after the user logged out: {after.status_code}", is_ok=after.status_code == 401)
    if after.status_code == 200:
        return Verdict(
            is_ok=False,
            text="REPLAYED: a stateless session cannot be ended; the copy works until it expires."
            " Fix: --revocation store, or stateful sessions",
        )
    return Verdict(is_ok=True, text="the copy is worth nothing after logout")


async def clock_skew(stage: Stage, count: int) -> Verdict:
    """Let the provider's clock run ahead, further and further, until logins fail."""
    good, why = 0, ""
    try:
        for seconds in SKEWS:
            stage.back.skew(seconds)
            try:
                await stage.browsers.fresh("local|alice")
            except InspectorError as error:
                failed = [event.reason for event in stage.told(LoginFailed)]
                why = failed[-1] if failed else error.message
                stage.tell(f"{seconds} s ahead: the login fails: {why}", is_ok=False)
                break
            good = seconds
            stage.tell(f"{seconds} s ahead: the login works")
    finally:
        stage.back.skew(0)
    if not why:
        return Verdict(is_ok=True, text=f"logins work with a provider {good} s ahead")
    return Verdict(is_ok=good > 0, text=f"logins work up to {good} s of skew, and fail then: {why}")


async def store_down(stage: Stage, count: int) -> Verdict:
    """Take the store away under a logged-in browser, and give it back."""
    browser = await stage.login()
    stage.back.shut(True)
    try:
        down = await browser.visit("/api/me")
        stage.tell(f"the store is away: {down.status_code}", is_ok=down.status_code == 503)
    finally:
        stage.back.shut(False)
    up = await browser.visit("/api/me")
    stage.tell(f"the store is back: {up.status_code}", is_ok=up.status_code == 200)
    seen = [event for event in stage.told(StoreStateChanged) if not event.is_up]
    noticed = f"; noticed {len(seen)} times" if seen else ""
    if down.status_code == 503 and up.status_code == 200:
        return Verdict(is_ok=True, text=f"503 while it was away, then the same session{noticed}")
    return Verdict(
        is_ok=False, text=f"{down.status_code} while it was away, {up.status_code} after it"
    )


async def second_tab(stage: Stage, count: int) -> Verdict:
    """Begin two logins in one browser, and end the first one after the second."""
    browser = stage.browsers.empty("two-tabs")
    first = await _asked(browser)
    second = await _asked(browser)
    names = [name for name in browser.cookie_names() if name.startswith("__txn_")]
    stage.tell(f"two tabs began a login: {len(names)} transaction cookies")
    for tab, url in (("second", second), ("first", first)):
        answer = await browser.visit(url, user="local|alice")
        is_ok = answer.status_code == 200 and answer.url.path == "/"
        stage.tell(f"the {tab} tab came back: {answer.status_code} {answer.url.path}", is_ok=is_ok)
    failed = [event.reason for event in stage.told(LoginFailed)]
    left = [name for name in browser.cookie_names() if name.startswith("__txn_")]
    me = await browser.visit("/api/me")
    if failed or me.status_code != 200:
        why = failed[-1] if failed else me.text
        return Verdict(is_ok=False, text=f"a tab's login failed: {why}")
    if left:
        return Verdict(is_ok=False, text=f"{len(left)} transaction cookies are left behind")
    return Verdict(is_ok=True, text="both logins ended well, and no cookie is left")


async def _asked(browser: Browser) -> str:
    """Begin a login and return where the provider's page is, without answering it."""
    response = await browser.visit("/auth/login?returnTo=/")
    return str(response.url)


def _host(stage: Stage) -> str:
    return urlsplit(stage.browsers.base_url).hostname or ""
