"""Our session layer as a user of the library writes it; with the lab's journal on request."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from session_inspector import Auth0Client
from session_inspector.devserver.client.options import ClientOptions, Wiring
from session_inspector.devserver.client.relying_party import RequestContext
from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.journal import Journal
from session_inspector.devserver.session.data_store import make_session_data_store
from session_inspector.devserver.session.policy import Policy, part
from session_inspector.devserver.stores.urls import open_own_store
from session_inspector.devserver.web.causality import Causality
from session_inspector.devserver.web.reveal_cache import RevealCache
from session_inspector.devserver.web.tap import Tap, TapContext, exchange_numbers
from tests.benchmarks.apps.serve import SECRET, env, serve

CLOCK = SystemClock()
POLICY = Policy()


async def build() -> ASGIApp:
    """Return the app over the store that BENCH_STORE names; empty: stateless."""
    options: ClientOptions = {
        "secret": SECRET,
        "domain": "tenant.example",
        "client_id": "app",
        "client_secret": "secret",
        "app_base_url": "http://127.0.0.1",
        "env": {},
    }
    if env("STORE"):
        store = await open_own_store(env("STORE"), CLOCK, may_create=True)
        span = {"inactivity": POLICY.inactivity, "absolute": POLICY.absolute}
        options["session_store"] = make_session_data_store(store, _expires, **span)
    causality = Causality(RevealCache(Journal().publish).publish)
    if env("WATCHED"):
        options["wiring"] = replace(Wiring(), publish=causality.publish)
    app = _app(Auth0Client(**options))
    return _tapped(app, causality) if env("WATCHED") else app


def _app(client: Auth0Client) -> ASGIApp:
    async def home(request: Request) -> JSONResponse:
        found = await client.get_session(request)
        return JSONResponse({"sub": part(found or {}, "user").get("sub")})

    async def login(request: Request) -> JSONResponse:
        visit = RequestContext.of(request)
        data = await request.json()
        await client.engine.save(visit.jars, data, reason="login", is_new=True)
        return JSONResponse({})

    return client.middleware(
        Starlette(routes=[Route("/", home), Route("/login", login, methods=["POST"])])
    )


def _tapped(app: ASGIApp, causality: Causality) -> ASGIApp:
    watch = TapContext(
        clock=CLOCK,
        publish=causality.publish,
        session_of=causality.session_of,
        is_session_cookie=lambda name: name.startswith("__session"),
        numbers=exchange_numbers(),
    )
    return Tap(app, watch, "app")


def _expires(data: Any) -> float:
    at = CLOCK.now()
    return at + POLICY.max_age(part(data, "internal").get("createdAt"), at)


if __name__ == "__main__":
    serve(build)
