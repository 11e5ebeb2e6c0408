"""The settings of one run: what is configured, and what follows from it.

`core/configuration/table.py` has each setting's name, default, variable and flag. Flags beat the
environment, which beats the file, which beats the defaults; all are read once. A wrong value is an
InputError: one line that names the input, the rule and the fix.
"""

from __future__ import annotations

import json
import re
import secrets
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from session_inspector.devserver.core.access import new_token
from session_inspector.devserver.core.configuration.file import Flags, state_folder
from session_inspector.devserver.core.configuration.reading import Sources, load_sources
from session_inspector.devserver.core.configuration.registered import (
    TENANT_CLIENT,
    RegisteredClient,
    RegisteredOrganization,
    read_clients,
    read_organizations,
)
from session_inspector.devserver.core.configuration.section import as_table
from session_inspector.devserver.core.configuration.setting import extend_table
from session_inspector.devserver.core.configuration.table import (
    SHORTEST_SECRET,
    CookieSettings,
    LabSettings,
    TokenSettings,
)
from session_inspector.devserver.core.configuration.web_urls import is_web_url
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.private_file import make_whole
from session_inspector.devserver.core.values import Json, JsonObject

if TYPE_CHECKING:  # both bring cryptography, which the first paint does not wait for
    from session_inspector.devserver.provider.tenant import Tenant
    from session_inspector.devserver.tls import TlsFiles

_DOMAIN = re.compile(r"localhost(:\d+)?|[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d+)?")
CLIENT_VARIABLES = ("AUTH0_COOKIE_", "AUTH0_MFA_", "NEXT_P")
"""Beginnings of the variables that the client itself reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabUser:
    """Somebody who can log in with one key."""

    sub: str
    claims: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(LabSettings):
    """What is configured, and what a run adds to it."""

    state_dir: Path
    listen: str = ""
    """The address to listen on; empty: loopback. By flag only."""
    token: str = field(default="", repr=False)
    """Opens the control API; empty: nothing does."""
    cookie: CookieSettings = field(default_factory=CookieSettings)
    tokens: TokenSettings = field(default_factory=TokenSettings)
    users: tuple[LabUser, ...] = ()
    clients: tuple[RegisteredClient, ...] = ()
    """Further apps that log in at the local provider."""
    organizations: tuple[RegisteredOrganization, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the client itself reads from the environment: AUTH0_COOKIE_*, NEXT_PUBLIC_*."""
    tenant: Tenant | None = None
    """Somebody else's app that logs in here; None: only the lab's own."""
    tls: TlsFiles | None = None
    """The provider speaks https with these; None: http."""


def load_settings(flags: Flags, env: Mapping[str, str], *, keeps_state: bool = True) -> Settings:
    """Return the settings of one run.

    `keeps_state` False writes nothing: no state folder, and a secret for this run only.
    Raises: InputError.
    """
    sources = load_sources(flags, env)
    # a store that was named is somebody's: nothing is made there unasked
    is_named = bool(sources.section("lab").text("store"))
    lab = sources.read(LabSettings, create_store=not is_named)
    state = state_folder(env)
    secret = check_secret(lab.secret)
    if not secret and keeps_state:
        secret = keep_secret(state)
    elif not secret:
        secret = new_secret()
    return extend_table(
        Settings,
        lab,
        state_dir=state,
        secret=secret,
        store=store_url(lab.store, state),
        issuer=issuer_url(lab.issuer),
        base_url=check_base_url(lab.base_url),
        scope=check_scope(lab.scope),
        listen=str(flags.get("listen") or ""),
        token=new_token(env),
        cookie=sources.read(CookieSettings),
        tokens=sources.read(TokenSettings),
        users=read_users(sources.tables.get("users")),
        clients=_read_clients(sources, lab),
        organizations=read_organizations(sources.tables.get("organizations")),
        environment={name: env[name] for name in env if name.startswith(CLIENT_VARIABLES)},
    )


def _read_clients(sources: Sources, lab: LabSettings) -> tuple[RegisteredClient, ...]:
    """Return further apps of the local provider. Raises: InputError."""
    flag = sources.flags.get("clients")
    if not isinstance(flag, list):
        flag = []
    if lab.issuer and flag:
        raise InputError(
            f"--client is about the local provider, and issuer is {lab.issuer}."
            " Fix: register the client there, or leave one of them out"
        )
    return read_clients(sources.tables.get("clients"), flag, (lab.client_id, TENANT_CLIENT))


