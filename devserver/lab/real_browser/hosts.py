"""Scenarios of a real browser: names of one machine, siblings under localhost, plain http."""

from __future__ import annotations

from session_inspector.devserver.core.events.browser import CookiesNotSent
from session_inspector.devserver.lab.real_browser.seeing import (
    browse,
    conclude,
    see_request,
    see_verdict,
)
from session_inspector.devserver.lab.real_browser.site import Asked, ScenarioSite, SitePage
from session_inspector.devserver.lab.scenario_context import ScenarioContext, Verdict

APP_HOST = "app.test"
"""A name that is not this machine's, for the browser at least."""
NAMES = ("localhost", "127.0.0.1")
SIBLINGS = ("app.localhost", "api.localhost", "web.app.localhost", "api.app.localhost")


async def two_names(context: ScenarioContext, count: int) -> Verdict:
    """Log in under localhost, and come back under 127.0.0.1."""

    def answer(asked: Asked) -> SitePage:
        if asked.path == "/login":
            return SitePage(set_cookies=("sid=alice; Path=/; HttpOnly; SameSite=Lax",))
        if asked.path == "/callback":
            return SitePage(status=302, location=site.url("localhost", "/home"))
        return SitePage(body=asked.cookies.get("sid", "nobody"))

    site = ScenarioSite(answer)
    async with browse(context, site, NAMES) as browser:
        await browser.open(site.url("localhost", "/login"))
        await see_verdict(context, "sid", "kept", text=" of localhost")
        await browser.open(site.url("127.0.0.1"))
        lost = await see_request(site, "127.0.0.1")
        unsent = await context.wait_for(
            CookiesNotSent, lambda event: "127.0.0.1" in event.url, "that the cookie stays behind"
        )
        context.report(f"not sent to 127.0.0.1: {unsent.cookies[0].why}", is_ok=False)
        await browser.open(site.url("127.0.0.1", "/callback"))
        home = await see_request(site, "localhost", "/home")
        context.report(f"a redirect to localhost: the app is sent sid={home.cookies.get('sid')}")
    return conclude(
        is_shown="sid" not in lost.cookies,
        is_mended=home.cookies.get("sid") == "alice",
        trouble="the login of localhost is none at 127.0.0.1: two hosts for a browser",
        fix="one name everywhere, to which the others redirect",
    )


async def sibling_hosts(context: ScenarioContext, count: int) -> Verdict:
    """Share a cookie between app.localhost and api.localhost, and below one label more."""

    def answer(asked: Asked) -> SitePage:
        if asked.path == "/login":
            return SitePage(set_cookies=("shared=alice; Domain=localhost; Path=/; HttpOnly",))
        if asked.path == "/below":
            return SitePage(set_cookies=("below=alice; Domain=app.localhost; Path=/; HttpOnly",))
        return SitePage(body=str(sorted(asked.cookies)))

    site = ScenarioSite(answer)
    async with browse(context, site, SIBLINGS) as browser:
        await browser.open(site.url("app.localhost", "/login"))
        judged = await see_verdict(context, "shared", "kept", text=" with Domain=localhost")
        await browser.open(site.url("api.localhost"))
        lost = await see_request(site, "api.localhost")
        await browser.open(site.url("web.app.localhost", "/below"))
        kept = await see_verdict(context, "below", "kept", text=" with Domain=app.localhost")
        await browser.open(site.url("api.app.localhost"))
        found = await see_request(site, "api.app.localhost")
    return conclude(
        is_shown=judged.verdict == "dropped" and "shared" not in lost.cookies,
        is_mended=kept.verdict == "kept" and found.cookies.get("below") == "alice",
        trouble="app.localhost cannot share a cookie with api.localhost: Domain=localhost is"
        " dropped, as for any public suffix",
        fix="web.app.localhost and api.app.localhost, with Domain=app.localhost",
    )


async def secure_on_http(context: ScenarioContext, count: int) -> Verdict:
    """Set a Secure cookie over plain http, from a host and from this machine."""

    def answer(asked: Asked) -> SitePage:
        name = "far"
        if asked.host == "localhost":
            name = "near"
        return SitePage(set_cookies=(f"{name}=alice; Secure; Path=/; HttpOnly; SameSite=Lax",))

    site = ScenarioSite(answer)
    async with browse(context, site, (APP_HOST, "localhost"), foreign=APP_HOST) as browser:
        await browser.open(site.url(APP_HOST))
        far = await see_verdict(context, "far", "kept", text=f" of http://{APP_HOST}")
        await browser.open(site.url("localhost"))
        near = await see_verdict(context, "near", "kept", text=" of http://localhost")
    return conclude(
        is_shown=far.verdict == "dropped",
        is_mended=near.verdict == "kept",
        trouble=f"a Secure cookie of http://{APP_HOST} is dropped: nobody is ever logged in there",
        fix="https, or localhost while developing, which browsers take for secure",
    )
