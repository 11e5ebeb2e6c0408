"""A site of a scenario answers by its function, and remembers what was asked."""

from __future__ import annotations

import httpx
import pytest

from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.lab.real_browser.site import (
    Asked,
    ScenarioSite,
    SitePage,
    read_head,
    write_page,
)


async def test_it_answers_under_each_name_and_can_be_waited_for() -> None:
    asked: list[Asked] = []

    def answer(request: Asked) -> SitePage:
        asked.append(request)
        return SitePage(body="hello", set_cookies=("a=1", "b=2"))

    async with ScenarioSite(answer) as site, httpx.AsyncClient(trust_env=False) as client:
        response = await client.get(site.url("127.0.0.1", "/x?y=1"), headers={"cookie": "sid=v"})
        icon = await client.get(site.url("127.0.0.1", "/favicon.ico"))
        seen = await site.wait_asked("/x", "127.0.0.1", 10)
    assert response.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert response.text.endswith("hello")
    assert icon.status_code == 404
    assert seen == Asked(host="127.0.0.1", path="/x", cookies={"sid": "v"})
    assert asked == [seen]


async def test_what_is_not_asked_for_is_named() -> None:
    async with ScenarioSite(lambda asked: SitePage()) as site:
        with pytest.raises(InspectorError, match="did not ask for http://localhost"):
            await site.wait_asked("/x", "localhost", 0.0)


def test_heads_that_are_none_and_pages_that_redirect() -> None:
    assert read_head("\r\n") == Asked(host="", path="")
    assert read_head("GET /a HTTP/1.1\r\nHost: [::1]:80") == Asked(host="[::1]", path="/a")
    text = write_page(SitePage(status=302, location="/b", allowed_origin="http://a")).decode()
    assert text.startswith("HTTP/1.1 302 Found\r\n")
    assert "Location: /b\r\n" in text
    assert "Access-Control-Allow-Credentials: true\r\n" in text
