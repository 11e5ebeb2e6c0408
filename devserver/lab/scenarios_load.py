"""Scenarios of many: logins, traffic, a stampede at the end of the access token."""

from __future__ import annotations

import asyncio

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.core.events.login import TokenMinted, TokenRefused
from session_inspector.devserver.lab.browser import Browser
from session_inspector.devserver.lab.scenario_context import (
    ScenarioContext,
    Verdict,
    gather_responses,
)

USERS = ("local|alice", "local|bob", "local|carol", "local|dora")
MOST = 500
"""Users or requests of one scenario: the lab is a desk, no load test."""
AT_ONCE = 16
"""Requests under way at the same time."""


async def logins(context: ScenarioContext, count: int) -> Verdict:
    """Log in users one after the other, each in a browser of its own."""
    count = min(count, MOST)
    times: list[float] = []
    more = (f"user-{number}" for number in range(len(USERS) + 1, count + 1))
    for user in (*USERS[:count], *more):
        start = stopwatch()
        await context.browsers.open_logged_in(user)
        times.append((stopwatch() - start) * 1000)
    context.report(f"{count} logins over HTTP, {_percentiles(times)}")
    return Verdict(is_ok=True, text=f"{count} users are logged in, each with a session of its own")


async def traffic(context: ScenarioContext, count: int) -> Verdict:
    """Let all browsers request pages, some beside each other."""
    count = min(count, MOST)
    browsers = context.browsers.all() or [await context.login(user) for user in USERS[:3]]
    times: list[float] = []
    bad: list[int] = []

    async def one(browser: Browser) -> None:
        start = stopwatch()
        response = await browser.visit("/protected")
        times.append((stopwatch() - start) * 1000)
        if response.status_code >= 500:
            bad.append(response.status_code)

    for at in range(0, count, AT_ONCE):
        turn = range(at, min(at + AT_ONCE, count))
        await asyncio.gather(*(one(browsers[number % len(browsers)]) for number in turn))
    text = f"{count} requests of {len(browsers)} browsers, {_percentiles(times)}"
    return Verdict(is_ok=not bad, text=f"{text}, {len(bad)} failed")


async def stampede(context: ScenarioContext, count: int) -> Verdict:
    """Let one browser ask for tokens in parallel, right after its access token ended."""
    count = min(count, MOST)
    browser = await context.login()
    session = context.session_of(browser)
    await context.expire(session, "access_token")
    before = len(_refreshes(context))
    visits = [asyncio.ensure_future(browser.visit("/api/refresh")) for _ in range(count)]
    answers = await gather_responses(*visits)
    good = sum(answer.status_code == 200 for answer in answers)
    made = len(_refreshes(context)) - before
    reused = [e for e in context.events_of(TokenRefused) if e.code == "refresh_reused"]
    context.report(
        f"{count} requests at once: {good} got a token, {made} refreshes at the provider"
    )
    after = await browser.visit("/api/me")
    is_alive = after.status_code == 200
    if reused:
        return Verdict(
            is_ok=False,
            text=f"{len(reused)} requests presented a refresh token that was exchanged already:"
            " the family died",
        )
    if good < count or not is_alive:
        return Verdict(is_ok=False, text=f"{count - good} of {count} requests got no token")
    return Verdict(
        is_ok=True,
        text=f"all {count} got a token, refreshes at the provider: {made}; the session lives",
    )


def _refreshes(context: ScenarioContext) -> list[TokenMinted]:
    return [
        event
        for event in context.events_of(TokenMinted)
        if event.token == "refresh" and event.parent
    ]


def _percentiles(times: list[float]) -> str:
    ordered = sorted(times) or [0.0]
    median = ordered[len(ordered) // 2]
    p99 = ordered[len(ordered) * 99 // 100]
    return f"p50 {median:.1f} ms, p99 {p99:.1f} ms"
