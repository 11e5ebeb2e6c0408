"""A real Chromium that waits as long as everybody else here."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import Browser, Page

from tests.servers import binary
from tests.waiting import PATIENCE

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser_path() -> str:
    return shutil.which("google-chrome") or binary("chromium")


def patient_page(
    browser: Browser, *, ignore_https_errors: bool = False, has_scripts: bool = True
) -> Page:
    """Return a page; Next.js may compile for longer than the 30 seconds of Playwright."""
    page = browser.new_page(
        ignore_https_errors=ignore_https_errors, java_script_enabled=has_scripts
    )
    page.set_default_timeout(PATIENCE * 1000)
    return page
