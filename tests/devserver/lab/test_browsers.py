"""Simulated browsers: names of their own, and found again by the session they hold."""

from __future__ import annotations

import httpx
import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.lab.browser import BrowserError
from session_inspector.devserver.lab.browsers import Browsers


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
