"""The table of settings: one row each, with type, default, environment variable, flag and help.

From it come the flags, what is read from file and environment, the JSON Schema, the tables in
docs/configuration.md and the completion scripts. A new setting is one row here, and its use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from session_inspector.devserver.core.configuration.attach_table import AttachTable
from session_inspector.devserver.core.configuration.run_table import RunTable
from session_inspector.devserver.core.configuration.setting import (
    Section,
    Setting,
    rows_of,
    setting,
)

if TYPE_CHECKING:  # the events, for one word
    from session_inspector.devserver.core.events.base import Kind

SHORTEST_SECRET = 32
"""Bytes. The SDK takes fewer; 32 is what its documentation asks for."""
FEWEST_EVENTS = 100
SAME_SITES = ("", "lax", "strict", "none")
"""Empty: the SDK's default."""
KINDS = ("stateful", "stateless")
THEME_NAMES = ("night", "day", "contrast", "mono")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSettings:
    """[session]: how long a session lives; the defaults are the SDK's."""

    rolling: bool = setting(
        "session", "switch", True, "each request extends the session, up to `absolute`"
    )
    absolute: int = setting("session", "seconds", 259_200, "the longest a session lives")
    inactivity: int = setting(
        "session", "seconds", 86_400, "how long a rolling session lives without a request"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LabSettings(SessionSettings):
    """[lab] and [session]: the servers, and what their sessions do."""

    port: int = setting(
        "lab",
        "port",
        0,
        "port of the demo app; 0: a free one",
        variable="SESSION_INSPECTOR_PORT",
        flag="--port",
        metavar="N",
    )
    provider_port: int = setting(
        "lab",
        "port",
        0,
        "port of the local provider; 0: a free one",
        flag="--provider-port",
        metavar="N",
    )
    store: str = setting(
        "lab",
        "text",
        "",
        "where sessions live; `session-inspector stores` lists the kinds of URL",
        unset="SQLite in `~/.local/state/session-inspector`",
        variable="SESSION_INSPECTOR_STORE",
        flag="--store",
        metavar="URL",
    )
    kind: Kind = setting(
        "lab",
        "choice",
        "stateful",
        "stateful: the session is in the store; stateless: in the cookie",
        choices=KINDS,
        variable="SESSION_INSPECTOR_KIND",
        flag="--kind",
        metavar="KIND",
    )
    issuer: str = setting(
        "lab",
        "text",
        "",
        "an outside provider, not the local one",
        unset="the local provider",
        variable="AUTH0_DOMAIN",
        flag="--issuer",
        metavar="URL",
    )
    base_url: str = setting(
        "lab",
        "text",
        "",
        "the app's URL behind a proxy of yours",
        unset="`http://127.0.0.1:PORT`",
        variable="APP_BASE_URL",
        flag="--base-url",
        metavar="URL",
    )
    client_id: str = setting(
        "lab",
        "text",
        "session-inspector-lab",
        "client id at an outside provider",
        variable="AUTH0_CLIENT_ID",
        flag="--client-id",
        metavar="ID",
    )
    client_secret: str = setting(
        "lab",
        "text",
        "lab-client-secret-of-loopback-only",
        "client secret at an outside provider",
        unset="the lab's own",
        variable="AUTH0_CLIENT_SECRET",
        is_secret=True,
    )
    scope: str = setting(
        "lab",
        "text",
        "",
        "what a login asks the provider for; with `openid`",
        unset="`openid profile email offline_access`",
        variable="AUTH0_SCOPE",
        flag="--scope",
        metavar="SCOPES",
    )
    secret: str = setting(
        "lab",
        "text",
        "",
        "seals the cookies; 32 bytes or more",
        unset="made once, kept with mode 0600",
        least=SHORTEST_SECRET,
        variable="AUTH0_SECRET",
        is_secret=True,
    )
    revocation: str = setting(
        "lab",
        "choice",
        "",
        "store: stateless sessions can be revoked, by a list in the store",
        unset="none",
        choices=("", "store"),
        flag="--revocation",
        metavar="store",
    )
    create_store: bool = setting(
        "lab",
        "switch",
        False,
        "make the table, indexes or collection of a store that was named",
        flag="--create",
    )
    encrypt: bool = setting(
        "lab",
        "switch",
        False,
        "seal the store's rows with the session secret",
        flag="--encrypt",
    )
    skip_consent: bool = setting(
        "lab", "switch", True, "the local provider does not ask for consent"
    )
    post_logout_uris: tuple[str, ...] = setting(
        "lab",
        "addresses",
        (),
        "where the local provider may send a browser after logout: URLs, or paths of the app",
        unset="the app itself",
        flag="--post-logout-uri",
        metavar="URL",
    )
    journal: int = setting(
        "lab",
        "count",
        10_000,
        "events that are held for readers who come later, or stall",
        least=FEWEST_EVENTS,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieSettings:
    """[session.cookie]; None: the SDK's default, or its variable AUTH0_COOKIE_*."""

    name: str | None = setting("session.cookie", "text", None, "name of the session cookie")
    path: str | None = setting("session.cookie", "text", None, "its Path")
    domain: str | None = setting("session.cookie", "text", None, "its Domain")
    secure: bool | None = setting("session.cookie", "switch", None, "its Secure")
    same_site: str = setting(
        "session.cookie", "choice", "", "its SameSite", unset="not set", choices=SAME_SITES
    )
    transient: bool | None = setting(
        "session.cookie", "switch", None, "it ends with the browser: no Max-Age"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSettings:
    """[tokens]: lifetimes at the local provider."""

    access: int = setting(
        "tokens",
        "seconds",
        3600,
        "how long an access token lives",
        flag="--access-ttl",
        metavar="S",
        is_named_by_flag=True,
    )
    refresh: int = setting(
        "tokens",
        "seconds",
        2_592_000,
        "how long a refresh token lives",
        flag="--refresh-ttl",
        metavar="S",
        is_named_by_flag=True,
    )
    id: int = setting(
        "tokens",
        "seconds",
        36_000,
        "how long an ID token lives",
        flag="--id-ttl",
        metavar="S",
        is_named_by_flag=True,
    )
    session: int = setting(
        "tokens", "seconds", 259_200, "how long the provider's own session lives"
    )
    rotate: bool = setting("tokens", "switch", True, "each refresh gives a new refresh token")
    reuse_grace: int = setting(
        "tokens", "seconds", 0, "how long a rotated refresh token is still accepted"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AppearanceSettings:
    """[ui]: what the terminal app looks like and keeps."""

    theme: str = setting(
        "ui",
        "choice",
        THEME_NAMES[0],
        "colours; with `NO_COLOR` in the environment the default is `mono`",
        choices=THEME_NAMES,
    )
    compact: bool = setting("ui", "switch", False, "fewer borders, more lines")
    stores: tuple[str, ...] = setting(
        "ui", "urls", (), "URLs of stores that `s` offers and `m` measures", unset="none"
    )
    keep: int = setting(
        "ui",
        "count",
        1_000_000,
        "how many events, and sessions, the app keeps: the newest",
        least=FEWEST_EVENTS,
    )


ROWS: tuple[Setting, ...] = (
    *rows_of(LabSettings),
    *rows_of(CookieSettings),
    *rows_of(TokenSettings),
    *rows_of(AttachTable),
    *rows_of(AppearanceSettings),
)
LISTS = frozenset({"users", "clients", "organizations"})
"""Tables of the file that may come several times."""
TABLES = frozenset({*(row.section.partition(".")[0] for row in ROWS), *LISTS, "keys"})
"""Tables of the file; those of `LISTS` and `keys` have rows of their own kind."""


ALL_ROWS: tuple[Setting, ...] = (*ROWS, *rows_of(RunTable))
"""Those of the project's own file too."""


def rows_in(section: Section) -> tuple[Setting, ...]:
    """Return the rows of one section."""
    return tuple(row for row in ALL_ROWS if row.section == section)


def names_in(section: str) -> frozenset[str]:
    """Return the names that a section knows, its sections within included."""
    names = {row.name for row in ALL_ROWS if row.section == section}
    inner = {row.section.removeprefix(f"{section}.") for row in ALL_ROWS if row.section != section}
    return frozenset(names | {name for name in inner if f"{section}.{name}" in SECTIONS})


SECTIONS = frozenset(row.section for row in ROWS)
