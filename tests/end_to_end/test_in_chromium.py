"""A person in a real Chromium: log in, see the profile, roll, get revoked, expire."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.core.commands import MoveClock, Revoke
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from tests.end_to_end.chromium import FLAGS, browser_path, patient_page
from tests.end_to_end.heard import moved_by
from tests.end_to_end.lab import Lab, running_lab

__all__ = ["browser_path"]


@pytest.fixture
def page(browser_path: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        yield patient_page(browser)
        browser.close()


def sign_in(page: Page, lab: Lab) -> None:
    page.goto(lab.base_url)
    page.get_by_role("link", name="Sign in").click()
    page.get_by_text("Alice Archer").click()
    page.get_by_text("Hello, Alice Archer").wait_for()


def expiry(page: Page) -> float:
    """Return when the browser will forget the session cookie, by its own clock."""
    (cookie,) = [c for c in page.context.cookies() if c.get("name") == "__session"]
    return float(cookie["expires"])


@pytest.mark.parametrize("kind", ["stateful", "stateless"])
def test_a_login_is_seen_and_rolls(kind: str, page: Page, tmp_path: Path) -> None:
    with running_lab(tmp_path, kind=kind, store="sqlite://:memory:") as lab:
        began = stopwatch()
        sign_in(page, lab)
        row = lab.only_row()
        assert (row.who, row.kind, row.client, row.life) == ("Alice Archer", kind, "Chrome", "live")
        page.goto(f"{lab.base_url}/auth/profile")
        assert '"sub":"local|alice"' in page.content()

        before = expiry(page)
        lab.send(MoveClock(seconds=3600))
        page.goto(f"{lab.base_url}/protected")
        page.get_by_text("The protected page").wait_for()
        assert expiry(page) > before  # the browser counts Max-Age from its own clock
        rolled = lab.row_once(lambda rolled: moved_by(row, rolled) >= 3600 - 1)
        # the lab's clock also ran while the browser was at work
        assert moved_by(row, rolled) <= 3600 + 1 + stopwatch() - began


def test_a_revoked_session_is_logged_out_at_the_next_click(page: Page, tmp_path: Path) -> None:
    with running_lab(tmp_path, store="sqlite://:memory:") as lab:
        sign_in(page, lab)
        assert lab.send(Revoke(session=lab.only_row().session)).is_ok
        page.get_by_role("link", name="Call a protected page").click()
        page.get_by_text("This page is for members").wait_for()
        lab.row_once(lambda row: row.life == "revoked")


def test_after_a_day_of_moved_time_it_has_expired(page: Page, tmp_path: Path) -> None:
    with running_lab(tmp_path, store="sqlite://:memory:") as lab:
        sign_in(page, lab)
        lab.send(MoveClock(seconds=86_400 + 16))
        page.get_by_role("link", name="Call a protected page").click()
        page.get_by_text("This page is for members").wait_for()
        assert "inactivity" in lab.row_once(lambda row: row.life == "expired").reason


def test_sign_out_ends_it_and_the_provider_asks_again(page: Page, tmp_path: Path) -> None:
    with running_lab(tmp_path, store="sqlite://:memory:") as lab:
        sign_in(page, lab)
        page.get_by_role("link", name="Sign out").click()
        page.get_by_text("Nobody is signed in").wait_for()
        page.get_by_role("link", name="Sign in").click()
        page.get_by_text("Who are you today?").wait_for()
        lab.row_once(lambda row: row.life == "logged-out")
        names = {c.name for e in lab.events() if isinstance(e, ExchangeStarted) for c in e.cookies}
        assert "op_session" in names
