"""Auth0Client: sessions and logins for any Starlette or FastAPI app, as the SDK does them.

client = Auth0Client(domain=…, client_id=…, client_secret=…, secret=…, app_base_url=…)
app = client.middleware(app)              # /auth/*, and rolling sessions on every other path
session = await client.get_session(request)
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Unpack

import httpx
from starlette.requests import Request
from starlette.types import ASGIApp

from devserver.cookies.sealed import KeyRing
from devserver.core.errors import InputError, InspectorError
from devserver.core.values import JsonObject
from devserver.oidc.access_tokens import AccessTokens
from devserver.oidc.configuration import Configuration
from devserver.oidc.connection_tokens import ConnectionTokens
from devserver.oidc.discovery import Issuer
from devserver.oidc.middleware import ClientMiddleware
from devserver.oidc.options import ClientOptions, Wiring, configure, secrets_of
from devserver.oidc.party import Party, Visit
from devserver.session.carrier import Carrier, Setup
from devserver.session.data_store import SessionDataStore
from devserver.session.engine import SessionEngine
from devserver.session.policy import is_past_ceiling
from devserver.session.revocation import RevocationList
from devserver.session.stateful import StatefulCarrier
from devserver.session.stateless import StatelessCarrier
from devserver.session.transaction import Transactions

TIMEOUT = 10.0


class Auth0Client:
    """One relying party; see ClientOptions for what it takes."""

    def __init__(self, **options: Unpack[ClientOptions]) -> None:
        """Put the parts together.

        Raises: InputError for what is missing or impossible.
        """
        env = options.get("env", os.environ)
        config = configure(options, env)
        ring = KeyRing(secrets_of(options, env))
        wiring, kept = options.get("wiring", Wiring()), options.get("session_store")
        is_listed = options.get("revocation") == "store"
        if is_listed and kept is None:
            raise InputError('revocation="store" needs a store. Fix: give session_store=…')
        store = None if is_listed else kept
        revocation = RevocationList(kept) if is_listed and kept is not None else None
        http = wiring.http or httpx.AsyncClient(timeout=TIMEOUT)
        self.party = Party(
            config=config,
            engine=_engine(config, ring, store, wiring, revocation),
            transactions=Transactions(
                ring,
                config.transaction,
                wiring.clock,
                compat=config.compat,
                new_iv=wiring.new_iv,
            ),
            issuer=Issuer(config.issuer, http, wiring.clock, config.client_id),
            http=http,
            clock=wiring.clock,
            publish=wiring.publish,
            store=store,
        )
        if wiring.new_secret is not None:
            self.party = replace(self.party, new_secret=wiring.new_secret)
        self.engine = self.party.engine
        self._tokens = AccessTokens(self.party)
        self._connections = ConnectionTokens(self.party)

    def middleware(self, app: ASGIApp) -> ASGIApp:
        """Return an app that answers /auth/* itself and rolls sessions on all other paths."""
        return ClientMiddleware(app, self.party, self._tokens)

    async def get_session(self, request: Request) -> JsonObject | None:
        """Return the session of a request, None when there is none; never writes cookies.

        Raises: StoreUnavailable.
        """
        visit = Visit.of(request)
        session = await self.engine.load(visit.jars, cause=visit.cause)
        if session is not None and is_past_ceiling(session, self.party.clock.now()):
            await self.engine.destroy_stored(visit.jars, reason="ceiling", cause=visit.cause)
            return None
        return session

    async def update_session(self, request: Request, session: JsonObject) -> None:
        """Replace the session, all but `internal`; the cookies go out with the response.

        Only within `middleware`, which writes them. Raises: InspectorError when nobody is logged
        in or the data is missing; StoreUnavailable.
        """
        visit = Visit.of(request)
        old = await self.get_session(request)
        if old is None:
            raise InspectorError("The user is not authenticated.", code="missing_session")
        if not session:
            raise InspectorError("The session data is missing.", code="missing_data")
        changed = {**session, "internal": old["internal"]}
        await self.engine.save(visit.jars, changed, reason="update", cause=visit.cause)

    async def get_access_token(
        self, request: Request, *, refresh: bool = False, audience: str = "", scope: str = ""
    ) -> JsonObject:
        """Return a token set {accessToken, expiresAt, …}, refreshed when it is due or asked.

        Raises: AccessTokenError; StoreUnavailable.
        """
        found, _ = await self._tokens.get(
            Visit.of(request), audience=audience, scope=scope, refresh=refresh
        )
        return found

    async def get_access_token_for_connection(
        self, request: Request, *, connection: str, login_hint: str = ""
    ) -> JsonObject:
        """Return a token set of an upstream identity provider, exchanged when there is none.

        Raises: AccessTokenError; StoreUnavailable.
        """
        return await self._connections.get(Visit.of(request), connection, login_hint)


def _engine(
    config: Configuration,
    ring: KeyRing,
    store: SessionDataStore | None,
    wiring: Wiring,
    revocation: RevocationList | None,
) -> SessionEngine:
    setup = Setup(ring=ring, options=config.cookie, policy=config.policy, compat=config.compat)
    if wiring.new_iv is not None:
        setup = replace(setup, new_iv=wiring.new_iv)
    if wiring.new_id is not None:
        setup = replace(setup, new_id=wiring.new_id)
    carrier: Carrier = StatelessCarrier(setup) if store is None else StatefulCarrier(setup, store)
    return SessionEngine(
        carrier,
        config.policy,
        wiring.clock,
        wiring.publish,
        revocation=revocation,
        is_transient=config.cookie.transient and store is None,
    )
