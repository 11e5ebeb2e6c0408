"""Who calls the token endpoint: by secret in a Basic header or the form, or by its id alone.

Each refusal says what is wrong: a wrong secret, none, one too many (RFC 6749 §2.3).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import unquote

from authlib.oauth2.rfc6749 import InvalidClientError, InvalidRequestError

from session_inspector.devserver.provider.registrations import ClientRegistration
from session_inspector.devserver.provider.requests.error_text import quote_value

Method: TypeAlias = Literal["client_secret_basic", "client_secret_post", "none"]
FindClient: TypeAlias = Callable[[str], ClientRegistration | None]
NO_BASIC = "the Basic header is not the base64 of client_id:client_secret"
NO_ASSERTION = "client_assertion is not supported: send the client_secret"
NO_CLIENT = "no client is named: send client_id, or a Basic header"
TWO_METHODS = "the secret is in the Basic header and in the form: send it once"
TWO_CLIENTS = "client_id in the form is not the client of the Basic header"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request says of its client."""

    client_id: str
    secrets: tuple[str, ...]
    """The secret in each way it may be meant; none: it sent none."""
    method: Method


def authenticate(
    headers: Mapping[str, str], form: Mapping[str, str], find_client: FindClient
) -> tuple[ClientRegistration, Method]:
    """Return the client and how it proved itself.

    Raises: InvalidClientError (401), InvalidRequestError for two clients or secrets at once.
    """
    found = _read_credentials(headers, form)
    client = find_client(found.client_id)
    shown = quote_value(found.client_id)
    if client is None:
        raise _refuse(f"no client {shown} is registered here")
    if not client.client_secret and found.secrets:
        raise _refuse(f"client {shown} has no secret: send none")
    if not client.client_secret:
        return client, "none"
    if not found.secrets and "client_assertion" in form:
        raise _refuse(NO_ASSERTION)
    if not found.secrets:
        raise _refuse(f"client {shown} has a secret, and none was sent")
    if not any(client.check_client_secret(secret) for secret in found.secrets):
        raise _refuse(f"the client_secret of client {shown} is wrong")
    return client, found.method


def _read_credentials(headers: Mapping[str, str], form: Mapping[str, str]) -> Credentials:
    form_id = form.get("client_id", "")
    scheme, _, text = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        found = _read_basic(text.strip())
        if form_id and form_id != found.client_id:
            raise InvalidRequestError(TWO_CLIENTS)
        if found.secrets and form.get("client_secret"):
            raise InvalidRequestError(TWO_METHODS)
        return found
    if not form_id:
        raise _refuse(NO_CLIENT)
    secret = form.get("client_secret", "")
    if not secret:
        return Credentials(form_id, (), "none")
    return Credentials(form_id, (secret,), "client_secret_post")


def _read_basic(text: str) -> Credentials:
    """Return the credentials of a Basic header; without a secret they are a public client's.

    Both parts are form-encoded (RFC 6749 §2.3.1), which not every client does.
    """
    try:
        client_id, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except ValueError as error:
        raise _refuse(NO_BASIC) from error
    if not secret:
        return Credentials(unquote(client_id), (), "none")
    return Credentials(unquote(client_id), (unquote(secret), secret), "client_secret_basic")


def _refuse(description: str) -> InvalidClientError:
    return InvalidClientError(description=description, status_code=401)
