"""The options of an Auth0Client: the SDK's in snake_case, each with its default."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypedDict

import httpx

from session_inspector.devserver.client.configuration import (
    BeforeSessionRolled,
    BeforeSessionSaved,
    Configuration,
    OnCallback,
    Routes,
    make_issuer,
    read_base_urls,
    read_cookie_options,
    read_transaction_options,
)
from session_inspector.devserver.client.mfa import read_mfa_token_ttl
from session_inspector.devserver.client.tokens.dpop import DPoPOptions, Pause
from session_inspector.devserver.core.clock import Clock, SystemClock
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.journal import Publish, publish_nowhere
from session_inspector.devserver.session.data_store import SessionDataStore
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.session.transaction import TransactionOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionConfiguration:
    """How long sessions live (seconds), and their cookie (name, path, domain, secure, …)."""

    rolling: bool = True
    absolute_duration: float = 259_200
    inactivity_duration: float = 86_400
    cookie: Mapping[str, str | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """Clock, network and randomness, which tests and the lab replace."""

    clock: Clock = field(default_factory=SystemClock)
    publish: Publish = publish_nowhere
    http: httpx.AsyncClient | None = None
    new_iv: Callable[[], bytes] | None = None
    new_id: Callable[[], str] | None = None
    new_secret: Callable[[], str] | None = None
    pause: Pause = asyncio.sleep


class ClientOptions(TypedDict, total=False):
    """Keyword arguments of Auth0Client; those without a default may come from the environment."""

    secret: str | Sequence[str]
    """AUTH0_SECRET; of several the first seals, all open."""
    domain: str
    """AUTH0_DOMAIN, or a whole issuer URL."""
    client_id: str
    client_secret: str
    app_base_url: str | Sequence[str]
    session: SessionConfiguration
    session_store: SessionDataStore
    transaction_cookie: TransactionOptions
    routes: Routes
    authorization_parameters: Mapping[str, str]
    sign_in_return_to_path: str
    logout_strategy: str
    include_id_token_hint_in_oidc_logout_url: bool
    enable_access_token_endpoint: bool
    enable_connect_account_endpoint: bool
    """Answer /auth/connect, which links an account of another identity provider."""
    no_content_profile_response_when_unauthenticated: bool
    token_refresh_buffer: float
    before_session_saved: BeforeSessionSaved
    before_session_rolled: BeforeSessionRolled
    on_callback: OnCallback
    mfa_token_ttl: float
    """Seconds; AUTH0_MFA_TOKEN_TTL."""
    use_dpop: bool
    """Bind tokens to the key pair of AUTH0_DPOP_PRIVATE_KEY and AUTH0_DPOP_PUBLIC_KEY."""
    dpop_options: DPoPOptions
    use_mtls: bool
    """AUTH0_MTLS; needs `wiring.http` with a client certificate."""
    revocation: Literal["store"]
    """Sessions stay stateless; `session_store` keeps the list of those that are over."""
    compat: Literal["nextjs-auth0"]
    env: Mapping[str, str]
    wiring: Wiring


def read_secrets(options: ClientOptions, env: Mapping[str, str]) -> list[str]:
    """Return the session secrets.

    Raises: InputError when there is none.
    """
    given = options.get("secret", env.get("AUTH0_SECRET", ""))
    if isinstance(given, str):
        given = [given]
    found = list(given)
    if not found or not all(found):
        raise InputError("no session secret is set; give secret=… or set AUTH0_SECRET")
    return found


def configure(options: ClientOptions, env: Mapping[str, str]) -> Configuration:
    """Return the configuration of a client.

    Raises: InputError for what is missing or impossible.
    """
    urls = read_base_urls(options.get("app_base_url"), env)
    session = options.get("session", SessionConfiguration())
    found = _read_options(options, env)
    transaction = options.get("transaction_cookie")
    return replace(
        found,
        base_urls=urls,
        cookie=read_cookie_options(session.cookie, env, urls, compat=found.compat),
        transaction=read_transaction_options(transaction, env, urls, compat=found.compat),
        policy=Policy(
            rolling=session.rolling,
            absolute=session.absolute_duration,
            inactivity=session.inactivity_duration,
        ),
    )


def _read_options(options: ClientOptions, env: Mapping[str, str]) -> Configuration:
    domain = options.get("domain", env.get("AUTH0_DOMAIN", ""))
    _check_given("domain", domain)
    client_id = options.get("client_id", env.get("AUTH0_CLIENT_ID", ""))
    _check_given("client_id", client_id)
    mtls = options.get("use_mtls", env.get("AUTH0_MTLS") == "true")
    if mtls:
        _check_mtls(options, env)
    return Configuration(
        issuer=make_issuer(domain),
        client_id=client_id,
        client_secret=options.get("client_secret", env.get("AUTH0_CLIENT_SECRET", "")),
        assertion_key=env.get("AUTH0_CLIENT_ASSERTION_SIGNING_KEY", ""),
        assertion_alg=env.get("AUTH0_CLIENT_ASSERTION_SIGNING_ALG", "RS256"),
        mtls=mtls,
        mfa_token_ttl=read_mfa_token_ttl(options.get("mfa_token_ttl"), env),
        base_path=env.get("NEXT_PUBLIC_BASE_PATH", ""),
        routes=options.get("routes") or _read_routes(env),
        authorization_parameters=options.get("authorization_parameters", {}),
        sign_in_return_to_path=options.get("sign_in_return_to_path", "/"),
        logout_strategy=options.get("logout_strategy", "auto"),
        include_id_token_hint=options.get("include_id_token_hint_in_oidc_logout_url", True),
        enable_access_token_endpoint=options.get("enable_access_token_endpoint", True),
        enable_connect_account_endpoint=options.get("enable_connect_account_endpoint", False),
        no_content_profile=options.get("no_content_profile_response_when_unauthenticated", False),
        token_refresh_buffer=_read_refresh_buffer(options),
        before_session_saved=options.get("before_session_saved"),
        before_session_rolled=options.get("before_session_rolled"),
        on_callback=options.get("on_callback"),
        compat=options.get("compat") == "nextjs-auth0",
    )


def _check_given(name: str, value: str) -> None:
    if not value:
        raise InputError(f"no {name} is set; give {name}=… or set AUTH0_{name.upper()}")


def _read_refresh_buffer(options: ClientOptions) -> float:
    buffer = options.get("token_refresh_buffer", 0)
    if not 0 <= buffer < float("inf"):
        raise InputError(f"token_refresh_buffer is {buffer}; it must be finite and 0 or more")
    return buffer


def _check_mtls(options: ClientOptions, env: Mapping[str, str]) -> None:
    secret = options.get("client_secret", env.get("AUTH0_CLIENT_SECRET"))
    if options.get("use_dpop"):
        raise InputError(
            "use_mtls and use_dpop cannot be used together: a DPoP-bound token ignores the"
            " certificate. Fix: choose one"
        )
    if secret or env.get("AUTH0_CLIENT_ASSERTION_SIGNING_KEY"):
        raise InputError(
            "mTLS takes the place of client_secret and of the assertion key. Fix: remove them"
        )
    if options.get("wiring", Wiring()).http is None:
        raise InputError(
            "mTLS needs a client certificate. Fix: give wiring=Wiring(http=httpx.AsyncClient("
            "verify=context)) with an ssl.SSLContext that has loaded it"
        )


def _read_routes(env: Mapping[str, str]) -> Routes:
    """Return the routes; a variable that is set but empty counts as not set."""
    default = Routes()
    return Routes(
        login=env.get("NEXT_PUBLIC_LOGIN_ROUTE") or default.login,
        profile=env.get("NEXT_PUBLIC_PROFILE_ROUTE") or default.profile,
        access_token=env.get("NEXT_PUBLIC_ACCESS_TOKEN_ROUTE") or default.access_token,
    )
