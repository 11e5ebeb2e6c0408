"""Whether a command runs a test suite: it needs an environment, and opens no port by itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

RUNNERS = frozenset(
    {
        "pytest",
        "py.test",
        "tox",
        "nox",
        "vitest",
        "jest",
        "mocha",
        "ava",
        "cypress",
        "rspec",
        "phpunit",
        "pest",
        "newman",
        "k6",
        "schemathesis",
    }
)
WITH_TEST = frozenset(
    {"playwright", "go", "cargo", "mvn", "gradle", "npm", "pnpm", "yarn", "bun", "deno"}
    | {"make", "rails", "artisan", "dotnet", "node", "manage.py", "mix", "django-admin"}
)
"""Programs that run the tests when the next word is `test`, or begins so: `npm run test:e2e`."""
WRAPPERS = frozenset(
    {"npx", "pnpx", "bunx", "uvx", "uv", "poetry", "pdm", "hatch", "pipenv", "rye", "bundle"}
    | {"exec", "run", "dlx", "env", "xvfb-run", "coverage", "dotenv", "time", "x", "tool", "php"}
)


def is_suite(command: Sequence[str]) -> bool:
    """Check whether a command is a test runner's."""
    words = [word for word in command if not _is_setting(word)]
    for number, word in enumerate(words):
        name = PurePath(word).name.removesuffix(".exe")
        if name in RUNNERS:
            return True
        if name in WITH_TEST and _runs_tests(words[number + 1 :]):
            return True
        if name not in WITH_TEST | WRAPPERS and not name.startswith("python"):
            return False
    return False


def _runs_tests(words: Sequence[str]) -> bool:
    following = [word.lstrip("-") for word in words if word != "run"]
    return bool(following) and following[0].split(":")[0] in ("test", "tests", "verify", "check")


def _is_setting(word: str) -> bool:
    """Check for `-m`, `--quiet`, `NODE_ENV=test`: they say nothing of what runs."""
    name = word.partition("=")[0]
    return (word.startswith("-") and word != "--test") or ("=" in word and name.isidentifier())
