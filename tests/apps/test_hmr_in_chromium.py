"""Vite behind the proxy: its socket passes, and an edit of a file reaches the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, sync_playwright

from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.process import AppListening
from tests.apps.commands import npm_dev
from tests.apps.runs import copy_sample, started
from tests.apps.samples import FOLDER
from tests.end_to_end.chromium import FLAGS, browser_path, patient_page
from tests.waiting import eventually

__all__ = ["browser_path"]


@pytest.fixture
def page(browser_path: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        yield patient_page(browser)
        browser.close()


def test_an_edit_reaches_the_page_through_the_proxy(page: Page, tmp_path: Path) -> None:
    place = copy_sample(FOLDER / "vite", tmp_path / "app")
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    with started(npm_dev(), place, tmp_path, "--no-tenant") as run:
        run.wait_for(AppListening)
        with page.expect_console_message(lambda message: "connected" in message.text):
            page.goto(run.base_url)
        assert page.locator("#said").text_content() == "before"
        page.evaluate("window.isTheSamePage = true")
        (place / "said.js").write_text('export const said = "after";\n')
        page.get_by_text("after").wait_for()
        assert page.evaluate("window.isTheSamePage"), "it was not loaded again"
        # Vite tries its own port where the proxy does not let the socket pass
        assert {urlsplit(url).port for url in sockets} == {urlsplit(run.base_url).port}
        eventually(lambda: any("token=" in event.path for event in run.heard(ExchangeStarted)))
