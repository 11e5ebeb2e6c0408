"""Scenarios of a real browser: a redirect loop, a frame of another site, two ports of one host."""

from __future__ import annotations

from collections.abc import Callable

from session_inspector.devserver.lab.real_browser.seeing import (
    browse,
    conclude,
    see_request,
    see_verdict,
)
from session_inspector.devserver.lab.real_browser.site import Asked, ScenarioSite, SitePage
from session_inspector.devserver.lab.scenario_context import ScenarioContext, Verdict

MANY = 3
"""Requests for one page: it is a loop."""
CHIPS = "SameSite=None; Secure; Partitioned"


async def redirect_loop(context: ScenarioContext, count: int) -> Verdict:
    """Log in with a cookie that the browser drops, so that each page leads to the login again."""

    def answer(asked: Asked) -> SitePage:
        match asked.path:
            case "/login":
                return _log_in("/", "sid=alice; SameSite=None; Path=/; HttpOnly")
            case "/login-lax":
                return _log_in("/lax", "lax=alice; SameSite=Lax; Path=/; HttpOnly")
            case "/lax" if "lax" not in asked.cookies:
                return SitePage(status=302, location="/login-lax")
            case "/" if "sid" not in asked.cookies:
                return SitePage(status=302, location="/login")
            case _:
                return SitePage(body="hello")

    site = ScenarioSite(answer)
    async with browse(context, site, ("localhost",)) as browser:
        await browser.open(site.url("localhost"))
        judged = await see_verdict(context, "sid", "kept", text=" of each login")
        await see_request(site, "localhost", "/login", MANY)
        context.report("the browser is sent to /login again and again", is_ok=False)
        await browser.open(site.url("localhost", "/lax"))
        await see_verdict(context, "lax", "kept", text=" with SameSite=Lax")
        again = await see_request(site, "localhost", "/lax")
    return conclude(
        is_shown=judged.verdict == "dropped",
        is_mended=again.cookies.get("lax") == "alice",
        trouble=f"a redirect loop: {judged.browser} drops the cookie of each login,"
        f" {'; '.join(judged.why)}",
        fix="SameSite=Lax (or Secure with SameSite=None)",
    )


def _log_in(back_to: str, line: str) -> SitePage:
    return SitePage(status=302, location=back_to, set_cookies=(line,))


async def cross_site_frame(context: ScenarioContext, count: int) -> Verdict:
    """Log in inside a frame of another site, without and with a partition (CHIPS)."""

    def answer(asked: Asked) -> SitePage:
        match asked.path:
            case "/page":
                return SitePage(body=f'<iframe src="{site.url("localhost", "/lax")}"></iframe>')
            case "/chips-page":
                return SitePage(body=f'<iframe src="{site.url("localhost", "/chips")}"></iframe>')
            case "/lax":
                return SitePage(set_cookies=("lax=alice; Path=/; SameSite=Lax",))
            case "/chips":
                return SitePage(set_cookies=(f"chips=alice; Path=/; {CHIPS}",))
            case _:
                return SitePage()

    site = ScenarioSite(answer)
    async with browse(context, site, ("127.0.0.1", "localhost")) as browser:
        await browser.open(site.url("127.0.0.1", "/page"))
        lost = await see_verdict(context, "lax", "kept", text=" in a frame of another site")
        await browser.open(site.url("127.0.0.1", "/chips-page"))
        kept = await see_verdict(context, "chips", "kept", text=f" with {CHIPS}")
    return conclude(
        is_shown=lost.verdict == "dropped" and lost.is_third_party,
        is_mended=kept.verdict == "kept",
        trouble="a login inside a frame of another site is lost: the browser keeps its cookie out",
        fix=f"{CHIPS}: a jar of its own for each site around it",
    )


async def two_ports(context: ScenarioContext, count: int) -> Verdict:
    """Let two apps of one host set a cookie of one name, then each one of its own."""
    shop = ScenarioSite(_make_app("shop"))
    blog = ScenarioSite(_make_app("blog"))
    async with shop, blog:
        urls = [shop.url("localhost"), blog.url("localhost")]
        async with context.real_browser(urls) as browser:
            await browser.open(shop.url("localhost", "/login"))
            await see_verdict(context, "sid", "kept", text=f" of port {shop.port}")
            await browser.open(blog.url("localhost", "/login"))
            await see_verdict(context, "blog_done", "kept", text=f" of port {blog.port}")
            await browser.open(shop.url("localhost", "/"))
            lost = await see_request(shop, "localhost", "/")
            context.report(
                f"port {shop.port} is sent the cookie of port {blog.port}:"
                f" sid={lost.cookies.get('sid')}",
                is_ok=lost.cookies.get("sid") == "shop",
            )
            for site in (shop, blog):
                await browser.open(site.url("localhost", "/own"))
            await see_verdict(context, "blog_sid", "kept", text=f" of port {blog.port}")
            await browser.open(shop.url("localhost", "/again"))
            again = await see_request(shop, "localhost", "/again")
    return conclude(
        is_shown=lost.cookies.get("sid") == "blog",
        is_mended=again.cookies.get("shop_sid") == "shop",
        trouble="two apps of localhost overwrite each other's sid: cookies ignore ports",
        fix="a name of its own for each app's cookie, or a host of its own (shop.localhost)",
    )


def _make_app(name: str) -> Callable[[Asked], SitePage]:
    def answer(asked: Asked) -> SitePage:
        match asked.path:
            case "/login":
                done = f"{name}_done=1; Path=/login"
                return SitePage(set_cookies=(f"sid={name}; Path=/; HttpOnly", done))
            case "/own":
                return SitePage(set_cookies=(f"{name}_sid={name}; Path=/; HttpOnly",))
            case _:
                return SitePage(body=asked.cookies.get("sid", "nobody"))

    return answer
