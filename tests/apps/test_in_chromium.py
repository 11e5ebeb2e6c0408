"""A person in Chromium signs in at real apps: Express, and Next.js with sessions in Redis."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from session_inspector.devserver.core.commands import RevokeAtProvider
from tests.apps.samples import EXPRESS, EXPRESS_DEFAULT, FASTAPI, NEXTJS_REDIS, Sample
from tests.apps.tenants import tenant
from tests.apps.test_through_the_proxy import watched
from tests.end_to_end.chromium import FLAGS, browser_path, patient_page
from tests.servers import RedisServer

__all__ = ["browser_path"]


@pytest.fixture
def page(browser_path: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        # nobody has told this browser of the local authority
        yield patient_page(browser, ignore_https_errors=True)
        browser.close()


@pytest.mark.parametrize(
    "sample", [EXPRESS, EXPRESS_DEFAULT, FASTAPI], ids=lambda sample: sample.name
)
def test_sign_in_and_out(sample: Sample, page: Page, tmp_path: Path) -> None:
    with tenant(sample, tmp_path) as site:
        page.goto(site.base_url + sample.login)
        page.get_by_text("Alice Archer").click()
        page.wait_for_url(f"{site.base_url}/**")
        answer = page.goto(f"{site.base_url}/profile")
        assert answer is not None
        assert answer.json()["email"] == "alice@example.com"
        page.goto(site.base_url + sample.logout)
        answer = page.goto(f"{site.base_url}/profile")
        assert answer is not None
        assert answer.status == 401


def test_without_scripts_a_button_goes_back_to_the_app(page: Page, tmp_path: Path) -> None:
    assert page.context.browser is not None
    plain = patient_page(page.context.browser, ignore_https_errors=True, has_scripts=False)
    with tenant(EXPRESS_DEFAULT, tmp_path) as site:
        plain.goto(f"{site.base_url}/login")
        plain.get_by_text("Alice Archer").click()
        plain.get_by_role("button", name="Continue").click()
        plain.get_by_text("Hello, Alice Archer").wait_for()


def test_through_the_proxy(page: Page, tmp_path: Path) -> None:
    with watched(EXPRESS, tmp_path) as it:
        page.goto(it.site.base_url)
        page.get_by_role("link", name="Sign in").click()
        page.get_by_text("Alice Archer").click()
        page.get_by_text("Hello, Alice Archer").wait_for()
        row = it.live()
        assert (row.kind, row.client) == ("stateless", "Chrome")
        page.get_by_role("link", name="Sign out").click()
        page.get_by_role("link", name="Sign in").wait_for()


def test_the_provider_signs_the_person_out(
    page: Page, tmp_path: Path, redis_server: RedisServer
) -> None:
    with tenant(NEXTJS_REDIS, tmp_path, REDIS_URL=redis_server.url) as site:
        page.goto(site.base_url)
        page.get_by_role("link", name="Sign in").click()
        page.get_by_text("Alice Archer").click()
        page.get_by_text("Hello, Alice Archer").wait_for()
        assert site.lab.send(RevokeAtProvider(user="local|alice")).is_ok
        page.reload()
        page.get_by_role("link", name="Sign in").wait_for()
        site.lab.eventually(site.deliveries)
        assert [delivery.status for delivery in site.deliveries()] == [204]
