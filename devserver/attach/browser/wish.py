"""Which browser is to be watched: one that we start, or one that runs with its debugging port."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from session_inspector.devserver.attach.browser.finding import Engine, Installed, find_browser
from session_inspector.devserver.cookies.scope import is_loopback
from session_inspector.devserver.cookies.url_parts import split_url
from session_inspector.devserver.core.errors import BrowserUnavailable, InputError
from session_inspector.devserver.core.listening import LOOPBACK

LAST_PORT = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserWish:
    """What was asked for."""

    installed: Installed | None = None
    """Start this one, with a profile of its own."""
    port: int = 0
    """Join the one with this debugging port; 0: `socket`."""
    socket: str = ""
    """Join the one with this websocket."""
    url: str = ""
    """The page to open; empty: the proxy."""
    origins: tuple[str, ...] = ()
    """What else is watched."""
    hosts: tuple[str, ...] = ()
    """Names that it takes for this machine."""
    is_headless: bool = False
    is_read_only: bool = False
    """True: nothing in its jar is changed."""


def read_wish(
    text: str, url: str, origins: tuple[str, ...], env: Mapping[str, str], *, is_headless: bool
) -> BrowserWish:
    """Return the browser that `--browser` names. Raises: InputError."""
    if text.startswith(("ws://", "wss://")):
        _check_socket(text)
        return BrowserWish(socket=text, url=url, origins=origins)
    if text.isdecimal() and text.isascii():
        if not 0 < int(text) <= LAST_PORT:
            raise InputError(f"--browser {text} is no port: 1 to {LAST_PORT}")
        return BrowserWish(port=int(text), url=url, origins=origins)
    return BrowserWish(
        installed=find_browser(text, sys.platform, env),
        url=url,
        origins=origins,
        is_headless=is_headless or not has_display(sys.platform, env),
    )


def has_display(platform: str, env: Mapping[str, str]) -> bool:
    """Check whether a window can be opened: on Linux a variable names the display."""
    return platform != "linux" or bool(env.get("DISPLAY") or env.get("WAYLAND_DISPLAY"))


def _check_socket(url: str) -> None:
    parts = split_url(url)
    if not parts.hostname or not _has_port(url):
        raise InputError(
            f"--browser {url} is no websocket's URL. Fix: --browser ws://127.0.0.1:9222/session"
        )
    host = parts.hostname
    if not is_loopback(host):
        raise InputError(
            f"--browser {url} is of another machine; whoever reaches a debugging port owns the"
            f" browser. Fix: a tunnel, ssh -L 9222:127.0.0.1:9222 {host}"
        )


def _has_port(url: str) -> bool:
    """Check that what stands as the port is one; without any the scheme has its own."""
    try:
        split_url(url).port  # noqa: B018  # reading it is the check
    except ValueError:
        return False
    return True


async def find_endpoint(wish: BrowserWish) -> tuple[Engine, str]:
    """Return the protocol and the websocket of a browser that runs. Raises: BrowserUnavailable."""
    if wish.socket:
        engine: Engine = "firefox"
        if "/devtools/" in wish.socket:
            engine = "chromium"
        return engine, wish.socket
    place = f"http://{LOOPBACK}:{wish.port}/json/version"
    try:
        # a proxy of the environment is not for loopback
        async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
            answer = await client.get(place)
            found: object = answer.json() if answer.status_code == 200 else None
    except httpx.HTTPError as error:
        raise BrowserUnavailable(
            f"no browser listens on port {wish.port}. Fix: start it with"
            f" --remote-debugging-port={wish.port}"
        ) from error
    except ValueError:
        found = None
    if isinstance(found, dict) and isinstance(found.get("webSocketDebuggerUrl"), str):
        return "chromium", found["webSocketDebuggerUrl"]
    return "firefox", f"ws://{LOOPBACK}:{wish.port}/session"
