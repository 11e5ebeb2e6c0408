"""The provider's cookie: only the provider that made it reads a sid from it."""

from __future__ import annotations

import pytest

from session_inspector.devserver.provider.browser_session import BrowserSessionCookie


def test_a_sid_is_read_back() -> None:
    cookie = BrowserSessionCookie()
    assert cookie.read_sid(cookie.make_value("a.sid")) == "a.sid"


@pytest.mark.parametrize("value", ["", ".", "sid", "sid.", "sid.00", ".00", "sid.é"])
def test_what_it_did_not_make_has_no_sid(value: str) -> None:
    assert BrowserSessionCookie().read_sid(value) == ""


def test_the_sid_alone_and_a_mac_of_another_run_are_refused() -> None:
    cookie = BrowserSessionCookie()
    other = BrowserSessionCookie().make_value("sid")
    assert cookie.read_sid(other) == ""
    mac = cookie.make_value("sid").rpartition(".")[2]
    assert cookie.read_sid(f"another.{mac}") == ""
    assert cookie.read_sid(f".{cookie.make_value('').rpartition('.')[2]}") == ""
