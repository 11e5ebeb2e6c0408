"""The configuration of an Auth0Client; the environment is parsed as the SDK parses it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from session_inspector.devserver.client.api.session_data import SessionLike
from session_inspector.devserver.client.urls.app_urls import (
    is_https,
    origin_of,
    route_url,
    with_slash,
)
from session_inspector.devserver.client.urls.authorization_parameters import DEFAULT_SCOPE
from session_inspector.devserver.cookies.jar import CookieOptions
from session_inspector.devserver.cookies.url_parts import split_url
from session_inspector.devserver.core.errors import InputError, InspectorError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.session.transaction import TransactionOptions

BeforeSessionSaved: TypeAlias = Callable[[SessionLike, str | None], Awaitable[Mapping[str, Any]]]
BeforeSessionRolled: TypeAlias = Callable[[Request], Awaitable[bool]]
OnCallback: TypeAlias = Callable[
    [InspectorError | None, JsonObject, SessionLike | None], Awaitable[Response]
]
"""(error, {responseType, returnTo, appBaseUrl}, session before the claim filter) to a response."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """Paths the client answers."""

    login: str = "/auth/login"
    logout: str = "/auth/logout"
    callback: str = "/auth/callback"
    profile: str = "/auth/profile"
    access_token: str = "/auth/access-token"
    backchannel_logout: str = "/auth/backchannel-logout"
    connect_account: str = "/auth/connect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Everything the client's parts read; made by `configure`."""

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    assertion_key: str = field(default="", repr=False)
    """A PEM private key for private_key_jwt; it takes the secret's place."""
    assertion_alg: str = "RS256"
    mtls: bool = False
    """The client is known by its TLS certificate (RFC 8705)."""
    mfa_token_ttl: float = 300
    base_urls: tuple[str, ...] = ()
    base_path: str = ""
    routes: Routes = field(default_factory=Routes)
    cookie: CookieOptions = field(default_factory=CookieOptions)
    transaction: TransactionOptions = field(default_factory=TransactionOptions)
    policy: Policy = field(default_factory=Policy)
    authorization_parameters: Mapping[str, str] = field(default_factory=dict)
    scopes: Mapping[str, str] = field(default_factory=dict)
    """By audience; empty: one scope for all, that of the authorization parameters."""
    sign_in_return_to_path: str = "/"
    logout_strategy: str = "auto"
    include_id_token_hint: bool = True
    enable_access_token_endpoint: bool = True
    enable_connect_account_endpoint: bool = False
    no_content_profile: bool = False
    token_refresh_buffer: float = 0
    before_session_saved: BeforeSessionSaved | None = None
    before_session_rolled: BeforeSessionRolled | None = None
    on_callback: OnCallback | None = None
    compat: bool = False

    def base_url(self, request: Request) -> str:
        """Return the app's own URL for a request: as it is configured, or the request's origin.

        Raises: InputError when the request's host is not one it may have.
        """
        if len(self.base_urls) == 1:
            return self.base_urls[0]
        found = _infer_base_url(request)
        if self.base_urls:
            if found in {origin_of(url) for url in self.base_urls}:
                return found
        elif self.compat or request.url.hostname in ("localhost", "127.0.0.1"):
            return found
        raise InputError(
            f"the request came for {found!r}, which no base URL allows; the Host header is not"
            " trusted. Fix: set APP_BASE_URL"
        )

    def redirect_uri(self, base_url: str) -> str:
        """Return where the provider sends the browser after a login.

        The SDK ignores a `redirect_uri` of the authorization parameters.
        """
        own = self.route_url(self.routes.callback, base_url)
        if self.compat:
            return own
        return self.authorization_parameters.get("redirect_uri", own)

    def scope_of(self, audience: str) -> str:
        """Return the configured scope of an audience; empty: of the default one."""
        parameters = self.authorization_parameters
        if self.scopes:
            return self.scopes.get(audience or parameters.get("audience", ""), "")
        return parameters.get("scope", DEFAULT_SCOPE)

    def route_url(self, path: str, base_url: str) -> str:
        """Return the URL of one of the app's own paths."""
        return route_url(path, base_url, self.base_path)


def _infer_base_url(request: Request) -> str:
    hosts = request.headers.get("x-forwarded-host") or request.headers.get("host", "")
    protos = request.headers.get("x-forwarded-proto") or request.url.scheme
    host = hosts.partition(",")[0].strip()
    proto = protos.partition(",")[0].strip()
    return origin_of(f"{proto}://{host}".lower())


