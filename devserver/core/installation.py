"""How this program was installed, and so how what is missing is added to it.

pip         an environment of the person's own
pipx        pipx_metadata.json at the environment's top
uv tool     uv-receipt.toml there; it lists what was asked for, and a later install replaces it
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

NAME = "session-inspector"
PACKAGES: Mapping[str, tuple[str, ...]] = {
    "redis": ("redis[hiredis]",),
    "postgres": ("asyncpg",),
    "mongodb": ("pymongo",),
    "dynamodb": ("aiobotocore",),
    "web": ("textual-serve",),
    "browser": ("websockets",),
    "formats": ("msgpack", "lz4"),
}
"""What each extra brings (pyproject.toml says which versions)."""
PIPX_FILE = "pipx_metadata.json"
UV_FILE = "uv-receipt.toml"
SOURCES = ("path", "directory", "url")
"""Where uv was told to take a package from, when not from an index."""


def install_command(extra: str, prefix: Path | None = None) -> str:
    """Return the command that adds an extra to the environment at `prefix`, by default this one."""
    prefix = prefix or Path(sys.prefix)
    if (prefix / PIPX_FILE).is_file():
        return shlex.join(["pipx", "inject", prefix.name, *PACKAGES[extra]])
    if (prefix / UV_FILE).is_file():
        return shlex.join(["uv", "tool", "install", *_uv_words(prefix / UV_FILE, extra)])
    return f"pip install '{NAME}[{extra}]'"


def _uv_words(receipt: Path, extra: str) -> list[str]:
    """Return the packages to ask uv for: it forgets those of an earlier `--with`."""
    target = NAME
    packages: list[str] = []
    for requirement in _uv_requirements(receipt):
        name = str(requirement.get("name", ""))
        if name == NAME:
            target = _uv_target(requirement)
        else:
            packages.append(name)
    words: list[str] = []
    for package in dict.fromkeys([*packages, *PACKAGES[extra]]):
        words += ["--with", package]
    return [*words, target]


def _uv_requirements(receipt: Path) -> list[dict[str, object]]:
    """Return what uv was asked for; nothing when its receipt is not what we know."""
    import tomllib  # 6 ms at each start, for the few hints that need it

    try:
        tool: object = tomllib.loads(receipt.read_text()).get("tool")
    except (OSError, ValueError):
        return []
    found: object = tool.get("requirements") if isinstance(tool, dict) else None
    if not isinstance(found, list):
        return []
    return [each for each in found if isinstance(each, dict) and each.get("name")]


def _uv_target(requirement: Mapping[str, object]) -> str:
    """Return this program as uv was asked for it: where it is from, and with which extras."""
    for source in SOURCES:
        if requirement.get(source):
            return str(requirement[source])
    if requirement.get("git"):
        return f"git+{requirement['git']}"
    extras = requirement.get("extras")
    if isinstance(extras, list) and extras:
        return f"{NAME}[{','.join(str(each) for each in extras)}]"
    return NAME
