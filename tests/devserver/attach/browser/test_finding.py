"""Browsers are found where Linux, macOS and Windows have them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

import pytest

from session_inspector.devserver.attach.browser.finding import NAMES, find_browser
from session_inspector.devserver.core.errors import InputError


def only(*paths: str) -> Callable[[PurePath], bool]:
    return lambda path: str(path) in paths


@pytest.mark.parametrize(
    ("name", "platform", "env", "path"),
    [
        ("chromium", "linux", {"PATH": "/a:/b"}, "/b/chromium"),
        ("chromium", "linux", {}, "/snap/bin/chromium"),
        ("chrome", "linux", {"PATH": "/b"}, "/b/google-chrome"),
        ("firefox", "linux", {"PATH": "/b"}, "/b/firefox-esr"),
        ("edge", "darwin", {}, "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"),
        (
            "firefox",
            "darwin",
            {"HOME": "/Users/a"},
            "/Users/a/Applications/Firefox.app/Contents/MacOS/firefox",
        ),
        (
            "chrome",
            "win32",
            {"PROGRAMFILES": "C:\\P", "LOCALAPPDATA": "C:\\L"},
            "C:\\L\\Google\\Chrome\\Application\\chrome.exe",
        ),
        (
            "brave",
            "win32",
            {"PROGRAMFILES": "C:\\P"},
            "C:\\P\\BraveSoftware\\Brave-Browser\\Application\\brave.exe",
        ),
    ],
)
def test_a_browser_is_where_its_system_has_it(
    name: str, platform: str, env: dict[str, str], path: str
) -> None:
    found = find_browser(name, platform, env, is_there=only(path))
    assert (found.name, found.path) == (name, path)
    assert found.engine == ("firefox" if name == "firefox" else "chromium")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_without_one_a_line_says_what_to_install(name: str, platform: str) -> None:
    with pytest.raises(InputError, match=f"^{name} is not installed here. Fix: install ") as told:
        find_browser(name, platform, {}, is_there=only())
    assert "\n" not in told.value.message


def test_another_name_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(InputError, match="none of chromium, chrome, edge, brave, firefox"):
        find_browser("lynx", "linux", {})