def read_cookie_options(
    given: Mapping[str, str | bool],
    env: Mapping[str, str],
    base_urls: Sequence[str],
    *,
    compat: bool = False,
) -> CookieOptions:
    """Return the session cookie's options: given, else the environment, else the SDK's default.

    `AUTH0_COOKIE_SECURE` and `_TRANSIENT` are true for exactly "true" (docs/sdk.md, Environment).
    """
    found = CookieOptions(path=_base_cookie_path(env, compat))
    for variable, name in (
        ("AUTH0_COOKIE_DOMAIN", "domain"),
        ("AUTH0_COOKIE_PATH", "path"),
        ("AUTH0_COOKIE_SAME_SITE", "same_site"),
    ):
        if variable in env:
            found = _replace_option(found, name, env[variable])
    for variable, name in (
        ("AUTH0_COOKIE_SECURE", "secure"),
        ("AUTH0_COOKIE_TRANSIENT", "transient"),
    ):
        if variable in env:
            found = _replace_option(found, name, env[variable] == "true")
    for name, value in given.items():
        found = _replace_option(found, name, value)
    return replace(found, secure=is_secure(found.secure, env, base_urls, "secure" in given))


def read_transaction_options(
    given: TransactionOptions | None,
    env: Mapping[str, str],
    base_urls: Sequence[str],
    *,
    compat: bool = False,
) -> TransactionOptions:
    """Return the transaction cookie's options: of the environment only domain and base path."""
    if given is not None:
        return given
    cookie = CookieOptions(
        path=_base_cookie_path(env, compat), domain=env.get("AUTH0_COOKIE_DOMAIN", "")
    )
    return TransactionOptions(
        cookie=replace(cookie, secure=is_secure(False, env, base_urls, False))
    )


def _base_cookie_path(env: Mapping[str, str], compat: bool) -> str:
    """Return the Path of cookies under the base path.

    The SDK writes `Path=docs` for `docs`, which no browser takes for a path.
    """
    path = env.get("NEXT_PUBLIC_BASE_PATH", "/")
    if compat:
        return path
    return with_slash(path)


def is_secure(
    wanted: bool, env: Mapping[str, str], base_urls: Sequence[str], is_explicit: bool
) -> bool:
    """Derive the Secure attribute: https everywhere forces it, even against `false`.

    Source: docs/sdk.md, Environment.

    Raises: InputError in production without a base URL when it was switched off.
    """
    if base_urls:
        return all(map(is_https, base_urls)) or wanted
    if env.get("NODE_ENV") != "production":
        return wanted
    if not wanted and (is_explicit or "AUTH0_COOKIE_SECURE" in env):
        raise InputError(
            "the session cookie is not Secure although NODE_ENV is production and no base URL is"
            " known. Fix: set APP_BASE_URL, or AUTH0_COOKIE_SECURE=true"
        )
    return True


def read_base_urls(given: str | Sequence[str] | None, env: Mapping[str, str]) -> tuple[str, ...]:
    """Return the base URLs: given, else APP_BASE_URL, where commas make a list.

    An empty text or list is none. Raises: InputError for what is no http or https URL.
    """
    if given is None:
        text = env.get("APP_BASE_URL", "")
        urls = tuple(part.strip() for part in text.split(",") if part.strip())
    elif isinstance(given, str):
        urls = (given,) if given else ()
    else:
        urls = tuple(given)
    for url in urls:
        _check_base_url(url)
    return urls


def _check_base_url(url: str) -> None:
    parts = split_url(url.strip())
    if parts.scheme.lower() in ("http", "https") and parts.netloc:
        return
    raise InputError(
        f"the base URL {url!r} is no http or https URL. Fix: http://localhost:8000, or where the"
        " app is"
    )


def make_issuer(domain: str) -> str:
    """Return the issuer of an Auth0 domain, with or without a slash at its end.

    A whole URL stays as it is, but for the slash of one without a path.
    """
    text = domain.strip()
    if "://" not in text:
        text = f"https://{text}"
    if text.rstrip("/").count("/") == 2:
        return f"{text.rstrip('/')}/"
    return text


def _replace_option(options: CookieOptions, name: str, value: str | bool) -> CookieOptions:
    return replace(options, **{name: value})  # type: ignore[arg-type]  # names are the fields'
