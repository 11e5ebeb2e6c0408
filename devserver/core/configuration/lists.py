"""Reads settings that are lists and tables: URLs, addresses, a command, origins, users, knobs."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import TypeGuard

from session_inspector.devserver.core.configuration.section import SHOWN, ConfigSection
from session_inspector.devserver.core.configuration.setting import Form
from session_inspector.devserver.core.configuration.web_urls import is_web_url
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.masking import mask_words


def read_urls(section: ConfigSection, name: str) -> tuple[str, ...]:
    """Return a list of store URLs. Raises: InputError."""
    rule = 'a list of store URLs: ["redis://127.0.0.1:6379"]. See: session-inspector stores'
    return _read_list(section, name, is_url, rule)


def read_addresses(section: ConfigSection, name: str) -> tuple[str, ...]:
    """Return a list of web addresses and paths. Raises: InputError."""
    rule = 'a list of http(s) URLs, or paths of the app: ["/bye", "http://localhost:3000/bye"]'
    return _read_list(section, name, is_address, rule)


def read_words(section: ConfigSection, name: str) -> tuple[str, ...]:
    """Return the words of a command, given as a shell takes it or as a list. Raises: InputError."""
    found = section.raw(name)
    try:
        words = shlex.split(found) if isinstance(found, str) else found
    except ValueError:
        words = None
    if not _is_texts(words) or not words or not words[0]:
        raise _explain(section, name, found, 'a command: "npm run dev", or ["npm", "run", "dev"]')
    return tuple(words)


def read_names(section: ConfigSection, name: str) -> tuple[str, ...]:
    """Return a list of texts. Raises: InputError."""
    return _read_list(section, name, is_text, 'a list of texts: ["REDIS_URL"]')


def _read_list(
    section: ConfigSection, name: str, is_one: Callable[[object], TypeGuard[str]], rule: str
) -> tuple[str, ...]:
    """Return the texts of a list, each of which keeps a rule. Raises: InputError."""
    found = section.raw(name)
    if not isinstance(found, list) or not all(is_one(each) for each in found):
        raise _explain(section, name, found, rule)
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
    if not isinstance(found, list) or not all(_is_person(each) for each in found):
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


def _is_person(found: object) -> bool:
    return isinstance(found, dict) or (is_text(found) and bool(found))


def _is_texts(found: object) -> TypeGuard[list[str]]:
    return isinstance(found, list) and all(is_text(each) for each in found)


def is_text(found: object) -> TypeGuard[str]:
    """Report whether a value is a text without control characters."""
    return isinstance(found, str) and found.isprintable()


def _explain(section: ConfigSection, name: str, found: object, rule: str) -> InputError:
    shown = mask_words(repr(found))[:SHOWN]  # URLs have passwords
    return InputError(f"{section.name}.{name} is {shown}; it must be {rule}")


def is_web(found: object) -> bool:
    """Report whether a value is an http(s) URL."""
    return isinstance(found, str) and found.startswith("http") and is_address(found)


def is_address(found: object) -> TypeGuard[str]:
    """Report whether a value is an http(s) URL, or a path."""
    if not is_text(found):
        return False
    if found.startswith("/"):
        return not found.startswith("//")
    return is_web_url(found)


def is_url(found: object) -> TypeGuard[str]:
    """Report whether a value has a scheme."""
    return is_text(found) and "://" in found


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
