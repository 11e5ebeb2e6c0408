"""The configured authorization parameters and scopes, read as the SDK's constructor reads them.

A scope is one text, or one for each audience: {"https://api": "openid read"}; then an audience has
to be configured as well. Without one, or with an empty one, it is the SDK's default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from session_inspector.devserver.core.errors import InputError

DEFAULT_SCOPE = "openid profile email offline_access"
Parameter: TypeAlias = str | float | bool | Mapping[str, str] | None
"""None: not sent. A mapping is for `scope` only."""
AuthorizationParameters: TypeAlias = Mapping[str, Parameter]


@dataclass(frozen=True, slots=True)
class ReadParameters:
    """What is sent to the authorization endpoint, and the scope of each audience."""

    parameters: Mapping[str, str]
    scopes: Mapping[str, str] = field(default_factory=dict)
    """By audience; empty: one scope for all."""


def read_authorization_parameters(given: AuthorizationParameters) -> ReadParameters:
    """Return the parameters as texts, the scope last where it is not given.

    Raises: InputError for a scope without `openid`, which gives no ID token and so no session, and
    for what is no parameter.
    """
    texts = {name: _write(name, value) for name, value in given.items() if name != "scope"}
    audience = texts.get("audience") or ""
    scopes = _read_scopes(given.get("scope"), audience)
    scope = scopes.get(audience) or _read_text(given.get("scope"))
    if "openid" not in [word.strip() for word in scope.split(" ")]:
        wanted = " ".join(["openid", *scope.split()])
        raise InputError(
            f"the scope {scope!r} has no 'openid': without it a provider gives no ID token, and"
            f" nobody is logged in. Fix: scope={wanted!r}"
        )
    found = {name: texts.get(name) for name in given} | {"scope": scope}
    return ReadParameters({k: v for k, v in found.items() if v is not None}, scopes)


def _read_scopes(given: Parameter, audience: str) -> dict[str, str]:
    """Return the scope of each audience, the default's among them; empty for one scope for all."""
    if not isinstance(given, Mapping):
        return {}
    if not audience:
        raise InputError(
            "scope is a mapping of audiences, but no audience is configured. Fix: add"
            " 'audience' to authorization_parameters"
        )
    scopes = {str(name): str(scope) for name, scope in given.items()}
    if not scopes.get(audience):
        scopes[audience] = DEFAULT_SCOPE
    return scopes


def _read_text(given: Parameter) -> str:
    if not given:
        return DEFAULT_SCOPE
    if isinstance(given, str):
        return given
    raise InputError(f"scope is {given!r}. Fix: a text, such as 'openid profile'")


def _write(name: str, value: Parameter) -> str | None:
    """Return a parameter as it is sent, as String() of JavaScript writes it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return f"{value:.15g}"
    raise InputError(f"{name} in authorization_parameters is {value!r}. Fix: a text or a number")


def split_scope(scope: str) -> list[str]:
    """Return the words of a scope; only spaces part them, as in the SDK."""
    return [word for word in scope.strip().split(" ") if word]


def merge_scopes(*scopes: str) -> str:
    """Return all scopes once, in the order they first appear."""
    return " ".join(dict.fromkeys(word for scope in scopes for word in split_scope(scope)))
