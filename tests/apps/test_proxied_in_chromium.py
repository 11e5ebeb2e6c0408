"""The sample apps in Chromium, through `attach` and without it: all is as it was, and decrypted."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import redis
from playwright.sync_api import BrowserContext, Page

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.inspector.decode.captures import READERS
from session_inspector.inspector.decode.paste import read_paste
from session_inspector.inspector.decode.report import Question, examine
from session_inspector.inspector.decode.secrets import FoundSecret
from tests.apps.rows import Rows
from tests.apps.samples import (
    AUTHJS,
    DJANGO,
    FASTAPI,
    FLASK,
    FLASK_REDIS,
    NEXTJS_REDIS,
    STARLETTE,
    Sample,
)
from tests.apps.tenants import Tenant, tenant
from tests.apps.test_in_chromium import page
from tests.apps.test_through_the_proxy import watched
from tests.apps.visit import open_known
from tests.end_to_end.chromium import browser_path
from tests.servers import RedisServer

__all__ = ["browser_path", "page"]
SAMPLES = (AUTHJS, FASTAPI, FLASK, STARLETTE, FLASK_REDIS, DJANGO, NEXTJS_REDIS)
"""Express is in test_in_chromium.py."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody sees who signs in: pages, and cookies with their attributes."""

    home: tuple[int, str]
    profile: tuple[int, str]
    cookies: frozenset[tuple[object, ...]]


def sign_in(page: Page, site: Tenant) -> Seen:
    page.goto(site.base_url + site.sample.login)
    if site.sample is AUTHJS:
        page.get_by_role("button", name="Sign in with Auth0").click()
    page.get_by_text("Alice Archer").click()
    page.wait_for_url(f"{site.base_url}/**")
    return Seen(visit(page, site, "/"), visit(page, site, "/profile"), jar(page.context))


def visit(page: Page, site: Tenant, path: str) -> tuple[int, str]:
    url = site.base_url + path
    answer = open_known(page, url) if path == "/profile" else page.goto(url)
    assert answer is not None
    # what is new in each login: moments, ids, the provider's port
    text = re.sub(r"\d{10}|[\w-]{32}|localhost:\d+", "…", page.inner_text("body"))
    return answer.status, text


def jar(context: BrowserContext) -> frozenset[tuple[object, ...]]:
    return frozenset(
        (
            cookie.get("name"),
            cookie.get("domain"),
            cookie.get("path"),
            cookie.get("secure"),
            cookie.get("httpOnly"),
            cookie.get("sameSite"),
            cookie.get("expires") == -1,
        )
        for cookie in own(context)
    )


def own(context: BrowserContext) -> list[dict[str, object]]:
    """Return the app's cookies: the provider's reach it too, for cookies ignore ports."""
    found = [dict(cookie) for cookie in context.cookies()]
    return [cookie for cookie in found if cookie["name"] != "op_session"]


WITHOUT_SEAL = ("django",)
"""Families whose cookie is an id that nothing signs."""


def check_it_opens(context: BrowserContext, site: Tenant) -> None:
    text = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in own(context))
    (pasted, *_) = read_paste(text, READERS)
    secret = FoundSecret(site.env[site.sample.secret], site.sample.secret)
    report = examine(
        pasted, Question(decoders=load_decoders(), secrets=[secret]), SystemClock().now()
    )
    if report.found is None:  # a bare id is of no certain family: its row tells
        assert site.sample.family in report.reason
        return
    assert report.found.family == site.sample.family
    if site.sample.family in WITHOUT_SEAL:
        assert report.verdict == "unverified"
    else:
        assert report.verdict == "valid"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_it_works_as_without_the_proxy_and_is_seen(
    sample: Sample, page: Page, tmp_path: Path, redis_server: RedisServer
) -> None:
    with redis.Redis.from_url(redis_server.url) as client:
        client.flushall()
    rows = Rows(sample, redis_server.url, tmp_path)
    store = rows.where if sample.store else {}
    if sample is NEXTJS_REDIS:
        store |= {"APP_BASE_URL": ""}  # then the SDK takes the address that people use
    with watched(sample, tmp_path, rows.url if sample.store else "", **store) as it:
        if sample is NEXTJS_REDIS:
            without = sign_in(page, replace(it.site, base_url=f"http://localhost:{it.site.port}"))
        else:  # these have one address only
            with tenant(sample, tmp_path, front=0, **store) as site:
                without = sign_in(page, site)
        assert (without.profile[0], bool(without.cookies)) == (200, True)
        page.context.clear_cookies()
        assert sign_in(page, it.site) == without
        check_it_opens(page.context, it.site)
        it.live("Chrome")
        if sample.store:
            it.revoke(it.live("Chrome"))
            assert visit(page, it.site, "/profile")[0] == 401
