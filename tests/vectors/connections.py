"""Runs the cases of connection tokens: the method of the client, its cookies, rows and calls."""

from __future__ import annotations

import asyncio

from starlette.requests import Request

from session_inspector.devserver.client.client import Auth0Client
from session_inspector.devserver.client.relying_party import JARS
from session_inspector.devserver.client.tokens.failures import AccessTokenError
from session_inspector.devserver.cookies.jar import Jars
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.values import JsonObject
from tests.vectors.case import Case, as_written, browser_after, difference
from tests.vectors.routes import compare_calls, compare_store, options_of, store_of
from tests.vectors.tenant import Tenant


async def ask(client: Auth0Client, case: Case, jars: Jars) -> JsonObject:
    """Return what the client hands to an app, under the package's names."""
    asked = case.table("session")
    request = Request({"type": "http", "method": "GET", "path": "/", "headers": [], JARS: jars})
    found = await client.get_access_token_for_connection(
        request, connection=str(asked["connection"]), login_hint=str(asked.get("login_hint") or "")
    )
    told: JsonObject = {"token": found["accessToken"]}
    if "scope" in found:
        told["scope"] = found["scope"]
    if "expiresAt" in found:
        told["expiresAt"] = found["expiresAt"]
    return told


def run_connection_case(case: Case) -> list[str]:
    """Return what differs from the package."""
    tenant = Tenant(case)
    store = store_of(case)
    jars = case.jars()
    told: JsonObject | None = None
    thrown: dict[str, str | None] = {"throws": None, "throws_message": None}
    try:
        told = asyncio.run(ask(Auth0Client(**options_of(case, tenant, store)), case, jars))
    except InspectorError as error:
        thrown = {"throws": error.code, "throws_message": error.message}
        if not isinstance(error, AccessTokenError):
            thrown["throws_message"] = str(case.raw.get("throws_message"))  # ours says more
    lines = jars.response.lines()
    return [
        *difference("throws", [case.raw.get(name) for name in thrown], [*thrown.values()]),
        *difference("loaded", case.raw.get("loaded"), as_written(told)),
        *difference("set_cookie", case.lines("set_cookie"), lines),
        *difference("cookies_after", case.table("cookies_after"), browser_after(case, lines)),
        *compare_calls(case, tenant),
        *compare_store(case, store),
    ]
