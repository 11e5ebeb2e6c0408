"""How a Spring app names its OAuth 2 clients: read from its `application` files.

The variables of a client have its name inside. An app that has named one `okta` must get
`…_REGISTRATION_OKTA_CLIENT_ID`: with any other name it would have two clients, and use its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

FOLDERS = ("src/main/resources", "src/main/resources/config", "config", ".")
NAMES = ("application*.properties", "application*.yml", "application*.yaml")
CLIENT = "spring.security.oauth2.client.registration."
SETTING = re.compile(rf"^{re.escape(CLIENT)}([\w-]+)\.([\w-]+)$")
LINE = re.compile(r"^\s*([^#!=:\s]+)\s*[=:]\s*(.*?)\s*$", re.MULTILINE)
LARGEST = 200_000
DEEPEST = 12
NO_OPENID = frozenset({"github", "facebook", "x", "twitter"})
"""Providers that Spring knows by name, and that speak no OpenID Connect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A client of a Spring app."""

    name: str
    provider: str = ""
    """Whose endpoints it uses, where that is not the name."""
    has_scope: bool = False


DEFAULT = Registration(name="oidc")
"""Of an app that names none: the variables alone make it."""


def find_registrations(folder: Path) -> list[Registration]:
    """Return the clients of an app, each once, in the order of its files."""
    found: dict[str, dict[str, str]] = {}
    for path in _files(folder):
        for key, value in _read_settings(path):
            match = SETTING.fullmatch(key)
            if match is not None and match[1].lower() not in NO_OPENID:
                found.setdefault(match[1], {})[match[2].replace("-", "").lower()] = value
    return [
        Registration(
            name=name, provider=members.get("provider", ""), has_scope=bool(members.get("scope"))
        )
        for name, members in found.items()
    ]


def _files(folder: Path) -> Iterator[Path]:
    for place in FOLDERS:
        for pattern in NAMES:
            yield from sorted((folder / place).glob(pattern))


def _read_settings(path: Path) -> list[tuple[str, str]]:
    """Return the settings of a file, by their dotted names; none where it cannot be read."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            text = file.read(LARGEST)
        if path.suffix == ".properties":
            return LINE.findall(text)
        return [
            pair
            for tree in yaml.load_all(text, yaml.SafeLoader)  # nosec B506 # the safe loader
            for pair in _flatten(tree)
        ]
    except (OSError, ValueError, yaml.YAMLError, RecursionError):
        return []


def _flatten(tree: object, before: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    if depth > DEEPEST:
        return
    if isinstance(tree, dict):
        for name, member in tree.items():
            yield from _flatten(member, f"{before}.{name}".lstrip("."), depth + 1)
    elif isinstance(tree, list):
        yield before, ",".join(map(str, tree))
    elif tree is not None:
        yield before, str(tree)
