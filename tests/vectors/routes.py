"""Runs the cases of the whole middleware: request in, response, cookies and network calls out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl

import httpx
from starlette.responses import Response

from session_inspector.devserver.client.client import Auth0Client
from session_inspector.devserver.client.options import ClientOptions, SessionConfiguration, Wiring
from session_inspector.devserver.cookies.sealed import open_sealed
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InputError, InspectorError, SealError
from session_inspector.devserver.core.values import Json, JsonObject
from tests.vectors.case import COOKIE_KEYS, Case, as_written, browser_after, difference
from tests.vectors.sessions import Notebook, new_ids
from tests.vectors.tenant import Tenant, client_of

BASE_URL = "https://app.example.com"
OPTIONS = {
    "logoutStrategy": "logout_strategy",
    "noContentProfileResponseWhenUnauthenticated": (
        "no_content_profile_response_when_unauthenticated"
    ),
    "enableAccessTokenEndpoint": "enable_access_token_endpoint",
    "includeIdTokenHintInOIDCLogoutUrl": "include_id_token_hint_in_oidc_logout_url",
    "authorizationParameters": "authorization_parameters",
    "signInReturnToPath": "sign_in_return_to_path",
    "tokenRefreshBuffer": "token_refresh_buffer",
    "mfaTokenTtl": "mfa_token_ttl",
}


REFUSED_OPTIONS = ("Error", "invalid_configuration", "ERR_INVALID_URL", "TypeError")
"""What the package's constructor throws."""


class LogoutNotebook(Notebook):
    async def delete_by_logout_token(
        self, *, sub: str | None, sid: str | None, iss: str | None
    ) -> None:
        self.calls.append(["deleteByLogoutToken"])


def secrets_made(case: Case) -> Iterator[str]:
    """Yield verifier, state and nonce as the package made them."""
    for sealed in case.table("jwe_out").values():
        assert isinstance(sealed, dict)
        found = json.loads(str(sealed["plaintext"]))
        if "codeVerifier" in found:
            yield from (found["codeVerifier"], found["state"], found["nonce"])


async def add_one(session: JsonObject, id_token: str | None) -> JsonObject:
    """The hook of the one case that has one; JSON cannot hold it."""
    return {**session, "added": 1, "internal": {"sid": "hacked", "createdAt": 1}}


def options_of(case: Case, tenant: Tenant, store: Notebook | None) -> ClientOptions:
    config = case.table("config")
    client_id, client_secret = client_of(case)
    ivs = case.ivs()
    made = secrets_made(case)
    ids = new_ids(case, store) if store else iter(())
    given = config.get("appBaseUrl", BASE_URL)
    options: ClientOptions = {
        "secret": case.secrets(),
        "domain": case.text("domain"),
        "client_id": client_id,
        "client_secret": client_secret,
        "app_base_url": [str(url) for url in given] if isinstance(given, list) else str(given),
        "session": session_of(case),
        "compat": "nextjs-auth0",
        "env": {k: str(v) for k, v in case.table("env").items() if v is not None},
        "wiring": Wiring(
            clock=ManualClock(case.now),
            http=httpx.AsyncClient(transport=httpx.MockTransport(tenant.handle)),
            new_iv=lambda: next(ivs, bytes(12)),
            new_id=lambda: next(ids),
            new_secret=lambda: next(made),
        ),
    }
    for key, name in OPTIONS.items():
        if key in config:
            options[name] = config[key]  # type: ignore[literal-required]  # a name of the table
    if "before_session_saved" in case.name:
        options["before_session_saved"] = add_one
    if store is not None:
        options["session_store"] = store
    return options


def session_of(case: Case) -> SessionConfiguration:
    session = case.table("config").get("session")
    found = session if isinstance(session, dict) else {}
    cookie = found.get("cookie")
    given = cookie if isinstance(cookie, dict) else {}
    options = {COOKIE_KEYS[k]: v for k, v in given.items() if isinstance(v, (str, bool))}
    return SessionConfiguration(rolling=found.get("rolling") is not False, cookie=options)


def store_of(case: Case) -> Notebook | None:
    config = case.table("config")
    if "store" not in config and "store_data" not in config and "store_calls" not in case.raw:
        return None
    data = config.get("store_data")
    kind = LogoutNotebook if config.get("store_has_logout") else Notebook
    return kind(data if isinstance(data, dict) else {})


