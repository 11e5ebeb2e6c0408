"""Somebody's Chromium at an app that `run` has started."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Response, sync_playwright

from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from tests.apps.runs import Run
from tests.apps.samples import Sample, show_routes
from tests.end_to_end.chromium import FLAGS, browser_path, patient_page
from tests.waiting import eventually

__all__ = ["browser_path"]


@pytest.fixture
def page(browser_path: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        # nobody has told this browser of the local authority
        yield patient_page(browser, ignore_https_errors=True)
        browser.close()


def open_known(page: Page, url: str) -> Response:
    """Go to a page that the app has, as soon as it knows it (`show_routes` says why)."""

    def look() -> Response | None:
        answer = page.goto(url)
        if answer is not None and answer.status != 404:
            return answer
        show_routes()
        return None

    found = eventually(look)
    assert found is not None
    return found


@dataclass
class Visit:
    """Alice in a browser."""

    page: Page
    run: Run
    sample: Sample

    def status(self, path: str) -> int:
        """Open a page of the app; returns its status."""
        return open_known(self.page, self.run.base_url + path).status

    def profile(self) -> int:
        return self.status("/profile")

    def settle(self) -> None:
        """Wait until nothing is under way: a late favicon saves the session as it was before."""
        eventually(lambda: self._started() == self._ended())

    def _started(self) -> set[str]:
        return {event.exchange for event in self.run.heard(ExchangeStarted)}

    def _ended(self) -> set[str]:
        return {event.exchange for event in self.run.heard(ExchangeEnded)}

    def sign_in(self) -> None:
        self.page.context.clear_cookies(name="op_session")  # the provider asks again who it is
        eventually(self._begin)
        self.page.get_by_text("Alice Archer").click()
        self.page.wait_for_url(f"{self.run.base_url}/**")

    def _begin(self) -> bool:
        """Go to the provider; False: the app could not reach it in time (tenants.py)."""
        self.page.goto(self.run.base_url + self.sample.login)
        self._press()
        self.page.wait_for_url(re.compile(r"/authorize\?|error=Configuration"))
        return "error=Configuration" not in self.page.url

    def sign_out(self) -> None:
        self.page.goto(self.run.base_url + self.sample.logout)
        self._press()
        if self.sample.button:
            self.page.wait_for_url(f"{self.run.base_url}/")

    def _press(self) -> None:
        if self.sample.button:
            self.page.get_by_role("button", name=self.sample.button).click()
