"""The sample apps in a Chromium that is watched and in one that is not: the jar is the same."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from playwright.sync_api import Browser, Page, sync_playwright

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.attach.browser.finding import find_browser
from session_inspector.devserver.attach.browser.launching import LaunchedBrowser, read_endpoint
from session_inspector.devserver.attach.browser.wish import BrowserWish
from tests.apps.rows import Rows
from tests.apps.samples import STATEFUL, STATELESS, Sample
from tests.apps.tenants import Tenant, tenant
from tests.apps.test_proxied_in_chromium import jar, own, sign_in
from tests.end_to_end.attached import Attached, attached
from tests.end_to_end.chromium import browser_path
from tests.servers import RedisServer
from tests.waiting import PATIENCE, eventually

__all__ = ["browser_path"]
pytest.importorskip("websockets")
SPREAD = 4
"""Bytes by which a value's size differs between two logins: numbers, compression."""
Sizes = dict[object, int]
Jar = tuple[frozenset[tuple[object, ...]], Sizes]


@contextmanager
def person(endpoint: str) -> Iterator[Page]:
    """Use a browser that runs, in a tab of its own."""
    port = endpoint.split(":")[2].partition("/")[0]
    with sync_playwright() as playwright:
        browser: Browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        page = browser.contexts[0].new_page()
        page.set_default_timeout(PATIENCE * 1000)
        # nobody has told this browser of the local authority
        session = page.context.new_cdp_session(page)
        session.send("Security.setIgnoreCertificateErrors", {"ignore": True})
        yield page
        browser.close()


def sign_in_with(endpoint: str, site: Tenant) -> Jar:
    with person(endpoint) as page:
        page.goto(f"{site.base_url}/")
        seen = sign_in(page, site)
        assert seen.profile[0] == 200
        return jar(page.context), sizes_of(own(page.context))


def sizes_of(cookies: list[dict[str, object]]) -> Sizes:
    return {cookie["name"]: len(str(cookie["value"])) for cookie in cookies}


def without_the_tool(site: Tenant) -> Jar:
    launched = LaunchedBrowser(find_browser("chromium", sys.platform, os.environ), is_headless=True)
    endpoint = asyncio.run(launched.start())
    try:
        return sign_in_with(endpoint, site)
    finally:
        asyncio.run(launched.close())


def with_the_tool(site: Tenant) -> Jar:
    """Return the jar of the person's browser, once the tool shows the very same sizes."""
    installed = find_browser("chromium", sys.platform, os.environ)
    wish = BrowserWish(installed=installed, url=f"{site.base_url}/", is_headless=True)
    with attached(AttachSettings(route=None, browser=wish)) as tool:
        endpoint = eventually(lambda: endpoint_of(tool))
        found = sign_in_with(endpoint, site)
        eventually(lambda: shown(tool).items() >= found[1].items())
        return found


def endpoint_of(tool: Attached) -> str:
    watch = tool.running._attachment._browser
    if watch is None or watch.browser is None or watch._launched is None:
        return ""
    return read_endpoint(watch._launched.profile, "chromium")


def shown(tool: Attached) -> Sizes:
    held = tool.state().browser.jar
    return {cookie.name: cookie.size - len(cookie.name) for cookie in held}


@pytest.mark.parametrize("sample", [*STATELESS, *STATEFUL], ids=lambda sample: sample.name)
@pytest.mark.usefixtures("browser_path")
def test_the_jar_is_the_same_with_and_without_the_tool(
    sample: Sample, tmp_path: Path, redis_server: RedisServer
) -> None:
    with redis.Redis.from_url(redis_server.url) as client:
        client.flushall()
    rows = Rows(sample, redis_server.url, tmp_path)
    store = rows.where if sample.store else {}
    with tenant(sample, tmp_path, front=0, **store) as site:
        attributes, sizes = without_the_tool(site)
        watched_attributes, watched_sizes = with_the_tool(site)
    assert attributes
    assert watched_attributes == attributes
    assert watched_sizes.keys() == sizes.keys()
    spread = {name: abs(size - sizes[name]) for name, size in watched_sizes.items()}
    assert max(spread.values()) <= SPREAD, spread
