"""Auth0Client: sessions and logins for any Starlette or FastAPI app, as the SDK does them.

client = Auth0Client(domain=…, client_id=…, client_secret=…, secret=…, app_base_url=…)
app.add_middleware(client.middleware)     # /auth/*, and rolling sessions on every other path
session = await client.get_session(request)
"""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Unpack

import httpx
from starlette.types import ASGIApp

from session_inspector.devserver.client.access_tokens import AccessTokens
from session_inspector.devserver.client.api.application import AnyApp, AppWithSessions
from session_inspector.devserver.client.api.dependencies import HasScope
from session_inspector.devserver.client.api.http import TIMEOUT, PerLoopTransport
from session_inspector.devserver.client.api.session_data import (
    ConnectionTokenSet,
    SessionData,
    TokenSet,
    as_connection_token_set,
    as_session,
    as_token_set,
    read_session,
)
from session_inspector.devserver.client.api.session_store import SessionStore, bind_policy
from session_inspector.devserver.client.callback import keep_internal
from session_inspector.devserver.client.configuration import Configuration
from session_inspector.devserver.client.connection_tokens import ConnectionTokens
from session_inspector.devserver.client.discovery import TOLERANCE, Issuer
from session_inspector.devserver.client.middleware import ClientMiddleware
from session_inspector.devserver.client.options import (
    ClientOptions,
    Wiring,
    check_names,
    check_needed,
    choose,
    configure,
    read_secrets,
)
from session_inspector.devserver.client.relying_party import RelyingParty, RequestContext
from session_inspector.devserver.client.tokens.dpop import (
    DPoPProver,
    DPoPTransport,
    read_dpop_key,
    read_dpop_options,
)
from session_inspector.devserver.client.tokens.endpoint import SharedTransport, TokenEndpoint
from session_inspector.devserver.cookies.sealed import KeyRing
from session_inspector.devserver.core.errors import InputError, InspectorError, StoreUnavailable
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.carrier import Carrier, CarrierSetup
from session_inspector.devserver.session.data_store import SessionDataStore
from session_inspector.devserver.session.engine import SessionEngine
from session_inspector.devserver.session.policy import is_past_ceiling
from session_inspector.devserver.session.revocation import RevocationList
from session_inspector.devserver.session.stateful import StatefulCarrier
from session_inspector.devserver.session.stateless import StatelessCarrier
from session_inspector.devserver.session.transaction import Transactions

LOG = logging.getLogger("session_inspector")


class Auth0Client:
    """One relying party; see ClientOptions for what it takes."""

    def __init__(self, **options: Unpack[ClientOptions]) -> None:
        """Put the parts together; an option that is None is as good as not given.

        Raises: InputError for what is missing or impossible; TypeError for an unknown option.
        """
        check_names(options)
        env = choose(options.get("env"), os.environ)
        check_needed(options, env)
        config = configure(options, env)
        ring = KeyRing(read_secrets(options, env))
        wiring = choose(options.get("wiring"), Wiring())
        store = bind_policy(options.get("session_store"), config.policy)
        self._store = store
        revocation: RevocationList | None = None
        if options.get("revocation") == "store":
            if store is None:
                raise InputError('revocation="store" needs a store. Fix: give session_store=…')
            revocation = RevocationList(store)
            store = None  # the sessions themselves stay in cookies
        self._connections: PerLoopTransport | None = None
        http = options.get("http_client") or wiring.http
        if http is None:
            self._connections = PerLoopTransport()
            http = httpx.AsyncClient(transport=self._connections, timeout=TIMEOUT)
        issuer = Issuer(config.issuer, http, wiring.clock, config.client_id)
        issuer.tolerance = _read_tolerance(options, env)
        endpoint = TokenEndpoint(
            config=config,
            issuer=issuer,
            transport=_make_transport(options, env, http),
            clock=wiring.clock,
        )
        engine = _make_engine(config, ring, store, wiring, revocation)
        self.relying_party = _make_relying_party(
            config, ring, wiring, endpoint, engine, http, store
        )
        self.engine = self.relying_party.engine
        self._tokens = AccessTokens(self.relying_party)
        self._connection_tokens = ConnectionTokens(self.relying_party)

    def middleware(self, app: AnyApp) -> ASGIApp:
        """Return an app that answers /auth/* itself and rolls sessions on all other paths.

        It connects with the server's start, and closes with its end.
        """
        inner = ClientMiddleware(app, self.relying_party, self._tokens)
        return AppWithSessions(inner, self, self.connect, self.aclose)

    @asynccontextmanager
    async def lifespan(self, app: object = None) -> AsyncIterator[None]:
        """Connect, and close at the end: for apps whose lifespan the middleware does not see."""
        await self.connect()
        try:
            yield
        finally:
            await self.aclose()

    async def connect(self) -> None:
        """Connect to the store of `open_store`, if there is one; a store that is away is logged.

        Raises: InputError for a table of another app.
        """
        if not isinstance(self._store, SessionStore):
            return
        try:
            await self._store.connect()
        except StoreUnavailable as error:
            LOG.warning("requests are answered with 503 until the store is there: %s", error)

    async def aclose(self) -> None:
        """Close this event loop's connections; the next request opens new ones.

        A store or HTTP client of your own stays open.
        """
        if self._connections is not None:
            await self._connections.aclose()
        if isinstance(self._store, SessionStore):
            await self._store.aclose()

    async def get_session(self, request: HasScope) -> SessionData | None:
        """Return the session of a request, None when there is none; never writes cookies.

        Any framework's request or WebSocket will do that has the ASGI `scope`.
        Raises: StoreUnavailable.
        """
        found = await self._load(RequestContext.of(request))
        if found is None:
            return None
        return as_session(found)

    async def _load(self, context: RequestContext) -> JsonObject | None:
        session = await self.engine.load(context.jars, cause=context.cause)
        if session is not None and is_past_ceiling(session, self.relying_party.clock.now()):
            await self.engine.destroy_stored(context.jars, reason="ceiling", cause=context.cause)
            return None
        return session

    async def update_session(self, request: HasScope, session: Mapping[str, object]) -> None:
        """Replace the session, all but `internal`; the cookies go out with the response.

        Works behind `middleware` only, which writes them.
        Raises: InspectorError when nobody is logged in or the data is missing; InputError for
        what JSON cannot hold; StoreUnavailable.
        """
        context = RequestContext.of(request)
        old = await self._load(context)
        if old is None:
            raise InspectorError("The user is not authenticated.", code="missing_session")
        if not session:
            raise InspectorError("The session data is missing.", code="missing_data")
        changed = keep_internal(read_session(session), old)
        await self.engine.save(context.jars, changed, reason="update", cause=context.cause)

    async def get_access_token(
        self, request: HasScope, *, refresh: bool = False, audience: str = "", scope: str = ""
    ) -> TokenSet:
        """Return a token set {accessToken, expiresAt, …}, refreshed when due or by `refresh`.

        Raises: AccessTokenError; MfaRequired; StoreUnavailable.
        """
        context = RequestContext.of(request)
        found = await self._tokens.get(context, audience=audience, scope=scope, refresh=refresh)
        return as_token_set(found.token_set)

    async def get_access_token_for_connection(
        self, request: HasScope, *, connection: str, login_hint: str = ""
    ) -> ConnectionTokenSet:
        """Return a token set of an upstream identity provider, exchanged when there is none.

        Raises: AccessTokenError; StoreUnavailable.
        """
        found = await self._connection_tokens.get(
            RequestContext.of(request), connection, login_hint
        )
        return as_connection_token_set(found)