async def visit(client: Auth0Client, case: Case) -> httpx.Response:
    asked = case.table("request")
    headers = asked.get("headers")
    sent = {k: str(v) for k, v in (headers if isinstance(headers, dict) else {}).items()}
    cookie = "; ".join(f"{name}={value}" for name, value in case.table("cookies_in").items())
    if cookie:
        sent["cookie"] = cookie
    app = client.middleware(Response(headers={"x-middleware-next": "1"}))
    content = str(asked["body"]) if asked.get("body") is not None else None
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport) as http:
        url = str(asked["url"]).replace("\\", "/")  # as browsers send it
        return await http.request(str(asked["method"]), url, headers=sent, content=content)


def thrown_of(case: Case) -> str | None:
    """Return what the package throws; what a logout token lacks is one code of ours."""
    found = case.raw.get("throws")
    if found is None:
        return None
    if case.name.startswith("edge_bclo") and str(case.table("request")["body"]).count(".") == 2:
        return "ERR_JWT_INVALID"
    return str(found)


def refused_options(case: Case, error: InputError) -> list[str]:
    """Return nothing when the package's constructor refuses the options, too: in other words."""
    if case.raw.get("throws") in REFUSED_OPTIONS:
        return []
    return [f"throws: expected {case.raw.get('throws')}, found {error.message}"]


def run_route_case(case: Case) -> list[str]:
    """Return what differs from the package."""
    tenant = Tenant(case)
    store = store_of(case)
    if case.text("name") == "route_bclo_unsupported" and store is None:
        store = Notebook({})
    if "bclo" in case.name and case.name not in ("route_bclo_no_store", "route_bclo_unsupported"):
        store = LogoutNotebook({})
    try:
        client = Auth0Client(**options_of(case, tenant, store))
        answer = asyncio.run(visit(client, case))
    except InputError as error:
        return refused_options(case, error)
    except (SealError, InspectorError) as error:
        return difference("throws", thrown_of(case), error.code)
    if case.raw.get("throws"):
        return [f"throws: expected {case.raw['throws']}, found nothing"]
    lines = answer.headers.get_list("set-cookie")
    return [
        *_response(case, answer),
        *difference("set_cookie", case.lines("set_cookie"), lines),
        *difference("cookies_after", case.table("cookies_after"), browser_after(case, lines)),
        *compare_calls(case, tenant),
        *compare_store(case, store),
    ]


def _response(case: Case, answer: httpx.Response) -> list[str]:
    expected = case.table("response")
    headers = expected.get("headers")
    ignored = ("set-cookie", "content-length")
    found = {k: v for k, v in answer.headers.items() if k not in ignored}
    return [
        *difference("status", expected.get("status"), answer.status_code),
        *difference("headers", headers, found),
        *difference("body", _body(case, str(expected.get("body"))), _body(case, answer.text)),
    ]


def _body(case: Case, text: str) -> object:
    """Return a body's JSON, with a sealed MFA token opened: its IV is random."""
    try:
        found = json.loads(text)
    except ValueError:
        return text
    if isinstance(found, dict) and found.get("mfa_token"):
        found["mfa_token"] = open_sealed(found["mfa_token"], case.ring(), now=case.now).payload
    return found


def _calls(network: Json) -> list[object]:
    """Return the calls with their form bodies as pairs: their order means nothing."""
    calls = network if isinstance(network, list) else []
    return [
        [call[0], call[1], sorted(parse_qsl(str(call[2] or "")))]
        for call in calls
        if isinstance(call, list)
    ]


def compare_calls(case: Case, tenant: Tenant) -> list[str]:
    """Return what differs of the requests to the provider."""
    return difference("network", _calls(case.raw.get("network")), _calls([*tenant.calls]))


def compare_store(case: Case, store: Notebook | None) -> list[str]:
    """Return what differs of the calls of the store, and of its rows."""
    if store is None or "store_calls" not in case.raw:
        return []
    after: Mapping[str, Json] = case.table("store_after")
    return [
        *difference("store_calls", case.raw["store_calls"], store.calls),
        *difference("store_after", after, {k: as_written(v) for k, v in store.data.items()}),
    ]
