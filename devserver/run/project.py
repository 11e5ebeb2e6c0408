"""What an app is: read from its project's files, and from the script that its command names."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import TypeAlias

from session_inspector.devserver.run.manifests import LANGUAGES, MANIFESTS, names_in
from session_inspector.devserver.run.packages import PACKAGES, Package, Part
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
    ".mts": "Node",
    ".cts": "Node",
    ".jsx": "Node",
    ".tsx": "Node",
    ".py": "Python",
    ".rb": "Ruby",
    ".go": "Go",
}
MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
MODULE_FLAGS = frozenset({"-m", "-A", "--app"})
"""Before a module of Python: of the interpreter, Celery, Flask and Litestar."""
NODE_PROGRAMS = frozenset({"npm", "npx", "pnpm", "yarn", "bun", "deno"})
"""Their `dev:web` is a script of package.json."""
DEEPEST = 4
MOST = 300
"""Source files that are looked through."""
OTHERS = frozenset({"node_modules", "vendor", "venv", "env", "dist", "build", "target", "test"})
"""Folders that hold no source of the app."""
Found: TypeAlias = tuple[str, str, Sequence[Package]]
"""Language, the file that said so, packages."""
SHOWN = 3
"""Lists that are named of a workspace's."""
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


def read_sources(folder: Path, command: Sequence[str]) -> list[str]:
    """Return the texts of the scripts that a command names, and of a folder's own sources."""
    paths = dict.fromkeys([*_named_scripts(folder, command), *_own_sources(folder)])
    return [_read_text(path) for path in paths]


def _find_packages(folder: Path, command: Sequence[str]) -> Found:
    """Return what is known of an app, from the most exact evidence that there is.

    A script's imports say more than a list of all packages, and a folder's own sources more than a
    list in a folder above it, which may be of several apps. A list that has none of a session's
    packages is a workspace's: its apps are below. Without any list a framework's import will do.
    """
    own = _read_manifests(folder)
    return (
        _read_sources(_named_scripts(folder, command))
        or _with_sessions(own)
        or _with_sessions(_read_manifests_below(folder))
        or _with_packages(own)
        or _read_sources(_own_sources(folder))
        or _read_sources(_named_scripts(folder, command), "framework")
        or _read_sources(_own_sources(folder), "framework")
        or own
        or _read_manifests_above(folder)
        or ("", "", ())
    )


def _with_sessions(found: Found | None) -> Found | None:
    """Return what was found if something in it keeps sessions."""
    if found is not None and any(one.part == "sessions" for one in found[2]):
        return found
    return None


def _with_packages(found: Found | None) -> Found | None:
    """Return what was found if anything in it is known."""
    if found is not None and found[2]:
        return found
    return None


def _named_scripts(folder: Path, command: Sequence[str]) -> Iterable[Path]:
    """Yield the scripts that a command names: by a path, or as a module of Python."""
    for before, word in pairwise(command):
        path = folder / word
        if path.suffix in SCRIPTS and path.is_file():
            yield path
        module = _read_module(before, word)
        if module and command[0] not in NODE_PROGRAMS:
            yield from _module_files(folder, module.replace(".", "/"))


def _read_module(before: str, word: str) -> str:
    """Return the module in `uvicorn main:app`, `-m app`, `flask --app web`; empty: it is none."""
    flag, is_given, value = word.partition("=")
    if is_given and flag in MODULE_FLAGS:
        return _read_module(flag, value)
    name, has_object, _ = word.partition(":")
    if MODULE.fullmatch(name) and (has_object or before in MODULE_FLAGS):
        return name
    return ""


def _module_files(folder: Path, name: str) -> Iterable[Path]:
    """Yield the file of a module, below the folder or its `src`."""
    for place in (folder, folder / "src"):
        for ending in (".py", "/__init__.py", "/__main__.py"):
            path = place / f"{name}{ending}"
            if path.is_file():
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


def _read_sources(paths: Iterable[Path], part: Part = "sessions") -> Found | None:
    """Return what the first of some sources imports that has such a part; None: none has."""
    for path in paths:
        language = SCRIPTS[path.suffix]
        text = _read_text(path)
        found = [one for one in PACKAGES[language] if _imports(text, one, language)]
        if any(one.part == part for one in found):
            return language, path.name, found
    return None


def _imports(text: str, package: Package, language: str) -> bool:
    name = re.escape(package.module or package.name)
    if language == "Python":
        imported = rf"^\s*(from\s+|import\s+([\w.]+\s*,\s*)*){name}\b"
        listed = rf"^\s*['\"]{name}['\"],"  # as Django's INSTALLED_APPS has them
        return bool(re.search(f"{imported}|{listed}", text, re.MULTILINE))
    start = ""
    if language == "Node" and package.part == "framework":
        start = r"\b(?:from|import|require)\s*\(?\s*"  # `next` and `vite` are words as well
    return bool(re.search(rf"{start}['\"]{name}(/[^'\"]*)?['\"]", text))


def _read_manifests(folder: Path) -> Found | None:
    """Return what the project's files of a folder list; None: there is none."""
    found = [path for path in _manifests(folder) if path.is_file()]
    if not found:
        return None
    return _read_all(found)


def _read_manifests_below(folder: Path) -> Found | None:
    """Return what the lists of a workspace's apps name together: `apps/web/package.json`."""
    paths: list[Path] = []
    for place in _own_folders(folder):
        paths += [path for path in _manifests(place) if path.is_file()]
    if not paths:
        return None
    language, _, packages = _read_all(paths[:MOST])
    sources = [str(path.relative_to(folder)) for path in paths if _read_all([path])[2]]
    return language, ", ".join(sources[:SHOWN]), packages


def _own_folders(folder: Path) -> Iterable[Path]:
    """Yield the folders in which a workspace has its apps: one or two below; no more than a few."""
    first = _folders_in(folder)
    second = (below for place in first for below in _folders_in(place))
    yield from islice(chain(first, second), MOST)


def _folders_in(folder: Path) -> list[Path]:
    try:
        return sorted(place for place in folder.iterdir() if _is_own(place.name) and place.is_dir())
    except OSError:
        return []


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
    for pattern in MANIFESTS:
        yield from sorted(folder.glob(pattern))


def _read_all(paths: Sequence[Path]) -> Found:
    by_name: dict[str, Package] = {}
    sources: list[str] = []
    language = ""
    for path in dict.fromkeys(paths):
        kind = LANGUAGES.get(path.suffix) or LANGUAGES.get(path.name, "Python")
        names = names_in(path.name, _read_text(path))
        found = [one for one in PACKAGES.get(kind, ()) if names(one.name)]
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
