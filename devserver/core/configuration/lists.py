"""Reads settings that are lists and tables: URLs, addresses, a command, origins, users, knobs."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import TypeGuard

from session_inspector.devserver.core.configuration.section import ConfigSection
from session_inspector.devserver.core.configuration.setting import Form
from session_inspector.devserver.core.configuration.web_urls import is_web_url
from session_inspector.devserver.core.errors import InputError


def read_urls(section: ConfigSection, name: str) -> tuple[str, ...]:
    """Return a list of store URLs. Raises: InputError."""
    found = section.raw(name)
    if not isinstance(found, list) or not all(is_url(each) for each in found):
        raise InputError(
            f"{section.name}.{name} is {found!r}; it must be a list of store URLs:"
            ' ["redis://127.0.0.1:6379"]. See: session-inspector stores'
        )
    return tuple(found)


def read_addresses(section: ConfigSection, name: str) -> tuple[str, ...]:
    """Return a list of web addresses and paths. Raises: InputError."""
    found = section.raw(name)
    if not isinstance(found, list) or not all(is_address(each) for each in found):
        raise InputError(
            f"{section.name}.{name} is {found!s:.200}; it must be a list of http(s) URLs, or"
            ' paths of the app: ["/bye", "http://localhost:3000/bye"]'
        )
    return tuple(found)


def read_words(section: ConfigSection, name: str) -> tuple[str, ...]:
    """Return the words of a command, given as a shell takes it or as a list. Raises: InputError."""
    found = section.raw(name)
    try:
        words = shlex.split(found) if isinstance(found, str) else found
    except ValueError:
        words = None
    if not _is_texts(words) or not words:
        raise _explain(section, name, found, 'a command: "npm run dev", or ["npm", "run", "dev"]')
    return tuple(words)


def read_names(section: ConfigSection, name: str) -> tuple[str, ...]:
    """Return a list of texts. Raises: InputError."""
    found = section.raw(name)
    if not _is_texts(found):
        raise _explain(section, name, found, 'a list of texts: ["REDIS_URL"]')
    return tuple(found)


def read_origins(section: ConfigSection, name: str) -> tuple[tuple[str, str], ...]:
    """Return the pairs of a table of URLs. Raises: InputError."""
    found = section.raw(name)
    if not isinstance(found, Mapping) or not all(is_web(url) for url in found.values()):
        raise _explain(section, name, found, 'a table of URLs: { api = "http://localhost:4000" }')
    return tuple(found.items())


def read_people(section: ConfigSection, name: str) -> tuple[dict[str, object], ...]:
    """Return users, each a table with a sub; a bare text is a sub. Raises: InputError."""
    found = section.raw(name)
    if not isinstance(found, list) or not all(isinstance(each, (str, dict)) for each in found):
        raise _explain(section, name, found, 'a list of users: ["alice", { sub = "local|zoe" }]')
    return tuple(_read_person(each) for each in found)


def read_knobs(section: ConfigSection, name: str) -> dict[str, object]:
    """Return a table of knobs, as it stands. Raises: InputError."""
    found = section.raw(name)
    if not isinstance(found, dict):
        raise _explain(section, name, found, "a table: { latency = { token = 2 } }")
    return found


def _read_person(found: str | dict[str, object]) -> dict[str, object]:
    if isinstance(found, dict):
        return found
    if "|" in found:
        return {"sub": found}
    return {"sub": f"local|{found}", "name": found}


def _is_texts(found: object) -> TypeGuard[list[str]]:
    return isinstance(found, list) and all(
        isinstance(each, str) and each.isprintable() for each in found
    )


def _explain(section: ConfigSection, name: str, found: object, rule: str) -> InputError:
    return InputError(f"{section.name}.{name} is {found!r:.60}; it must be {rule}")


def is_web(found: object) -> bool:
    """Report whether a value is an http(s) URL."""
    return isinstance(found, str) and found.startswith("http") and is_address(found)


def is_address(found: object) -> bool:
    """Report whether a value is an http(s) URL, or a path."""
    if not isinstance(found, str) or not found.isprintable():
        return False
    if found.startswith("/"):
        return not found.startswith("//")
    return is_web_url(found)


def is_url(found: object) -> bool:
    """Report whether a value has a scheme."""
    return isinstance(found, str) and "://" in found


READERS: Mapping[Form, Callable[[ConfigSection, str], object]] = {
    "urls": read_urls,
    "addresses": read_addresses,
    "words": read_words,
    "names": read_names,
    "origins": read_origins,
    "people": read_people,
    "knobs": read_knobs,
}
"""Form of a setting to what reads it."""
