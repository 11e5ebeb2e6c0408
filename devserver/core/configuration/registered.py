"""Apps and organisations that are registered at the local provider: [[clients]], [[organizations]].

Members of a client are named as RFC 7591 and OpenID Connect's logout specifications name them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from urllib.parse import urlsplit

from session_inspector.devserver.core.configuration.section import as_table
from session_inspector.devserver.core.configuration.web_urls import SCHEMES, is_web_url
from session_inspector.devserver.core.errors import InputError

NAME = re.compile("[A-Za-z0-9_.-]{1,100}")
"""A client id, the id or the name of an organisation."""
ORGANIZATION = "org_"
TENANT_CLIENT = "session-inspector-tenant"
"""The client id of a tenant's app."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredClient:
    """One of [[clients]]."""

    client_id: str
    client_secret: str = field(default="", repr=False)
    """Empty: a public client, which must use PKCE."""
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    web_origins: tuple[str, ...] = ()
    """Whose scripts may ask, in addition to the origins of the redirect URIs."""
    backchannel_logout_uri: str = ""
    frontchannel_logout_uri: str = ""
    require_pushed_authorization_requests: bool = False
    dpop_bound_access_tokens: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredOrganization:
    """One of [[organizations]]."""

    id: str
    name: str = ""
    members: tuple[str, ...] = ()
    """Subjects of users; none: everybody."""


def read_clients(
    found: object, flag: Sequence[str], taken: Sequence[str]
) -> tuple[RegisteredClient, ...]:
    """Return the clients of the file and of the flags, each `ID` or `ID=REDIRECT_URI`.

    `taken`: ids that the lab's own clients have. Raises: InputError.
    """
    clients = [_read_client(entry) for entry in _read_list("clients", found)]
    clients += _read_flag(flag)
    seen = set(taken)
    for client in clients:
        if client.client_id in seen:
            raise InputError(
                f"client id {client.client_id!r} is taken; each client needs one of its own"
            )
        seen.add(client.client_id)
    return tuple(clients)


def read_organizations(found: object) -> tuple[RegisteredOrganization, ...]:
    """Return the organisations of the file. Raises: InputError."""
    return tuple(_read_organization(entry) for entry in _read_list("organizations", found))


def _read_list(name: str, found: object) -> list[dict[str, object]]:
    if found is None:
        return []
    if not isinstance(found, list):
        raise InputError(f"{name} is no list of tables; write [[{name}]], one each")
    return [as_table(name, entry) for entry in found]


def _read_client(entry: Mapping[str, object]) -> RegisteredClient:
    known = {each.name for each in fields(RegisteredClient)}
    _check_members("clients", entry, known)
    client = RegisteredClient(
        client_id=_read_name("clients.client_id", entry.get("client_id")),
        client_secret=_read_text("clients.client_secret", entry.get("client_secret")),
        redirect_uris=_read_uris("redirect_uris", entry),
        post_logout_redirect_uris=_read_uris("post_logout_redirect_uris", entry),
        web_origins=tuple(map(_check_origin, _read_uris("web_origins", entry))),
        backchannel_logout_uri=_read_uri("backchannel_logout_uri", entry),
        frontchannel_logout_uri=_read_uri("frontchannel_logout_uri", entry),
        require_pushed_authorization_requests=_read_switch(
            "require_pushed_authorization_requests", entry
        ),
        dpop_bound_access_tokens=_read_switch("dpop_bound_access_tokens", entry),
    )
    return client


def _read_flag(texts: Sequence[str]) -> list[RegisteredClient]:
    """Return the public clients of --client; one that is named twice has both URIs."""
    uris: dict[str, list[str]] = {}
    for each in texts:
        client_id, _, uri = each.partition("=")
        given = uris.setdefault(_read_name("--client", client_id), [])
        if uri:
            given.append(_check_uri("--client", uri))
    return [
        RegisteredClient(
            client_id=client_id,
            redirect_uris=tuple(given),
            post_logout_redirect_uris=_list_origins(given),
        )
        for client_id, given in uris.items()
    ]


def _list_origins(uris: Sequence[str]) -> tuple[str, ...]:
    """Return where a browser may go after logout: the front page of each redirect URI."""
    origins: list[str] = []
    for uri in uris:
        parts = urlsplit(uri)
        origins += [f"{parts.scheme}://{parts.netloc}", f"{parts.scheme}://{parts.netloc}/"]
    return tuple(dict.fromkeys(origins))


def _read_organization(entry: Mapping[str, object]) -> RegisteredOrganization:
    _check_members("organizations", entry, {"id", "name", "members"})
    found = _read_name("organizations.id", entry.get("id"))
    if not found.startswith(ORGANIZATION):
        raise InputError(f"organizations.id is {found!r}; it must begin with {ORGANIZATION}")
    name = found.removeprefix(ORGANIZATION)
    if "name" in entry:
        name = _read_name("organizations.name", entry["name"])
    members = _read_texts("organizations.members", entry.get("members", []))
    return RegisteredOrganization(id=found, name=name, members=members)


def _check_members(table: str, entry: Mapping[str, object], known: set[str]) -> None:
    unknown = sorted(set(entry) - known)
    if unknown:
        raise InputError(
            f"{table}.{unknown[0]} is no setting; it must be one of: {', '.join(sorted(known))}"
        )


def _read_name(name: str, found: object) -> str:
    if not isinstance(found, str) or not NAME.fullmatch(found):
        raise InputError(f"{name} is {found!r:.60}; it must be letters, digits, . _ and -")
    return found


def _read_text(name: str, found: object) -> str:
    if found is None:
        return ""
    if not isinstance(found, str):
        raise InputError(f"{name} must be a text in quotes")
    return found


def _read_texts(name: str, found: object) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise InputError(f"{name} is {found!r:.60}; it must be a list of texts")
    return tuple(found)


def _read_uris(name: str, entry: Mapping[str, object]) -> tuple[str, ...]:
    texts = _read_texts(f"clients.{name}", entry.get(name, []))
    return tuple(_check_uri(f"clients.{name}", text) for text in texts)


def _read_uri(name: str, entry: Mapping[str, object]) -> str:
    text = _read_text(f"clients.{name}", entry.get(name))
    if not text:
        return ""
    return _check_uri(f"clients.{name}", text)


def _check_uri(name: str, uri: str) -> str:
    """Return an absolute URI without a fragment; apps of a desktop have schemes of their own."""
    try:
        parts = urlsplit(uri)
        is_absolute = bool(parts.scheme and (parts.netloc or parts.path))
        is_absolute = is_absolute and (parts.scheme not in SCHEMES or is_web_url(uri))
    except ValueError:
        is_absolute = False
    if not is_absolute or "#" in uri or not uri.isprintable():
        raise InputError(
            f"{name} is {uri!r:.80}; it must be a whole URL: http://localhost:5173/callback"
        )
    return uri


def _check_origin(uri: str) -> str:
    """Return an origin as browsers send it: scheme, host and port."""
    parts = urlsplit(uri)
    if parts.scheme not in ("http", "https") or parts.path not in ("", "/") or parts.query:
        raise InputError(
            f"clients.web_origins is {uri!r:.80}; it must be scheme, host and port:"
            " http://localhost:5173"
        )
    return f"{parts.scheme}://{parts.netloc}".lower()


def _read_switch(name: str, entry: Mapping[str, object]) -> bool:
    found = entry.get(name, False)
    if not isinstance(found, bool):
        raise InputError(f"clients.{name} is {found!r:.60}; it must be true or false")
    return found
