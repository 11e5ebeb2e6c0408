"""Where browsers are installed on Linux, macOS and Windows, by the names people call them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Literal, TypeAlias

from session_inspector.devserver.core.errors import InputError

Engine: TypeAlias = Literal["chromium", "firefox"]
"""Which protocol it speaks: CDP, or WebDriver BiDi."""
NAMES = ("chromium", "chrome", "edge", "brave", "firefox")
"""What `--browser` takes as a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A browser that is on this machine."""

    name: str
    engine: Engine
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    commands: tuple[str, ...]
    """On Linux, in PATH; the first that is there counts."""
    bundle: str
    """On macOS: the app, and the command in it."""
    folder: str
    """On Windows, below Program Files."""
    package: str
    """What to install, where it is missing."""


_PLACES: Mapping[str, _Places] = {
    "chromium": _Places(
        commands=("chromium", "chromium-browser"),
        bundle="Chromium.app/Contents/MacOS/Chromium",
        folder=r"Chromium\Application\chrome.exe",
        package="chromium (apt install chromium, brew install chromium)",
    ),
    "chrome": _Places(
        commands=("google-chrome-stable", "google-chrome"),
        bundle="Google Chrome.app/Contents/MacOS/Google Chrome",
        folder=r"Google\Chrome\Application\chrome.exe",
        package="Google Chrome (https://www.google.com/chrome)",
    ),
    "edge": _Places(
        commands=("microsoft-edge-stable", "microsoft-edge"),
        bundle="Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        folder=r"Microsoft\Edge\Application\msedge.exe",
        package="Microsoft Edge (https://www.microsoft.com/edge)",
    ),
    "brave": _Places(
        commands=("brave-browser-stable", "brave-browser", "brave"),
        bundle="Brave Browser.app/Contents/MacOS/Brave Browser",
        folder=r"BraveSoftware\Brave-Browser\Application\brave.exe",
        package="Brave (https://brave.com/download)",
    ),
    "firefox": _Places(
        commands=("firefox", "firefox-esr"),
        bundle="Firefox.app/Contents/MacOS/firefox",
        folder=r"Mozilla Firefox\firefox.exe",
        package="Firefox (apt install firefox-esr, brew install --cask firefox)",
    ),
}
LINUX_FOLDERS = ("/usr/bin", "/usr/local/bin", "/snap/bin", "/opt/google/chrome")
"""Where they are on Linux when PATH says less."""
WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
"""Variables that name what holds the folders of programs."""


def find_browser(
    name: str,
    platform: str,
    env: Mapping[str, str],
    *,
    is_there: Callable[[PurePath], bool] = lambda path: Path(path).is_file(),
) -> Installed:
    """Return where a browser is; `platform` as `sys.platform` names it.

    Raises: InputError for a name that is none, and with what to install.
    """
    places = _PLACES.get(name)
    if places is None:
        raise InputError(f"--browser {name!r} is none of {', '.join(NAMES)}, a port or a ws:// URL")
    engine: Engine = "chromium"
    if name == "firefox":
        engine = "firefox"
    for path in _candidates(places, platform, env):
        if is_there(path):
            return Installed(name=name, engine=engine, path=str(path))
    raise InputError(f"{name} is not installed here. Fix: install {places.package}{_others(name)}")


def _candidates(places: _Places, platform: str, env: Mapping[str, str]) -> Iterator[PurePath]:
    if platform == "darwin":
        for top in ("/Applications", f"{env.get('HOME', '')}/Applications"):
            yield PurePosixPath(top, places.bundle)
    elif platform == "win32":
        for variable in WINDOWS_FOLDERS:
            if env.get(variable):
                yield PureWindowsPath(env[variable], places.folder)
        return
    folders = [*filter(None, env.get("PATH", "").split(":")), *LINUX_FOLDERS]
    for command in places.commands:
        yield from (PurePosixPath(folder, command) for folder in folders)


def _others(name: str) -> str:
    others = ", ".join(other for other in NAMES if other != name)
    return f"; or name another one: {others}"
