"""A simulated browser keeps cookies, follows redirects and fills in login forms."""

from __future__ import annotations

from urllib.parse import parse_qs

import httpx
import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.lab.browser import Browser, BrowserError, LoginForm
from session_inspector.devserver.lab.browsers import Browsers

FORM = (
    '<form action="/search"><input name="q"></form>'
    '<form method="post" action="/login?a=1&amp;b=2">'
    '<input type="hidden" name="t" value="&lt;1&gt;">'
    '<button name="username" value="x">x</button><input name="username"></form>'
)


def site(request: httpx.Request) -> httpx.Response:
    match request.method, request.url.path:
        case "GET", "/auth/login":
            return httpx.Response(307, headers={"location": "http://op.test/login"})
        case "GET", "/login":
            return httpx.Response(200, text=FORM, headers={"content-type": "text/html"})
        case "POST", "/login":
            sent = parse_qs(request.content.decode())
            assert (sent["t"], request.url.query) == (["<1>"], b"a=1&b=2")
            name = sent["username"][0]
            headers = {"location": "http://app.test/", "set-cookie": f"who={name}; Path=/"}
            return httpx.Response(302, headers=headers)
        case "GET", "/loop":
            return httpx.Response(302, headers={"location": "/loop"})
        case "GET", "/down":
            raise httpx.ConnectError("refused")
        case "GET", "/set":
            return httpx.Response(200, headers={"set-cookie": "a=1; Path=/"})
        case _:
            return httpx.Response(200, text=request.headers.get("cookie", "no cookie"))


def browser() -> Browser:
    return Browser("b", "http://app.test", ManualClock(), httpx.MockTransport(site))


async def test_a_login_form_is_filled_in_and_redirects_are_followed() -> None:
    answer = await browser().visit("/auth/login", user="alice")
    assert (str(answer.url), answer.status_code) == ("http://app.test/", 200)


async def test_without_a_user_the_form_stays() -> None:
    answer = await browser().visit("/auth/login")
    assert str(answer.url) == "http://op.test/login"


async def test_cookies_are_kept_and_dropped_by_name() -> None:
    found = browser()
    await found.visit("/set")
    assert (await found.visit("/")).text == "a=1"
    assert (found.drop_cookies("b"), found.drop_cookies("a"), found.cookie_names()) == (
        [],
        ["a"],
        [],
    )
    assert (await found.visit("/")).text == "no cookie"


@pytest.mark.parametrize(("path", "said"), [("/loop", "more than 12"), ("/down", "refused")])
async def test_what_leads_nowhere_is_one_error(path: str, said: str) -> None:
    with pytest.raises(BrowserError, match=said):
        await browser().visit(path)


@pytest.mark.parametrize("html", ["", "<form><input name=q></form>", "<input name=username>", "<"])
def test_a_page_without_a_login_form_has_none(html: str) -> None:
    assert LoginForm.found_in(html) is None


async def test_each_login_gets_a_browser_of_its_own() -> None:
    holders = {"s1": "lab:alice", "s2": "lab:alice-2", "s3": "Chrome"}
    found = Browsers(
        "http://app.test", lambda s: holders.get(s, ""), ManualClock(), httpx.MockTransport(site)
    )
    assert (await found.login("local|alice")).is_ok
    assert (await found.login("local|alice")).message.endswith("in browser alice-2")
    assert found.find_holder("s2").name == "alice-2"
    with pytest.raises(Exception, match="lives in Chrome"):
        found.find_holder("s3")
    with pytest.raises(Exception, match="found in the store"):
        found.find_holder("nobody")
    await found.close()


async def test_a_login_needs_a_user() -> None:
    assert not (await Browsers("http://app.test", lambda s: "", ManualClock()).login("  ")).is_ok


async def test_a_cookie_whose_max_age_is_over_is_not_sent_and_comes_back_with_the_clock() -> None:
    def app(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/set":
            return httpx.Response(200, headers={"set-cookie": "a=1; Path=/; Max-Age=60"})
        return httpx.Response(200, text=request.headers.get("cookie", "no cookie"))

    clock = ManualClock()
    found = Browser("b", "http://app.test", clock, httpx.MockTransport(app))
    await found.visit("/set")
    clock.advance(59)
    assert (await found.visit("/")).text == "a=1"
    clock.advance(1)
    assert ((await found.visit("/")).text, found.cookies()) == ("no cookie", {})
    clock.advance(-1)
    assert (await found.visit("/")).text == "a=1"
