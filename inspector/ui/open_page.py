"""Opens a page in the person's browser, and finds out whether there is one."""

from __future__ import annotations

import subprocess  # nosec B404 # see below
import sys
from collections.abc import Mapping
from shutil import which

from session_inspector.devserver.core.values import Seconds

OPENER = "xdg-open"
PATIENCE: Seconds = 3.0
"""What has not failed by then has opened the page: some openers stay until the browser ends."""


def open_page(url: str, environ: Mapping[str, str]) -> bool:
    """Open a page; False: there is no browser with a window of its own, or it did not start."""
    import webbrowser  # only who opens one pays: it is 10 ms of the first paint

    if not has_windows(sys.platform, environ):
        return False
    if not environ.get("BROWSER") and (opener := which(OPENER, path=environ.get("PATH"))):
        return _run([opener, url], environ)
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    if type(browser) is webbrowser.GenericBrowser:
        return False  # it would draw over this screen
    return browser.open(url)


def has_windows(platform: str, environ: Mapping[str, str]) -> bool:
    """Check whether a browser could show a window here; without one it would take the terminal."""
    if platform in ("darwin", "win32"):
        return True
    return any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))


def _run(command: list[str], environ: Mapping[str, str]) -> bool:
    quiet = subprocess.DEVNULL
    try:
        process = subprocess.Popen(  # nosec B603 # a program found in PATH and a URL, no shell
            command, env=environ, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
        return process.wait(PATIENCE) == 0
    except OSError:
        return False
    except subprocess.TimeoutExpired:
        return True
