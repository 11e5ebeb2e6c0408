"""Which session secrets an app cannot start without: no other is ever set for it.

A secret that is set where the app has one changes it: what it has sealed is refused, and Django
writes over the row of a session that it cannot read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

OF_SDKS: Mapping[str, str] = {
    "nextjs": "AUTH0_SECRET",
    "express": "SECRET",
    "authjs": "AUTH_SECRET",
    "fastapi": "AUTH0_SECRET",
    "nuxt": "NUXT_SESSION_PASSWORD",
}
"""What SDKs refuse to start without; better-auth has a secret of its own for development."""
OF_GENERAL_USE = ("SECRET_KEY",)
"""Set only for an app whose source reads it in a way that fails without it."""
SESSION_SECRETS = frozenset({*OF_SDKS.values(), *OF_GENERAL_USE, "BETTER_AUTH_SECRET"})
"""All that the variables of a tenant may hold."""
INSTEAD: Mapping[str, Sequence[str]] = {
    "AUTH_SECRET": ("NEXTAUTH_SECRET", "AUTH_SECRET_1", "AUTH_SECRET_2", "AUTH_SECRET_3"),
}
"""Other names under which an SDK takes the same secret."""
OWN_DEFAULTS: Mapping[str, Sequence[str]] = {
    "better-auth": (
        "better-auth-secret-12345678901234567890",
        "better-auth-secret-123456789",
    ),
}
"""What SDKs seal with in development when nobody gives a secret: open in their sources."""
LITERAL = re.compile(r"\b(?:secret|password)[\"']?\s*[:=]\s*\[?\s*[\"'`]", re.IGNORECASE)
"""An option with the secret itself: `auth({ secret: "…" })`."""


def find_needed(
    reads: Sequence[str], known: Mapping[str, str], sources: Sequence[str]
) -> frozenset[str]:
    """Return the secrets that an app needs and has not, as far as its sources can be read.

    `known` are its variables, `reads` whose variables its packages read.
    """
    needed = {
        OF_SDKS[name] for name in reads if name in OF_SDKS and not _has_literal(name, sources)
    }
    needed |= {name for name in OF_GENERAL_USE if _is_required(name, sources)}
    return frozenset(
        name for name in needed if not _is_known(name, known) and not _has_default(name, sources)
    )


def find_defaults(reads: Sequence[str]) -> Iterator[str]:
    """Yield the secrets that an app's packages use when they are given none."""
    for name in reads:
        yield from OWN_DEFAULTS.get(name, ())


def describe_made(names: Iterable[str]) -> str:
    """Return that secrets were set, and what that means, in one line."""
    return (
        f"{', '.join(sorted(names))} set for this run, for the app has none: sessions that are"
        " sealed with another secret are refused"
    )


def _is_known(name: str, known: Mapping[str, str]) -> bool:
    return any(known.get(one) for one in (name, *INSTEAD.get(name, ())))


MODULES: Mapping[str, str] = {
    "nextjs": "@auth0/nextjs-auth0",
    "express": "express-openid-connect",
    "authjs": "next-auth|@auth/",
    "fastapi": "auth0_fastapi",
    "nuxt": "nuxt-auth-utils",
}
"""How the source that sets an SDK up names it."""


def _has_literal(sdk: str, sources: Sequence[str]) -> bool:
    """Check whether a source that sets an SDK up gives it a secret."""
    return any(re.search(MODULES[sdk], text) and LITERAL.search(text) for text in sources)


def _is_required(name: str, sources: Sequence[str]) -> bool:
    """Check whether a source reads a variable so that it fails without it.

    `os.environ["NAME"]`, `ENV.fetch("NAME")`; `config("NAME")` of Starlette and decouple,
    `env("NAME")` and `env.str("NAME")` of environs and django-environ.
    """
    quoted = rf"\s*[\"']{name}[\"']\s*"
    pattern = re.compile(
        rf"\benviron\s*\[{quoted}\](?!\s*=[^=])"
        rf"|\bENV\.fetch\({quoted}\)"
        rf"|\b(?:config|env)(?:\.str)?\({quoted}(?:,\s*cast\s*=[^,()]*)?\)"
    )
    return any(pattern.search(text) for text in sources)


def _has_default(name: str, sources: Sequence[str]) -> bool:
    """Check whether a source has a value of its own beside a variable.

    `get("NAME", "x")`, `env.NAME || "x"`, `get("NAME") or "x"`, `NAME = "x"`, `NAME: str = "x"`,
    `if "NAME" in os.environ`, `except KeyError`.
    """
    pattern = re.compile(
        rf"[\"']{name}[\"']\s*,(?!\s*cast\s*=[^,()]*\))"
        rf"|\b{name}\b[\"']?\s*[\])]*\s*(?:\|\||\?\?|\bor\b)"
        rf"|\b{name}\b[\"']?\s*\]?\s*(?::\s*[\w\[\]. |]+)?=\s*[a-zA-Z]?[\"'`]"
        rf"|\b{name}\b\s*:[^\n]*\bdefault\b"
        rf"|[\"']{name}[\"']\s+(?:not\s+)?in\s"
    )
    reading = re.compile(rf"\b{name}\b")
    return any(
        pattern.search(text) or ("except KeyError" in text and reading.search(text))
        for text in sources
    )
