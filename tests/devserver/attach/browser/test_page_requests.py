"""A request is sent again from the page: by its own jar, with its own headers, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from session_inspector.devserver.attach.browser.observed import Hop
from session_inspector.devserver.attach.browser.page_requests import (
    CUT,
    FORBIDDEN,
    GONE,
    PageRequest,
    find_kept,
    from_hop,
    read_body,
    replay,
    write_script,
)
from session_inspector.devserver.core.commands import ReplayInPage
from session_inspector.devserver.core.errors import BrowserRefused, InspectorError
from session_inspector.devserver.web.kept_requests import KeptRequests
from tests.devserver.attach.browser.scene import COMMANDS, watching
from tests.servers import free_port

LINES = {"/": ["sid=1; Path=/; HttpOnly"]}


def request(url: str, method: str = "GET", body: str | None = "") -> PageRequest:
    return PageRequest(method=method, url=url, headers={"x-mine": "1"}, body=body)


@pytest.mark.parametrize("name", COMMANDS)
async def test_the_browser_sends_it_with_its_own_jar(name: str, tmp_path: Path) -> None:
    async with watching(name, tmp_path, LINES) as scene:
        await scene.jar(lambda jar: bool(jar.page) and bool(jar.cookies))
        browser = scene.watch.browser
        assert browser is not None
        again = request(scene.server.url("http", "localhost", "/again?x=1"))
        reply = await replay(browser, lambda exchange: again, ReplayInPage(exchange="x1"))
        page = scene.server.url("http", "localhost", "")
        assert reply.message == f"GET /again again, from the page of {page}: 200"
        assert scene.server.asked.count("/again?x=1") == 1
        elsewhere = request(f"http://127.0.0.1:{free_port()}/")
        with pytest.raises(BrowserRefused, match="no page of"):
            await replay(browser, lambda exchange: elsewhere, ReplayInPage(exchange="x1"))
        hop = next(hop for hop in scene.hops if hop.url.endswith("/again?x=1"))
    assert hop.header("cookie") == "sid=1"
    assert hop.header("x-mine") == "1"


@pytest.mark.parametrize("name", COMMANDS)
async def test_what_was_posted_is_known_where_the_browser_tells_it(
    name: str, tmp_path: Path
) -> None:
    async with watching(name, tmp_path, LINES) as scene:
        await scene.jar(lambda jar: bool(jar.page))
        browser = scene.watch.browser
        assert browser is not None
        page = scene.server.url("http", "localhost", "")
        posted = 'fetch("/posted", {method: "POST", body: "a=1"}).then((answer) => answer.status)'
        await browser.evaluate(page, posted)

        def find() -> list[Hop]:
            return [hop for hop in scene.hops if hop.method == "POST"]

        (hop,) = await scene.until(find)
    assert from_hop(hop).body == ("a=1" if name == "chromium" else None)


class Nowhere:
    """A browser that must not be asked."""

    async def open(self, url: str) -> None:
        raise AssertionError("it was opened")

    async def evaluate(self, origin: str, expression: str) -> str:
        raise AssertionError("it was asked")


class Strict(Nowhere):
    """A browser whose page has a policy."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    async def open(self, url: str) -> None:
        self.opened.append(url)

    async def evaluate(self, origin: str, expression: str) -> str:
        return f"{FORBIDDEN}: connect-src"


async def test_where_the_page_forbids_it_a_page_is_opened_in_a_tab() -> None:
    browser = Strict()
    found = request("http://localhost/a")
    reply = await replay(browser, lambda exchange: found, ReplayInPage(exchange="x1"))
    assert (reply.is_ok, browser.opened) == (True, ["http://localhost/a"])
    assert "in a tab of its own: the page's own policy (CSP)" in reply.message
    posted = request("http://localhost/a", "POST")
    sure = ReplayInPage(exchange="x1", is_sure=True)
    with pytest.raises(InspectorError, match="connect-src"):
        await replay(browser, lambda exchange: posted, sure)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (None, GONE),
        (request("http://localhost/", "POST"), "it is asked first"),
        (request("http://localhost/", body=None), CUT),
    ],
)
async def test_what_cannot_be_sent_is_refused(found: PageRequest | None, why: str) -> None:
    browser = Nowhere()
    with pytest.raises(InspectorError) as caught:
        await replay(browser, lambda exchange: found, ReplayInPage(exchange="x1"))
    assert why in caught.value.message


def test_what_a_browser_writes_itself_is_left_to_it() -> None:
    lines = [("cookie", "sid=1"), ("sec-fetch-mode", "cors"), ("host", "h"), ("accept", "*/*")]
    hop = Hop(method="GET", url="http://localhost/a", request=lines, body=None)
    assert from_hop(hop) == PageRequest(
        method="GET", url="http://localhost/a", headers={"accept": "*/*"}, body=None
    )


def test_a_request_that_went_through_here_is_of_the_host_that_was_asked() -> None:
    kept = KeptRequests()
    lines = [(b"host", b"localhost:4100"), (b"content-type", b"text/plain")]
    kept.begin("x1", "POST", "/a?b=c", lines).add_body(b"caf\xc3\xa9")
    found = find_kept(kept, "http://127.0.0.1:4100")("x1")
    assert found == PageRequest(
        method="POST",
        url="http://localhost:4100/a?b=c",
        headers={"content-type": "text/plain"},
        body="caf\u00e9",
    )
    assert find_kept(kept, "http://127.0.0.1:4100")("x2") is None
    assert read_body(b"\xff") is None


def test_a_body_cannot_leave_its_text() -> None:
    script = write_script(request("http://localhost/", "POST", body='"); alert(1); ("'))
    assert '\\"); alert(1); (\\"' in script
