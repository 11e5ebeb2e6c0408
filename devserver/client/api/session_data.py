"""What a session is, for type checkers: the SDK's `SessionData`, in its spelling.

At run time each is a plain dict. Claims and members of your own are there too; a type checker
knows them once you name them: `class Mine(SessionData, total=False): cart: list[str]`.
"""

import sys
from collections.abc import Mapping
from typing import Any, NotRequired, Required, TypeAlias

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.values import Json, JsonObject

if sys.version_info >= (3, 12):
    from typing import TypedDict
else:
    # as a response of FastAPI: Pydantic refuses typing's own before 3.12
    from typing_extensions import TypedDict

SessionLike: TypeAlias = Any
"""What functions of an app take a session as: `SessionData`, or their own kind of dict."""


class UserClaims(TypedDict, total=False):
    """Claims of the ID token (OpenID Connect Core §5.1); which, depends on provider and scope."""

    sub: Required[str]
    name: str
    nickname: str
    given_name: str
    family_name: str
    picture: str
    email: str
    email_verified: bool
    org_id: str


class TokenSet(TypedDict, total=False):
    """An access token and what came with it."""

    accessToken: Required[str]
    expiresAt: float | None
    """Unix seconds; None: the provider did not say."""
    idToken: str
    refreshToken: str
    scope: str
    requestedScope: str
    audience: str
    token_type: str


class ConnectionTokenSet(TypedDict):
    """An access token of an upstream identity provider."""

    connection: str
    accessToken: str
    expiresAt: float | None
    """Unix seconds; None: the provider did not say, so it is exchanged anew each time."""
    scope: NotRequired[str]
    loginHint: NotRequired[str]


class SessionInternal(TypedDict):
    """What the session layer itself keeps."""

    createdAt: int
    """Unix seconds."""
    sid: NotRequired[str]
    """The provider's name of its own session."""
    sessionExpiresAt: NotRequired[float]
    """Unix seconds: the provider's limit."""


class SessionData(TypedDict):
    """A session."""

    user: UserClaims
    tokenSet: TokenSet
    internal: SessionInternal
    accessTokens: NotRequired[list[TokenSet]]
    """For further audiences and scopes."""
    connectionTokenSets: NotRequired[list[ConnectionTokenSet]]


def as_session(data: JsonObject) -> SessionData:
    """Return a session for a type checker; it is the same dict."""
    return data  # type: ignore[return-value]  # what a login made, or an app's own store holds


def as_token_set(data: JsonObject) -> TokenSet:
    """Return a token set for a type checker; it is the same dict."""
    return data  # type: ignore[return-value]  # what the token endpoint answered


def as_connection_token_set(data: JsonObject) -> ConnectionTokenSet:
    """Return a connection's token set for a type checker; it is the same dict."""
    return data  # type: ignore[return-value]  # what the token endpoint answered


def read_session(session: Mapping[str, object]) -> JsonObject:
    """Return a session that an app changed, as JSON.

    Raises: InputError, which names the member that JSON cannot hold.
    """
    return {name: _read(member, name) for name, member in session.items()}


def _read(value: object, path: str) -> Json:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Mapping):
        return {
            _read_name(name, path): _read(part, f"{path}.{name}") for name, part in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_read(part, f"{path}[{place}]") for place, part in enumerate(value)]
    raise InputError(
        f"the session's {path} is a {type(value).__name__}, which JSON cannot hold."
        " Fix: keep it as a text or a number"
    )


def _read_name(name: object, path: str) -> str:
    if isinstance(name, str):
        return name
    raise InputError(
        f"the session's {path} has the key {name!r}; JSON has texts only. Fix: str({name!r})"
    )
