"""Configuration: defaults, then the TOML file, then the environment, then flags; read once.

    [lab]             port, provider_port, store, kind, secret, issuer, base_url,
                      client_id, client_secret, skip_consent, revocation,
                      create_store, encrypt, journal
    [session]         rolling, absolute, inactivity           (durations in seconds)
    [session.cookie]  name, path, domain, secure, same_site, transient
    [tokens]          access, refresh, id, rotate, reuse_grace, session
    [[users]]         sub, and any claims
    [ui], [keys]      how the app looks, and its keys (inspector/ui/preferences.py)

A wrong value is an InputError: one line that names the input, the rule and the fix.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from session_inspector.devserver.core.access import new_token
from session_inspector.devserver.core.config import (
    ConfigTable,
    Flags,
    as_table,
    read_config,
    state_folder,
)
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.base import Kind
from session_inspector.devserver.core.values import Json, JsonObject

if TYPE_CHECKING:  # both bring cryptography, which the first paint does not wait for
    from session_inspector.devserver.provider.tenant import Tenant
    from session_inspector.devserver.tls import TlsFiles

SHORTEST_SECRET = 32
ENVIRONMENT = {
    "secret": "AUTH0_SECRET",
    "issuer": "AUTH0_DOMAIN",
    "client_id": "AUTH0_CLIENT_ID",
    "client_secret": "AUTH0_CLIENT_SECRET",
    "base_url": "APP_BASE_URL",
    "store": "SESSION_INSPECTOR_STORE",
    "port": "SESSION_INSPECTOR_PORT",
    "kind": "SESSION_INSPECTOR_KIND",
}
CLIENT = ("AUTH0_COOKIE_", "AUTH0_MFA_", "NEXT_P")
"""Beginnings of the variables that the client itself reads."""
KINDS = ("stateful", "stateless")
LAB = frozenset(ENVIRONMENT) | {
    "provider_port",
    "skip_consent",
    "revocation",
    "create_store",
    "encrypt",
    "journal",
}
SESSION = frozenset({"rolling", "absolute", "inactivity", "cookie"})
TEXTS = ("name", "path", "domain", "same_site")
COOKIE = frozenset({*TEXTS, "secure", "transient"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieSettings:
    """Options of the session cookie; None: the SDK's default or its environment variable."""

    name: str | None = None
    path: str | None = None
    domain: str | None = None
    secure: bool | None = None
    same_site: str | None = None
    transient: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSettings:
    """Lifetimes at the local provider, in seconds."""

    access: int = 3600
    refresh: int = 2_592_000
    id: int = 36_000
    session: int = 259_200
    """The provider's own login session."""
    rotate: bool = True
    reuse_grace: int = 0
    """A rotated refresh token is still accepted for so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabUser:
    """Somebody who can log in with one key."""

    sub: str
    claims: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that can be configured."""

    secret: str = field(repr=False)
    store: str
    state_dir: Path
    port: int = 0
    """0: a free one."""
    provider_port: int = 0
    listen: str = ""
    """The address to listen on; empty: loopback. By flag only."""
    token: str = field(default="", repr=False)
    """Opens the control API; empty: nothing does."""
    kind: Kind = "stateful"
    issuer: str = ""
    """An outside provider; empty: the local one."""
    base_url: str = ""
    client_id: str = "session-inspector-lab"
    client_secret: str = field(default="lab-client-secret-of-loopback-only", repr=False)
    skip_consent: bool = True
    revocation: str = ""
    """`store`: stateless sessions can be revoked, by a list in the store."""
    create_store: bool = False
    """Make table, indexes or collection in a store that was named."""
    encrypt: bool = False
    """Seal what is written into the store with the session secret."""
    journal: int = 10_000
    """Events that are held for readers who come later, or stall."""
    rolling: bool = True
    absolute: int = 259_200
    inactivity: int = 86_400
    cookie: CookieSettings = CookieSettings()
    tokens: TokenSettings = TokenSettings()
    users: tuple[LabUser, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the client itself reads from the environment: AUTH0_COOKIE_*, NEXT_PUBLIC_*."""
    tenant: Tenant | None = None
    """Somebody else's app that logs in here; None: only the lab's own."""
    tls: TlsFiles | None = None
    """The provider speaks https with these; None: http."""


def demo_users() -> tuple[LabUser, ...]:
    """Return the users of a lab that configures none; Dora's claims need a chunked cookie."""
    roles: list[Json] = [f"https://example.com/roles/department-{n:02d}" for n in range(60)]
    dora: JsonObject = {"name": "Dora Diaz", "email": "dora@example.com", "roles": roles}
    return (*_plain_users(), LabUser(sub="local|dora", claims=dora))


def _plain_users() -> tuple[LabUser, ...]:
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


def load_settings(flags: Flags, env: Mapping[str, str], *, keeps_state: bool = True) -> Settings:
    """Return the settings of one run.

    `keeps_state` False writes nothing: no state folder, and a secret for this run only.
    Raises: InputError.
    """
    config = read_config(flags, env)
    over = {name: env[variable] for name, variable in ENVIRONMENT.items() if variable in env}
    lab = ConfigTable("lab", config.get("lab"), known=LAB, flags=flags, env=over)
    session = ConfigTable("session", config.get("session"), known=SESSION, flags=flags)
    state = state_folder(env)
    kind: Kind = "stateless" if lab.choice("kind", KINDS) == "stateless" else "stateful"
    return Settings(
        state_dir=state,
        secret=checked_secret(lab.text("secret")) or kept_secret(state if keeps_state else None),
        store=_store(lab.text("store"), state),
        port=lab.port("port"),
        provider_port=lab.port("provider_port"),
        listen=str(flags.get("listen") or ""),
        token=new_token(env),
        kind=kind,
        issuer=_issuer(lab.text("issuer")),
        base_url=lab.text("base_url"),
        client_id=lab.text("client_id", "session-inspector-lab"),
        client_secret=lab.text("client_secret", "lab-client-secret-of-loopback-only"),
        skip_consent=lab.flag("skip_consent", True),
        revocation=lab.choice("revocation", ("", "store")),
        create_store=lab.flag("create_store", not lab.text("store")),
        encrypt=lab.flag("encrypt", False),
        journal=lab.count("journal", 10_000, 100),
        rolling=session.flag("rolling", True),
        absolute=session.seconds("absolute", 259_200),
        inactivity=session.seconds("inactivity", 86_400),
        cookie=_cookie(session.raw("cookie")),
        tokens=_tokens(config.get("tokens")),
        users=_users(config.get("users")),
        environment={name: text for name, text in env.items() if name.startswith(CLIENT)},
    )


def _store(text: str, state: Path) -> str:
    """Return a store URL; `:memory:` is SQLite's, none is a file in the state folder."""
    if text == ":memory:":
        return "sqlite://:memory:"
    return text or f"sqlite://{state / 'sessions.db'}"


def checked_secret(secret: str) -> str:
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


def kept_secret(state: Path | None, name: str = "secret") -> str:
    """Return a secret of the lab's own, kept so that a browser stays logged in over a restart.

    Raises: InputError when the folder cannot be written.
    """
    if state is None:
        return secrets.token_hex(32)
    path = state / name
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
        return checked_secret(path.read_text().strip())
    except OSError as error:
        raise InputError(
            f"{path} cannot be written ({error.strerror}); the lab keeps its secret there."
            " Fix: set AUTH0_SECRET, or XDG_STATE_HOME to a folder of yours"
        ) from error


def _issuer(text: str) -> str:
    """Return an issuer URL from a domain or URL, with the slash Auth0 ends it with."""
    if not text:
        return ""
    url = text if "://" in text else f"https://{text}"
    if not url.startswith(("https://", "http://")):
        raise InputError(f"issuer is {text!r}; it must be a domain or an http(s) URL")
    return url if "://" in text else f"{url}/"


def _cookie(found: object) -> CookieSettings:
    table = ConfigTable("session.cookie", found, known=COOKIE)
    return CookieSettings(
        **{name: table.text(name) for name in TEXTS if table.raw(name) is not None},
        secure=None if table.raw("secure") is None else table.flag("secure", False),
        transient=None if table.raw("transient") is None else table.flag("transient", False),
    )


def _tokens(found: object) -> TokenSettings:
    default = TokenSettings()
    table = ConfigTable("tokens", found, known=frozenset(TokenSettings.__dataclass_fields__))
    return TokenSettings(
        access=table.seconds("access", default.access),
        refresh=table.seconds("refresh", default.refresh),
        id=table.seconds("id", default.id),
        session=table.seconds("session", default.session),
        rotate=table.flag("rotate", default.rotate),
        reuse_grace=table.seconds("reuse_grace", default.reuse_grace),
    )


def _users(found: object) -> tuple[LabUser, ...]:
    if found is None:
        return demo_users()
    if not isinstance(found, list):
        raise InputError("users is no list of tables; write [[users]] with a sub, one each")
    return tuple(_user(as_table("users", entry)) for entry in found)


def _user(entry: dict[str, object]) -> LabUser:
    sub = entry.get("sub")
    if not isinstance(sub, str) or not sub:
        raise InputError(f"users.sub is {sub!r}; each of [[users]] must have one, a text in quotes")
    try:
        claims: JsonObject = json.loads(json.dumps(entry))
    except TypeError as error:
        raise InputError(
            f"a claim of user {sub!r} is no JSON value: {error}. Fix: quote it"
        ) from None
    del claims["sub"]
    return LabUser(sub=sub, claims=claims)
