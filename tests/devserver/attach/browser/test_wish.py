"""What `--browser` takes."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.browser.wish import (
    BrowserWish,
    find_endpoint,
    has_display,
    read_wish,
)
from session_inspector.devserver.core.errors import BrowserUnavailable, InputError
from tests.servers import free_port

URL = "http://localhost:3000"


def read(text: str) -> BrowserWish:
    return read_wish(text, URL, (), {}, is_headless=False)


def test_a_port_or_a_websocket_joins_one_that_runs() -> None:
    assert read("9222") == BrowserWish(port=9222, url=URL)
    assert read("ws://127.0.0.1:9222/devtools/browser/x").socket.endswith("/x")


@pytest.mark.parametrize("text", ["0", "65536", "lynx", "²"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read(text)


@pytest.mark.parametrize("host", ["10.0.0.1", "example.com", "[2001:db8::1]"])
def test_a_port_of_another_machine_is_refused(host: str) -> None:
    with pytest.raises(InputError, match="Fix: a tunnel"):
        read(f"ws://{host}:9222/session")


async def test_a_websocket_says_by_its_path_what_it_speaks() -> None:
    chromium = BrowserWish(socket="ws://127.0.0.1:1/devtools/browser/x")
    firefox = BrowserWish(socket="ws://127.0.0.1:1/session")
    assert (await find_endpoint(chromium))[0] == "chromium"
    assert (await find_endpoint(firefox))[0] == "firefox"


async def test_nobody_on_a_port_is_unavailable_with_the_flag_that_opens_it() -> None:
    port = free_port()
    with pytest.raises(BrowserUnavailable, match=f"--remote-debugging-port={port}"):
        await find_endpoint(BrowserWish(port=port))


def test_without_a_display_no_window_is_opened() -> None:
    assert not has_display("linux", {})
    assert has_display("linux", {"WAYLAND_DISPLAY": "w"})
    assert has_display("darwin", {})
