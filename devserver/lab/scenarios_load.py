"""Scenarios of many: logins, traffic, a stampede at the end of the access token."""

from __future__ import annotations

import asyncio

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.core.events.login import TokenMinted, TokenRefused
from session_inspector.devserver.lab.browser import Browser
from session_inspector.devserver.lab.scenario_context import Stage, Verdict, at_once

USERS = ("local|alice", "local|bob", "local|carol", "local|dora")
MOST = 500
"""Users or requests of one scenario: the lab is a desk, no load test."""
BESIDE = 16


async def logins(stage: Stage, count: int) -> Verdict:
    """Log in users one after the other, each in a browser of its own."""
    count = min(count, MOST)
    times: list[float] = []
    for number in range(count):
        user = USERS[number % len(USERS)] if number < len(USERS) else f"user-{number + 1}"
        start = stopwatch()
        await stage.browsers.fresh(user)
        times.append((stopwatch() - start) * 1000)
    stage.tell(f"{count} logins over HTTP, {_percentiles(times)}")
    return Verdict(is_ok=True, text=f"{count} users are logged in, each with a session of its own")


async def traffic(stage: Stage, count: int) -> Verdict:
    """Let all browsers request pages, some beside each other."""
    count = min(count, MOST)
    browsers = stage.browsers.all() or [await stage.login(user) for user in USERS[:3]]
    times: list[float] = []
    bad: list[int] = []

    async def one(browser: Browser) -> None:
        start = stopwatch()
        response = await browser.visit("/protected")
        times.append((stopwatch() - start) * 1000)
        if response.status_code >= 500:
            bad.append(response.status_code)

    for at in range(0, count, BESIDE):
        turn = range(at, min(at + BESIDE, count))
        await asyncio.gather(*(one(browsers[n % len(browsers)]) for n in turn))
    said = f"{count} requests of {len(browsers)} browsers, {_percentiles(times)}"
    return Verdict(is_ok=not bad, text=f"{said}, {len(bad)} failed")


async def stampede(stage: Stage, count: int) -> Verdict:
    """Let one browser ask for tokens in parallel, right after its access token ended."""
    count = min(count, MOST)
    browser = await stage.login()
    session = stage.session_of(browser)
    stage.tell(await stage.back.expire(session, "access_token", cause=stage.cause))
    before = len(_refreshes(stage))
    visits = [asyncio.ensure_future(browser.visit("/api/refresh")) for _ in range(count)]
    answers = await at_once(*visits)
    good = sum(answer.status_code == 200 for answer in answers)
    made = len(_refreshes(stage)) - before
    reused = [e for e in stage.told(TokenRefused) if e.code == "refresh_reused"]
    stage.tell(f"{count} requests at once: {good} got a token, {made} refreshes at the provider")
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


def _refreshes(stage: Stage) -> list[TokenMinted]:
    return [event for event in stage.told(TokenMinted) if event.token == "refresh" and event.parent]


def _percentiles(times: list[float]) -> str:
    ordered = sorted(times) or [0.0]
    middle, late = len(ordered) // 2, len(ordered) * 99 // 100
    return f"p50 {ordered[middle]:.1f} ms, p99 {ordered[late]:.1f} ms"
