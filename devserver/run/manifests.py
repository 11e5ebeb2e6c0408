"""The files that list what an app is made of, and how each of them names packages."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

Check: TypeAlias = Callable[[str], bool]
"""Whether a file names a package."""
LANGUAGES: Mapping[str, str] = {
    "package.json": "Node",
    "deno.json": "Node",
    "deno.jsonc": "Node",
    "pyproject.toml": "Python",
    "requirements.txt": "Python",
    "go.mod": "Go",
    "Gemfile": "Ruby",
    "composer.json": "PHP",
    "pom.xml": "Java",
    "build.gradle": "Java",
    "build.gradle.kts": "Java",
    "mix.exs": "Elixir",
    "Cargo.toml": "Rust",
    ".csproj": ".NET",
    ".fsproj": ".NET",
}
"""Files, and endings of such, that say what an app is made of."""
MANIFESTS = (
    *(name for name in LANGUAGES if not name.startswith(".")),
    "*.csproj",
    "*.fsproj",
    "Pipfile",
    "setup.cfg",
    "setup.py",
    "requirements*.txt",
    "requirements/*.txt",
)
"""How they are looked for, those that say most first."""


TABLES = ("dependencies", "packages", "dev-packages")
"""Tables of TOML whose keys are packages: of Poetry, Cargo, Pipenv."""


def names_in(name: str, text: str) -> Check:
    """Return the check of a file's text, by the file's name."""
    read = READERS.get(name)
    if read is None and name.endswith(".txt"):
        read = _names_in_requirements
    if read is None:
        read = _names_in_text
    return read(text)


def _names_in_json(*members: str) -> Callable[[str], Check]:
    def read(text: str) -> Check:
        try:
            tree = json.loads(text)
        except (ValueError, RecursionError):
            return lambda name: False
        found: set[str] = set()
        if isinstance(tree, dict):
            for member in members:
                table = tree.get(member)
                if isinstance(table, dict):
                    found |= set(table)
        return found.__contains__

    return read


def _names_in_requirements(text: str) -> Check:
    names = {
        re.split(r"[\s\[<>=!~;@]", line.strip(), maxsplit=1)[0].lower().replace("_", "-")
        for line in text.splitlines()
    }
    return names.__contains__


def _names_in_toml(text: str) -> Check:
    try:
        tree = tomllib.loads(text)
    except (ValueError, RecursionError):
        return lambda name: False
    # every table that names dependencies: of PEP 621, Poetry, uv, PDM, Pipenv, Cargo
    words = "\n".join(_texts_in(tree))
    return _names_in_requirements(words)


def _texts_in(tree: object, depth: int = 0) -> Iterable[str]:
    if depth > 8:
        return
    if isinstance(tree, str):
        yield tree
    if isinstance(tree, list):
        for member in tree:
            yield from _texts_in(member, depth + 1)
    if isinstance(tree, dict):
        for name, member in tree.items():
            if name in TABLES and isinstance(member, dict):
                yield from member
            yield from _texts_in(member, depth + 1)


def _names_in_text(text: str) -> Check:
    return lambda name: bool(
        re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE)
    )


READERS: Mapping[str, Callable[[str], Check]] = {
    "package.json": _names_in_json("dependencies", "devDependencies", "peerDependencies"),
    "composer.json": _names_in_json("require", "require-dev"),
    "pyproject.toml": _names_in_toml,
    "Pipfile": _names_in_toml,
    "Cargo.toml": _names_in_toml,
}
"""How some files name packages; in others a name is looked for as a word."""
