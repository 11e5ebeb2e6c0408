"""Why a browser is sent nowhere: which address to register, and how."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from session_inspector.devserver.provider.registrations import ClientRegistration

LONGEST = 300
"""Characters of an address that a page shows."""
LOGOUT = (
    "Register it: add --post-logout-uri {uri} to the command, or post_logout_uris = ['{uri}'] under"
    " [lab] in the configuration; for one of [[clients]], to its post_logout_redirect_uris."
)
LOGIN = (
    "Register it: add --redirect-uri {uri} to session-inspector serve --as-tenant; for another"
    " client, --client ID=URL, or the redirect_uris of its [[clients]]."
)
WHO = "No client is named, so no address can be looked up: send client_id"
NO_URL = "It is no http(s) URL, and cannot be registered."


def explain_client(clients: Mapping[str, ClientRegistration], client_id: str) -> str:
    """Return why a client is unknown, and which are known."""
    known = ", ".join(clients)
    if not client_id:
        return f"No client is named: send client_id. Known are: {known}."
    return f"There is no client {_cut(client_id)} here. Known are: {known}."


def explain_redirect(client: ClientRegistration, uri: str) -> str:
    """Return why a login goes back to no such address."""
    if not uri:
        return "redirect_uri is missing."
    return _explain("redirect_uri", uri, client, client.redirect_uris, LOGIN)


def explain_logout(
    name: str, uri: str, client_id: str, clients: Mapping[str, ClientRegistration]
) -> str:
    """Return why a logout goes back to no such address; `name` is its parameter."""
    if not client_id and name == "returnTo":
        return f"{WHO} beside {name}."
    if not client_id:
        return f"{WHO} or id_token_hint beside {name}."
    client = clients.get(client_id)
    if client is None:
        return explain_client(clients, client_id)
    return _explain(name, uri, client, client.post_logout_redirect_uris, LOGOUT)


def _explain(
    name: str, uri: str, client: ClientRegistration, known: tuple[str, ...], how: str
) -> str:
    advice = NO_URL
    if _is_web_url(uri):
        advice = how.format(uri=_cut(uri))
    registered = ", ".join(known) or "none"
    return (
        f"{name} {_cut(uri)} is not registered for client {client.client_id}. {advice}"
        f" Registered are: {registered}."
    )


def _is_web_url(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _cut(text: str) -> str:
    shown = "".join(letter for letter in text if letter.isprintable())
    if len(shown) <= LONGEST:
        return shown
    return f"{shown[:LONGEST]}…"
