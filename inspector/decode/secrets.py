"""Finds session secrets: flags, the environment, the .env files of the current folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream

from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.decode.secret_forms import read_secret

if TYPE_CHECKING:  # 50 ms, for those who give a key
    from joserfc.jwk import Key

NAMES = re.compile(
    r"(.*_)?(SECRET|SECRETS|SECRET_KEY|SECRET_KEY_BASE|APP_KEY|SESSION_KEY|COOKIE_KEY)(_\d+)?"
    r"|.*(SESSION|COOKIE|IRON).*(SECRET|PASSWORD|KEY)|APP_PREVIOUS_KEYS|SECRET_KEY_FALLBACKS"
)
"""AUTH0_SECRET, AUTH_SECRET, AUTH_SECRET_1, NEXTAUTH_SECRET, SECRET_KEY_BASE, APP_KEY, …"""
NOT_OURS = re.compile(r".*(CLIENT_SECRET|AWS_SECRET).*")
"""A client's secret and a cloud's are no session secrets: they are left alone."""
LISTS_OF_KEYS = frozenset({"APP_PREVIOUS_KEYS", "SECRET_KEY_FALLBACKS"})
"""Older keys with commas between them: Laravel's, and those of Django and Flask."""
TEMPLATES = (".example", ".sample", ".template")
LARGEST = 1_000_000
"""Bytes of a .env file that is read."""


@dataclass(frozen=True, slots=True)
class FoundSecret:
    """A secret, and where it was."""

    text: str = field(repr=False)
    source: str
    """`--secret`, `AUTH0_SECRET`, `AUTH0_SECRET in .env.local`."""


@dataclass(frozen=True, slots=True)
class FoundKeys:
    """Public keys that verify tokens, and where they were."""

    keys: Sequence[Key] = ()
    source: str = ""
    """`--jwks https://…`."""


NO_KEYS = FoundKeys()


def find_secrets(
    given: Sequence[str], env: Mapping[str, str], folder: Path | None
) -> list[FoundSecret]:
    """Return the secrets to try, the given ones first, each once.

    Raises: InputError for a .env file that cannot be read.
    """
    found = [FoundSecret(text, "--secret") for text in given]
    found += [FoundSecret(text, name) for name, text in _secrets_among(env)]
    for path in env_files(folder):
        pairs = _secrets_among(read_env_file(path))
        found += [FoundSecret(text, f"{name} in {path.name}") for name, text in pairs]
    by_text: dict[str, FoundSecret] = {}
    for secret in found:
        for meant in _meanings(secret):
            by_text.setdefault(meant.text, meant)
    return list(by_text.values())


def _meanings(secret: FoundSecret) -> Iterable[FoundSecret]:
    """Yield what was written: a text, its bytes, or each secret of a map."""
    for text, which in read_secret(secret.text):
        source = secret.source
        if which:
            source = f"{source} ({which})"
        yield FoundSecret(text, source)


def env_files(folder: Path | None) -> list[Path]:
    """Return the .env files of a folder that hold values, no templates."""
    if folder is None:
        return []
    paths = sorted(folder.glob(".env*"))
    return [path for path in paths if path.is_file() and not path.name.endswith(TEMPLATES)]


def read_env_file(path: Path) -> dict[str, str]:
    """Return the variables of a .env file that have a value. Raises: InputError."""
    read = [part.original.string for part in _parse_env_file(path) if not part.error]
    values = dotenv_values(stream=StringIO("".join(read)), interpolate=True)
    return {name: value for name, value in values.items() if value}


def find_unread_lines(path: Path) -> list[int]:
    """Return the lines of a .env file that cannot be read. Raises: InputError."""
    return [part.original.line for part in _parse_env_file(path) if part.error]


def _parse_env_file(path: Path) -> list[Binding]:
    try:
        raw = path.read_bytes()[:LARGEST]
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {error.strerror}. Fix: its mode") from error
    return list(parse_stream(StringIO(raw.decode("utf-8", "replace"))))


def _secrets_among(values: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for name, text in values.items():
        if not text or not NAMES.fullmatch(name) or NOT_OURS.fullmatch(name):
            continue
        parts = [text]
        if name in LISTS_OF_KEYS and not text.startswith("["):
            parts = text.split(",")
        for part in parts:
            yield name, part.strip()