def store_url(text: str, state: Path) -> str:
    """Return a store URL; `:memory:` is SQLite's, none is a file in the state folder."""
    if text == ":memory:":
        return "sqlite://:memory:"
    return text or f"sqlite://{state / 'sessions.db'}"


def check_secret(secret: str) -> str:
    """Return a session secret that is long enough, or empty.

    Raises: InputError for a short one. The SDK takes any; 32 bytes is what its docs ask for.
    """
    size = len(secret.encode())
    if 0 < size < SHORTEST_SECRET:
        raise InputError(
            f"the session secret has {size} bytes; it must have {SHORTEST_SECRET} or more."
            " Fix: AUTH0_SECRET=$(openssl rand -hex 32)"
        )
    return secret


def new_secret() -> str:
    """Return a secret that nobody knows."""
    return secrets.token_hex(32)


def keep_secret(state: Path, name: str = "secret") -> str:
    """Return a secret of the lab's own, kept so that a browser stays logged in over a restart.

    Raises: InputError when the folder cannot be written, or what is there is no secret.
    """
    path = state / name
    try:
        if not path.exists():
            make_whole(path, new_secret().encode())
        found = path.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        found = ""
    except OSError as error:
        raise InputError(
            f"{path} cannot be written ({error.strerror}); the lab keeps its secret there."
            " Fix: set AUTH0_SECRET, or XDG_STATE_HOME to a folder of yours"
        ) from error
    if not found:
        raise InputError(
            f"{path} holds no secret: it is empty or no text, as a full disk leaves it. Fix:"
            f" rm {shlex.quote(str(path))}; the next start makes a new one"
        )
    return check_secret(found)


def issuer_url(text: str) -> str:
    """Return an issuer URL; a bare domain gets the slash that Auth0 ends it with.

    Raises: InputError for another scheme than http(s).
    """
    if not text:
        return ""
    if _DOMAIN.fullmatch(text.removesuffix("/")):
        return f"https://{text.removesuffix('/')}/"
    if not is_web_url(text):
        raise InputError(
            f"issuer is {text!r}; it must be a domain or an http(s) URL."
            " Fix: --issuer tenant.eu.auth0.com"
        )
    return text


def check_base_url(text: str) -> str:
    """Return the app's URL as it was given. Raises: InputError when it is none."""
    if text and not is_web_url(text):
        raise InputError(
            f"base_url is {text!r}; it must be an http(s) URL. Fix: --base-url https://app.example"
        )
    return text


def check_scope(text: str) -> str:
    """Return scopes, one space between them.

    Raises: InputError without openid (OpenID Connect Core §3.1.2.1).
    """
    scopes = text.split()
    if scopes and "openid" not in scopes:
        raise InputError(
            f"scope is {text!r}; a login needs openid among them. Fix: --scope 'openid {text}'"
        )
    return " ".join(scopes)


def read_users(found: object) -> tuple[LabUser, ...]:
    """Return the configured users, else those of a demo. Raises: InputError."""
    if found is None:
        return demo_users()
    if not isinstance(found, list):
        raise InputError("users is no list of tables; write [[users]] with a sub, one each")
    return tuple(_read_user(as_table("users", entry)) for entry in found)


def _read_user(entry: dict[str, object]) -> LabUser:
    sub = entry.get("sub")
    if not isinstance(sub, str) or not sub:
        raise InputError(f"users.sub is {sub!r}; each of [[users]] must have one, a text in quotes")
    try:
        claims: JsonObject = json.loads(json.dumps(entry, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise InputError(
            f"a claim of user {sub!r} is no JSON value: {error}. Fix: quote it"
        ) from None
    del claims["sub"]
    return LabUser(sub=sub, claims=claims)


def demo_users() -> tuple[LabUser, ...]:
    """Return the users of a lab that configures none; Dora's claims need a chunked cookie."""
    roles: list[Json] = [f"https://example.com/roles/department-{n:02d}" for n in range(60)]
    dora: JsonObject = {"name": "Dora Diaz", "email": "dora@example.com", "roles": roles}
    return (*_users_with_small_claims(), LabUser(sub="local|dora", claims=dora))


def _users_with_small_claims() -> tuple[LabUser, ...]:
    return tuple(
        LabUser(
            sub=f"local|{given.lower()}",
            claims={
                "name": f"{given} {family}",
                "nickname": given.lower(),
                "email": f"{given.lower()}@example.com",
                "email_verified": True,
            },
        )
        for given, family in (("Alice", "Archer"), ("Bob", "Baker"), ("Carol", "Chen"))
    )
