"""What scenarios of a real browser wait for, and how they end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from session_inspector.devserver.core.events.browser import CookieJudged, JudgedAs
from session_inspector.devserver.lab.real_browser.site import Asked, ScenarioSite
from session_inspector.devserver.lab.scenario_context import (
    BROWSER_PATIENCE,
    ScenarioBrowser,
    ScenarioContext,
    Verdict,
)


@asynccontextmanager
async def browse(
    context: ScenarioContext, site: ScenarioSite, names: Sequence[str], *, foreign: str = ""
) -> AsyncIterator[ScenarioBrowser]:
    """Serve a site, and open a browser on it under these names.

    `foreign` is one of them that is not this machine's, for the browser at least.
    """
    async with site:
        urls = [site.url(name) for name in names]
        hosts = [foreign] if foreign else []
        async with context.real_browser(urls, hosts) as browser:
            yield browser


async def see_verdict(
    context: ScenarioContext, name: str, *wanted: JudgedAs, text: str = ""
) -> CookieJudged:
    """Wait for the browser's verdict on a cookie, and report it; is it one that is wanted?"""
    judged = await context.wait_for(
        CookieJudged, lambda event: event.name == name, f"what the browser does with {name}"
    )
    why = ""
    if judged.why:
        why = f": {'; '.join(judged.why)}"
    if judged.why and judged.origin == "rule":
        why += " (a rule; it gives no reason)"
    told = f"{judged.browser} {judged.verdict} {name}{text}{why}"
    context.report(told, is_ok=judged.verdict in wanted)
    return judged


async def see_request(site: ScenarioSite, host: str, path: str = "/", times: int = 1) -> Asked:
    """Wait until the browser has asked for a page so often. Raises: InspectorError."""
    return await site.wait_asked(path, host, BROWSER_PATIENCE, times)


def conclude(*, is_shown: bool, is_mended: bool, trouble: str, fix: str) -> Verdict:
    """Return the verdict: the trouble was shown, and its fix works in this very browser."""
    if not is_shown:
        return Verdict(is_ok=False, text=f"this browser did not show it: {trouble}")
    if not is_mended:
        return Verdict(is_ok=False, text=f"{trouble}; the fix did not work: {fix}")
    return Verdict(is_ok=True, text=f"{trouble}. Mended by: {fix}")
