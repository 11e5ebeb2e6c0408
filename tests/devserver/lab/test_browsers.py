"""Simulated browsers: names of their own, and found again by the session they hold."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.correlation import BROWSER_HEADER
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.lab.browser import BrowserError
from session_inspector.devserver.lab.browsers import Browsers
from session_inspector.devserver.web.tap import client_name


def browsers_of(status: int = 200, holder: str = "", kind: str = "text/plain") -> Browsers:
    def app(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, text="why it failed", headers={"content-type": kind})

    transport = httpx.MockTransport(app)
    return Browsers("http://app.test", lambda session: holder, ManualClock(), transport)


async def test_two_browsers_of_one_user_have_two_names() -> None:
    browsers = browsers_of()
    for user in ("local|alice", "local|alice", "a b", ""):
        await browsers.open_logged_in(user)
    assert [browser.name for browser in browsers.all()] == ["alice", "alice-2", "a-b", "browser"]
    await browsers.close()
    assert browsers.all() == []


@pytest.mark.parametrize(
    ("user", "name"),
    [
        ("Łukasz", "Łukasz"),
        ("王伟", "王伟"),
        ("Иван Петров", "Иван-Петров"),
        ("हिन्दी", "हिन्दी"),  # with marks, which are no letters by themselves
        ("E\u0301mile", "Émile"),
        ("a\u202eb\x1b[31m:/c", "a-b--31m--c"),
        ("👩‍🚀", "browser"),
        ("local|--", "browser"),
        ("x" * 500, "x" * 64),
    ],
)
async def test_a_name_stays_readable_in_any_script_and_is_safe_text(user: str, name: str) -> None:
    browsers = browsers_of()
    browser = await browsers.open_logged_in(user)
    assert browser.name == name
    again = await browsers.open_logged_in(user)
    assert again.name == f"{name}-2"
    await browsers.close()


async def test_the_name_arrives_as_it_is() -> None:
    sent: list[str] = []

    def app(request: httpx.Request) -> httpx.Response:
        headers = {name.lower(): value for name, value in request.headers.raw}
        sent.append(client_name(headers[BROWSER_HEADER.encode()].decode("latin-1"), ""))
        return httpx.Response(200)

    browsers = Browsers("http://app.test", lambda _: "", ManualClock(), httpx.MockTransport(app))
    await browsers.open_logged_in("王伟")
    assert sent == ["lab:王伟"]
    await browsers.close()


async def test_logins_at_the_same_time_have_names_of_their_own() -> None:
    arrived = asyncio.Barrier(3)

    async def app(request: httpx.Request) -> httpx.Response:
        await arrived.wait()
        return httpx.Response(200)

    browsers = Browsers("http://app.test", lambda _: "", ManualClock(), httpx.MockTransport(app))
    made = await asyncio.gather(*(browsers.open_logged_in("alice") for _ in range(3)))
    assert [browser.name for browser in made] == ["alice", "alice-2", "alice-3"]
    assert len(browsers.all()) == 3
    await browsers.close()


async def test_the_name_of_a_login_that_failed_is_free_again() -> None:
    browsers = browsers_of(500)
    for _ in range(2):
        with pytest.raises(BrowserError):
            await browsers.open_logged_in("alice")
    assert browsers.open_empty("alice").name == "alice"
    await browsers.close()


async def test_a_login_needs_a_user() -> None:
    reply = await browsers_of().login("  ")
    assert (reply.is_ok, "needs a user" in reply.message) == (False, True)


async def test_a_login_that_fails_leaves_no_browser_behind_and_says_why() -> None:
    browsers = browsers_of(500)
    with pytest.raises(BrowserError, match=r"alice could not log in: .* 500 why it failed"):
        await browsers.open_logged_in("alice")
    assert browsers.all() == []
    with pytest.raises(BrowserError) as error:
        await browsers_of(500, kind="text/html").open_logged_in("alice")
    assert error.value.message.endswith("500"), "a page's text is no reason"


def test_the_holder_of_a_session_is_found() -> None:
    browsers = browsers_of(holder="lab:alice")
    alice = browsers.open_empty("alice")
    assert browsers.find_holder("s") is alice


@pytest.mark.parametrize(
    ("holder", "said"),
    [
        ("", "found in the store"),
        ("Chrome", "lives in Chrome"),
        ("alice", "lives in alice"),
    ],
)
def test_a_session_that_no_simulated_browser_holds_has_a_reason(holder: str, said: str) -> None:
    browsers = browsers_of(holder=holder)
    browsers.open_empty("alice")
    with pytest.raises(InspectorError, match=said):
        browsers.find_holder("s")