def _make_relying_party(
    config: Configuration,
    ring: KeyRing,
    wiring: Wiring,
    endpoint: TokenEndpoint,
    engine: SessionEngine,
    http: httpx.AsyncClient,
    store: SessionDataStore | None,
) -> RelyingParty:
    transactions = Transactions(
        ring, config.transaction, wiring.clock, compat=config.compat, new_iv=wiring.new_iv
    )
    rp = RelyingParty(
        config=config,
        engine=engine,
        transactions=transactions,
        issuer=endpoint.issuer,
        token_endpoint=endpoint,
        http=http,
        ring=ring,
        clock=wiring.clock,
        publish=wiring.publish,
        store=store,
    )
    if wiring.new_secret is not None:
        rp = replace(rp, new_secret=wiring.new_secret)
    return rp


def _make_transport(
    options: ClientOptions, env: Mapping[str, str], http: httpx.AsyncClient
) -> httpx.AsyncBaseTransport:
    """Return what sends token requests: with DPoP each has a proof.

    Raises: InputError when DPoP is switched on without its key pair.
    """
    if not options.get("use_dpop"):
        return SharedTransport(http)
    key = read_dpop_key(env)
    if key is None:
        raise InputError(
            "use_dpop is set, but no key pair. Fix: set AUTH0_DPOP_PRIVATE_KEY and"
            " AUTH0_DPOP_PUBLIC_KEY (PEM, ES256)"
        )
    wiring = choose(options.get("wiring"), Wiring())
    tuned = options.get("dpop_options") or read_dpop_options(env)
    prover = DPoPProver(key=key, clock=wiring.clock, options=tuned)
    return DPoPTransport(
        inner=SharedTransport(http), prove=prover, options=tuned, pause=wiring.pause
    )


def _read_tolerance(options: ClientOptions, env: Mapping[str, str]) -> int:
    if not options.get("use_dpop"):
        return TOLERANCE
    return (options.get("dpop_options") or read_dpop_options(env)).clock_tolerance


def _make_engine(
    config: Configuration,
    ring: KeyRing,
    store: SessionDataStore | None,
    wiring: Wiring,
    revocation: RevocationList | None,
) -> SessionEngine:
    setup = CarrierSetup(
        ring=ring, options=config.cookie, policy=config.policy, compat=config.compat
    )
    if wiring.new_iv is not None:
        setup = replace(setup, new_iv=wiring.new_iv)
    if wiring.new_id is not None:
        setup = replace(setup, new_id=wiring.new_id)
    carrier: Carrier = StatelessCarrier(setup)
    if store is not None:
        carrier = StatefulCarrier(setup, store)
    return SessionEngine(
        carrier,
        config.policy,
        wiring.clock,
        wiring.publish,
        revocation=revocation,
        is_transient=config.cookie.transient and store is None,
    )
