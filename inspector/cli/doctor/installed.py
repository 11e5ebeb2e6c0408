"""Looks at what is installed: this program, its extras, and browsers."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec

from session_inspector.devserver.attach.browser.finding import NAMES, find_browser
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.installation import PACKAGES, install_command
from session_inspector.devserver.core.version import __version__
from session_inspector.inspector.cli.doctor.diagnosis import Diagnosis, split_fix

USES: Mapping[str, str] = {
    "postgres": "sessions in PostgreSQL",
    "mongodb": "sessions in MongoDB",
    "dynamodb": "sessions in DynamoDB",
    "web": "the app in browsers (--web)",
    "formats": "Flask-Session's rows, oauth2-proxy's cookies",
    "browser": "a real browser's own word (attach --browser, browser)",
}
"""What each extra is for; `redis` is among the dependencies."""


def look_at_program() -> list[Diagnosis]:
    """Return this program's own version, and what runs it."""
    system = f"{platform.system()} {platform.machine()}"
    text = f"{__version__}, Python {platform.python_version()}, {system}, in {sys.prefix}"
    return [Diagnosis(group="program", name="session-inspector", state="ok", text=text)]


def is_installed(module: str) -> bool:
    """Report whether a module can be imported, without importing it."""
    return find_spec(module) is not None


def look_at_extras(is_there: Callable[[str], bool] = is_installed) -> list[Diagnosis]:
    """Return each extra: here, or how it is added."""
    return [_extra(name, is_there) for name in USES]


def _extra(name: str, is_there: Callable[[str], bool]) -> Diagnosis:
    missing = [package for package in PACKAGES[name] if not is_there(package.replace("-", "_"))]
    if not missing:
        return Diagnosis(group="extras", name=name, state="ok", text=USES[name])
    return Diagnosis(
        group="extras",
        name=name,
        state="missing",
        text=f"{USES[name]}: {', '.join(missing)} not installed",
        fix=install_command(name),
    )


def look_at_browsers(env: Mapping[str, str], system: str = sys.platform) -> list[Diagnosis]:
    """Return each browser that --browser can start: where it is, or what to install."""
    return [_browser(name, env, system) for name in NAMES]


def _browser(name: str, env: Mapping[str, str], system: str) -> Diagnosis:
    try:
        found = find_browser(name, system, env)
    except InputError as error:
        fix = split_fix(error.message)[1].partition("; or name")[0]
        text = "not installed"
        return Diagnosis(group="browsers", name=name, state="missing", text=text, fix=fix)
    return Diagnosis(group="browsers", name=name, state="ok", text=found.path)
