"""Which API an access token is for: `audience` as Auth0 has it, `resource` as RFC 8707 has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from authlib.oauth2 import OAuth2Error

from session_inspector.devserver.provider.requests.error_text import quote_value

AUDIENCE = "audience"
RESOURCE = "resource"


def choose_audience(lists: Mapping[str, Sequence[str]], granted: str = "") -> str:
    """Return the audience that the fields of a request name; `granted` when they name none.

    Raises: OAuth2Error (invalid_target) for a resource that is no absolute URI, or two of them.
    """
    resources = [value for value in lists.get(RESOURCE, ()) if value]
    audiences = [value for value in lists.get(AUDIENCE, ()) if value]
    if len(resources) > 1:
        raise _refuse("one access token is for one resource: name one")
    for resource in resources:
        _check_resource(resource)
    if resources and audiences and resources[0] != audiences[0]:
        raise _refuse("audience and resource name different APIs: send one of them")
    named = [*resources, *audiences, granted]
    return named[0]


def narrow_audience(lists: Mapping[str, Sequence[str]], granted: str) -> str:
    """Return the audience of a code's first token: what was granted, or what is named first here.

    Raises: OAuth2Error (invalid_target) when the login was for another API (RFC 8707 §2.2).
    """
    named = choose_audience(lists, granted)
    if granted and named != granted:
        raise _refuse(f"the login was for {quote_value(granted)}")
    return named


def _check_resource(resource: str) -> None:
    try:
        parts = urlsplit(resource)
    except ValueError:
        parts = urlsplit("")
    if not parts.scheme or not (parts.netloc or parts.path) or "#" in resource:
        shown = quote_value(resource)
        raise _refuse(f"resource {shown} is no absolute URI without a fragment")


def _refuse(description: str) -> OAuth2Error:
    return OAuth2Error(description, error="invalid_target")
