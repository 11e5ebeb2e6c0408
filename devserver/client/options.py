"""The options of an Auth0Client: the SDK's in snake_case, each with its default."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Literal, TypedDict, TypeVar

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
from session_inspector.devserver.client.urls.authorization_parameters import (
    AuthorizationParameters,
    read_authorization_parameters,
)
from session_inspector.devserver.core.clock import Clock, SystemClock
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.journal import Publish, publish_nowhere
from session_inspector.devserver.session.data_store import SessionDataStore
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.session.transaction import TransactionOptions

T = TypeVar("T")
WORDS = {"secret": "session secret"}
"""What an option is called where its name says too little."""


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
    """Keyword arguments of Auth0Client; those without a default may come from the environment.

    None is as good as not given: `session_store=None`, `domain=settings.domain`.
    """

    secret: str | Sequence[str] | None
    """AUTH0_SECRET; of several the first seals, all open."""
    domain: str | None
    """AUTH0_DOMAIN, or a whole issuer URL."""
    client_id: str | None
    client_secret: str | None
    app_base_url: str | Sequence[str] | None
    session: SessionConfiguration | None
    session_store: SessionDataStore | None
    transaction_cookie: TransactionOptions | None
    routes: Routes | None
    authorization_parameters: AuthorizationParameters | None
    """What every login sends; `scope` may be one for each audience."""
    sign_in_return_to_path: str | None
    logout_strategy: str | None
    include_id_token_hint_in_oidc_logout_url: bool | None
    enable_access_token_endpoint: bool | None
    enable_connect_account_endpoint: bool | None
    """Answer /auth/connect, which links an account of another identity provider."""
    no_content_profile_response_when_unauthenticated: bool | None
    token_refresh_buffer: float | None
    before_session_saved: BeforeSessionSaved | None
    before_session_rolled: BeforeSessionRolled | None
    on_callback: OnCallback | None
    mfa_token_ttl: float | None
    """Seconds; AUTH0_MFA_TOKEN_TTL."""
    use_dpop: bool | None
    """Bind tokens to the key pair of AUTH0_DPOP_PRIVATE_KEY and AUTH0_DPOP_PUBLIC_KEY."""
    dpop_options: DPoPOptions | None
    use_mtls: bool | None
    """AUTH0_MTLS; needs an `http_client` with a client certificate."""
    revocation: Literal["store"] | None
    """Sessions stay stateless; `session_store` keeps the list of those that are over."""
    compat: Literal["nextjs-auth0"] | None
    env: Mapping[str, str] | None
    http_client: httpx.AsyncClient | None
    """Reaches the provider: with a proxy, a client certificate, an authority; you close it."""
    wiring: Wiring | None


def check_names(options: Iterable[str]) -> None:
    """Check that there are such options.

    Raises: TypeError for one that there is not, with the one that may be meant.
    """
    known = ClientOptions.__annotations__
    for name in options:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = "".join(f". Did you mean {each!r}?" for each in near)
            raise TypeError(f"Auth0Client got an unexpected option {name!r}{hint}")


def choose(given: T | None, default: T) -> T:
    """Return an option, or its default when it was not given."""
    if given is None:
        return default
    return given


def check_needed(options: ClientOptions, env: Mapping[str, str]) -> None:
    """Check that there are a domain, a client id and a session secret.

    Raises: InputError, which names all that is missing.
    """
    needed = {
        "domain": bool(choose(options.get("domain"), env.get("AUTH0_DOMAIN"))),
        "client_id": bool(choose(options.get("client_id"), env.get("AUTH0_CLIENT_ID"))),
        "secret": bool(_find_secrets(options, env)),
    }
    missing = [name for name, is_given in needed.items() if not is_given]
    if missing:
        raise _explain_missing(missing)


def read_secrets(options: ClientOptions, env: Mapping[str, str]) -> list[str]:
    """Return the session secrets.

    Raises: InputError when there is none.
    """
    found = _find_secrets(options, env)
    if not found:
        raise _explain_missing(["secret"])
    return found


def _find_secrets(options: ClientOptions, env: Mapping[str, str]) -> list[str]:
    """Return the session secrets; none, when one of them is empty."""
    given = choose(options.get("secret"), env.get("AUTH0_SECRET", ""))
    if isinstance(given, str):
        given = [given]
    if not all(given):
        return []
    return list(given)


def _explain_missing(names: Sequence[str]) -> InputError:
    """Return one error for all that is missing."""
    missing = ", ".join(f"no {WORDS.get(name, name)} is set" for name in names)
    options = ", ".join(f"{name}=…" for name in names)
    variables = ", ".join(f"AUTH0_{name.upper()}" for name in names)
    return InputError(
        f"{missing}. Fix: give {options}, or set {variables} before the app is imported (uvicorn"
        " main:app --env-file .env); `session-inspector serve --as-tenant` writes a .env"
    )


def configure(options: ClientOptions, env: Mapping[str, str]) -> Configuration:
    """Return the configuration of a client.

    Raises: InputError for what is missing or impossible.
    """
    urls = read_base_urls(options.get("app_base_url"), env)
    session = choose(options.get("session"), SessionConfiguration())
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
    authorization = read_authorization_parameters(
        choose(options.get("authorization_parameters"), {})
    )
    mtls = choose(options.get("use_mtls"), env.get("AUTH0_MTLS") == "true")
    if mtls:
        _check_mtls(options, env)
    return Configuration(
        issuer=make_issuer(choose(options.get("domain"), env.get("AUTH0_DOMAIN", ""))),
        client_id=choose(options.get("client_id"), env.get("AUTH0_CLIENT_ID", "")),
        client_secret=choose(options.get("client_secret"), env.get("AUTH0_CLIENT_SECRET", "")),
        assertion_key=env.get("AUTH0_CLIENT_ASSERTION_SIGNING_KEY", ""),
        assertion_alg=env.get("AUTH0_CLIENT_ASSERTION_SIGNING_ALG", "RS256"),
        mtls=mtls,
        mfa_token_ttl=read_mfa_token_ttl(options.get("mfa_token_ttl"), env),
        base_path=env.get("NEXT_PUBLIC_BASE_PATH", ""),
        routes=options.get("routes") or _read_routes(env),
        authorization_parameters=authorization.parameters,
        scopes=authorization.scopes,
        sign_in_return_to_path=options.get("sign_in_return_to_path") or "/",
        logout_strategy=choose(options.get("logout_strategy"), "auto"),
        include_id_token_hint=choose(options.get("include_id_token_hint_in_oidc_logout_url"), True),
        enable_access_token_endpoint=choose(options.get("enable_access_token_endpoint"), True),
        enable_connect_account_endpoint=choose(
            options.get("enable_connect_account_endpoint"), False
        ),
        no_content_profile=choose(
            options.get("no_content_profile_response_when_unauthenticated"), False
        ),
        token_refresh_buffer=_read_refresh_buffer(options),
        before_session_saved=options.get("before_session_saved"),
        before_session_rolled=options.get("before_session_rolled"),
        on_callback=options.get("on_callback"),
        compat=options.get("compat") == "nextjs-auth0",
    )


def _read_refresh_buffer(options: ClientOptions) -> float:
    buffer = choose(options.get("token_refresh_buffer"), 0)
    if not 0 <= buffer < float("inf"):
        raise InputError(f"token_refresh_buffer is {buffer}; it must be finite and 0 or more")
    return buffer


def _check_mtls(options: ClientOptions, env: Mapping[str, str]) -> None:
    secret = choose(options.get("client_secret"), env.get("AUTH0_CLIENT_SECRET"))
    if options.get("use_dpop"):
        raise InputError(
            "use_mtls and use_dpop cannot be used together: a DPoP-bound token ignores the"
            " certificate. Fix: choose one"
        )
    if secret or env.get("AUTH0_CLIENT_ASSERTION_SIGNING_KEY"):
        raise InputError(
            "mTLS takes the place of client_secret and of the assertion key. Fix: remove them"
        )
    if options.get("http_client") is None and choose(options.get("wiring"), Wiring()).http is None:
        raise InputError(
            "mTLS needs a client certificate. Fix: give http_client=httpx.AsyncClient("
            "verify=context) with an ssl.SSLContext that has loaded it"
        )


def _read_routes(env: Mapping[str, str]) -> Routes:
    """Return the routes; a variable that is set but empty counts as not set."""
    default = Routes()
    return Routes(
        login=env.get("NEXT_PUBLIC_LOGIN_ROUTE") or default.login,
        profile=env.get("NEXT_PUBLIC_PROFILE_ROUTE") or default.profile,
        access_token=env.get("NEXT_PUBLIC_ACCESS_TOKEN_ROUTE") or default.access_token,
    )
