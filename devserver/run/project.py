"""What an app is: read from its project's files, and from the script that its command names."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from session_inspector.devserver.run.packages import LANGUAGES, PACKAGES, Package
from session_inspector.devserver.run.ports import read_published_ports

LARGEST = 1_000_000
"""Bytes of a file that is read."""
HIGHEST = 3
"""Folders above the command's in which a project's file is looked for."""
SCRIPTS: Mapping[str, str] = {
    ".js": "Node",
    ".mjs": "Node",
    ".cjs": "Node",
    ".ts": "Node",
    ".py": "Python",
    ".rb": "Ruby",
    ".go": "Go",
}
DEEPEST = 4
MOST = 300
"""Source files that are looked through."""
OTHERS = frozenset({"node_modules", "vendor", "venv", "env", "dist", "build", "target", "test"})
"""Folders that hold no source of the app."""
Found: TypeAlias = tuple[str, str, Sequence[Package]]
"""Language, the file that said so, packages."""
TEMPLATES = (".example", ".sample", ".template")


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """An app as its files describe it."""

    folder: Path
    packages: tuple[Package, ...] = ()
    language: str = ""
    source: str = ""
    """The file that said so."""
    env_files: tuple[str, ...] = ()
    published: tuple[int, ...] = ()
    """Ports that a compose file publishes."""

    @property
    def reads(self) -> tuple[str, ...]:
        """Whose variables its packages read, each once."""
        return tuple(dict.fromkeys(one.reads for one in self.packages if one.reads))

    def describe(self) -> str:
        """Return one line: `Express, express-openid-connect, Redis (package.json); .env.local`."""
        titles = dict.fromkeys(
            one.title
            for part in ("framework", "sessions", "store")
            for one in self.packages
            if one.part == part
        )
        words = ", ".join(titles) or self.language or "an app of no known framework"
        if self.source:
            words += f" ({self.source})"
        if self.env_files:
            words += f"; {', '.join(self.env_files)}"
        if self.published:
            words += f"; compose ports {', '.join(map(str, self.published))}"
        return words


def read_project(folder: Path, command: Sequence[str]) -> Project:
    """Return what the app of a command is, as far as files say."""
    language, source, packages = _find_packages(folder, command)
    names = sorted(path.name for path in folder.glob(".env*") if path.is_file())
    return Project(
        folder=folder,
        packages=tuple(packages),
        language=language,
        source=source,
        env_files=tuple(name for name in names if not name.endswith(TEMPLATES)),
        published=tuple(read_published_ports(folder)),
    )


def _find_packages(folder: Path, command: Sequence[str]) -> Found:
    """Return what is known of an app, from the most exact evidence that there is.

    A script's imports say more than a list of all packages, and a folder's own sources more than a
    list in a folder above it, which may be of several apps.
    """
    return (
        _read_sources(_named_scripts(folder, command))
        or _read_manifests(folder)
        or _read_sources(_own_sources(folder))
        or _read_manifests_above(folder)
        or ("", "", ())
    )


def _named_scripts(folder: Path, command: Sequence[str]) -> Iterable[Path]:
    """Yield the scripts that a command names."""
    for word in command[1:]:
        path = folder / word
        if path.suffix in SCRIPTS and path.is_file():
            yield path


def _own_sources(folder: Path) -> Iterable[Path]:
    """Yield source files of a folder, those of its root first; no more than a few."""
    count = 0
    for place, folders, names in os.walk(folder):
        depth = len(Path(place).relative_to(folder).parts)
        folders[:] = sorted(name for name in folders if depth < DEEPEST and _is_own(name))
        for name in sorted(names):
            if Path(name).suffix in SCRIPTS:
                yield Path(place) / name
                count += 1
        if count > MOST:
            return


def _is_own(name: str) -> bool:
    return not name.startswith(".") and name not in OTHERS


def _read_sources(paths: Iterable[Path]) -> Found | None:
    """Return what the first of some sources that keeps sessions imports; None: none does."""
    for path in paths:
        language = SCRIPTS[path.suffix]
        text = _read_text(path)
        found = [one for one in PACKAGES[language] if _imports(text, one, language)]
        if any(one.part == "sessions" for one in found):
            return language, path.name, found
    return None


def _imports(text: str, package: Package, language: str) -> bool:
    name = re.escape(package.module or package.name)
    if language == "Python":
        return bool(re.search(rf"^\s*(from|import)\s+{name}\b", text, re.MULTILINE))
    return bool(re.search(rf"['\"]{name}(/[^'\"]*)?['\"]", text))


def _read_manifests(folder: Path) -> Found | None:
    """Return what the project's files of a folder list; None: there is none."""
    found = [path for path in _manifests(folder) if path.is_file()]
    if not found:
        return None
    return _read_all(found)


def _read_manifests_above(folder: Path) -> Found | None:
    """Return the same of the nearest folder above, within the repository."""
    for place in [folder, *folder.parents][:HIGHEST]:
        if (place / ".git").exists():
            return None
        found = _read_manifests(place.parent)
        if found is not None:
            return found
    return None


def _manifests(folder: Path) -> Iterable[Path]:
    for name in LANGUAGES:
        yield folder / name
    yield from sorted(folder.glob("requirements*.txt"))
    yield from sorted(folder.glob("requirements/*.txt"))


def _read_all(paths: Sequence[Path]) -> Found:
    by_name: dict[str, Package] = {}
    sources: list[str] = []
    language = ""
    for path in dict.fromkeys(paths):
        kind = LANGUAGES.get(path.name, "Python")
        read = READERS.get(path.name, _names_in_requirements)
        names = read(_read_text(path))
        found = [one for one in PACKAGES[kind] if names(one.name)]
        if found or not language:
            language = language or kind
            sources.append(path.name)
        by_name |= {one.name: one for one in found}
    return language, ", ".join(dict.fromkeys(sources)), list(by_name.values())


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes()[:LARGEST].decode("utf-8", "replace")
    except OSError:
        return ""


def _names_in_json(*members: str) -> Callable[[str], Callable[[str], bool]]:
    def read(text: str) -> Callable[[str], bool]:
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


def _names_in_requirements(text: str) -> Callable[[str], bool]:
    names = {
        re.split(r"[\s\[<>=!~;@]", line.strip(), maxsplit=1)[0].lower().replace("_", "-")
        for line in text.splitlines()
    }
    return names.__contains__


def _names_in_pyproject(text: str) -> Callable[[str], bool]:
    try:
        tree = tomllib.loads(text)
    except (ValueError, RecursionError):
        return lambda name: False
    # every table that names dependencies: of PEP 621, Poetry, uv, PDM
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
            if name == "dependencies" and isinstance(member, dict):
                yield from member
            yield from _texts_in(member, depth + 1)


def _names_in_text(text: str) -> Callable[[str], bool]:
    return lambda name: bool(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text))


READERS: Mapping[str, Callable[[str], Callable[[str], bool]]] = {
    "package.json": _names_in_json("dependencies", "devDependencies", "peerDependencies"),
    "composer.json": _names_in_json("require", "require-dev"),
    "pyproject.toml": _names_in_pyproject,
    "requirements.txt": _names_in_requirements,
    "go.mod": _names_in_text,
    "Gemfile": _names_in_text,
    "pom.xml": _names_in_text,
    "build.gradle": _names_in_text,
    "build.gradle.kts": _names_in_text,
}
"""How each file names packages: from its text to a check of one name."""
