"""Runs the cases of the whole middleware: request in, response, cookies and network calls out."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
from starlette.responses import Response

from session_inspector.devserver.client.client import Auth0Client
from session_inspector.devserver.client.options import ClientOptions, SessionConfiguration, Wiring
from session_inspector.devserver.cookies.sealed import KeyRing, open_sealed
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InspectorError, SealError
from session_inspector.devserver.core.values import Json, JsonObject
from tests.vectors.case import COOKIE_KEYS, Case, browser_after, difference
from tests.vectors.sessions import Notebook, new_ids

CLIENT_ID = "client_pub"
CLIENT_SECRET = "cs_public"
BASE_URL = "https://app.example.com"
OPTIONS = {
    "logoutStrategy": "logout_strategy",
    "noContentProfileResponseWhenUnauthenticated": (
        "no_content_profile_response_when_unauthenticated"
    ),
    "enableAccessTokenEndpoint": "enable_access_token_endpoint",
    "includeIdTokenHintInOIDCLogoutUrl": "include_id_token_hint_in_oidc_logout_url",
}


class LogoutNotebook(Notebook):
    async def delete_by_logout_token(
        self, *, sub: str | None, sid: str | None, iss: str | None
    ) -> None:
        self.calls.append(["deleteByLogoutToken"])


class Tenant:
    """The provider of a case: notes each call and answers as the case needs."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.issuer = f"https://{case.text('domain')}/"
        self.calls: list[list[Json]] = []

    def handle(self, request: httpx.Request) -> httpx.Response:
        body = request.content.decode()
        path = request.url.path
        self.calls.append([request.method, path, body or None])
        if path == "/.well-known/openid-configuration":
            return self._discovery()
        if path == "/oauth/token":
            return self._tokens(body)
        return httpx.Response(200, json={})

    def _discovery(self) -> httpx.Response:
        changes = self.case.raw.get("discovery")
        if not isinstance(changes, dict):
            return httpx.Response(500, text="no discovery")
        found: JsonObject = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}authorize",
            "token_endpoint": f"{self.issuer}oauth/token",
            "revocation_endpoint": f"{self.issuer}oauth/revoke",
            "jwks_uri": f"{self.issuer}.well-known/jwks.json",
            "end_session_endpoint": f"{self.issuer}oidc/logout",
            **changes,
        }
        return httpx.Response(200, json={k: v for k, v in found.items() if v is not None})

    def _tokens(self, body: str) -> httpx.Response:
        """Answer as the case says, else so that the outcome it expects follows."""
        given = self.case.table("token_answer")
        if given:
            return httpx.Response(200, json=given)
        expected = written_session(self.case)
        if expected:
            return httpx.Response(200, json=self._answer(expected))
        if "nonce" in self.case.name or "ceiling" in self.case.name:
            return httpx.Response(200, json=self._unfit())
        return httpx.Response(403, json={"error": "invalid_grant"})

    def _answer(self, session: JsonObject) -> JsonObject:
        tokens = session["tokenSet"]
        assert isinstance(tokens, dict)
        expires = tokens["expiresAt"]
        assert isinstance(expires, int)
        answer: JsonObject = {
            "access_token": tokens["accessToken"],
            "token_type": "Bearer",
            "expires_in": expires - int(self.case.now),
        }
        for name, member in (
            ("id_token", "idToken"),
            ("scope", "scope"),
            ("refresh_token", "refreshToken"),
        ):
            if member in tokens:
                answer[name] = tokens[member]
        return answer

    def _unfit(self) -> JsonObject:
        """Return tokens that must be refused: another nonce, or a ceiling that is too near."""
        now = int(self.case.now)
        claims: JsonObject = {
            "iss": self.issuer,
            "aud": client_of(self.case)[0],
            "sub": "u",
            "iat": now,
            "exp": now + 3600,
            "nonce": "another" if "nonce" in self.case.name else self._nonce(),
            "session_expiry": now + 30,
        }
        body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
        head = base64.urlsafe_b64encode(b'{"alg":"RS256"}').rstrip(b"=").decode()
        return {"access_token": "a", "token_type": "Bearer", "id_token": f"{head}.{body}.c2ln"}

    def _nonce(self) -> str:
        """Return the nonce of the transaction that the browser brings."""
        for name, value in self.case.jars().request.items():
            if name.startswith("__txn_") and ":" in value:
                ring = KeyRing(self.case.secrets())
                sealed = value.partition(":")[2]
                return str(open_sealed(sealed, ring, now=self.case.now).payload["nonce"])
        return ""


def client_of(case: Case) -> tuple[str, str]:
    """Return the client id and secret the package was given, as its requests show them."""
    network = case.raw.get("network")
    for _, _, body in network if isinstance(network, list) else []:  # type: ignore[misc, str-unpack]  # triples
        fields = dict(parse_qsl(str(body or "")))
        if "client_id" in fields:
            return fields["client_id"], fields.get("client_secret", CLIENT_SECRET)
    location = case.table("response").get("headers")
    query = parse_qs(urlsplit(str((location or {}).get("location", ""))).query)  # type: ignore[union-attr]  # a table
    return query.get("client_id", [CLIENT_ID])[0], CLIENT_SECRET


def written_session(case: Case) -> JsonObject:
    """Return the session the package wrote, empty when none."""
    stored = [v for k, v in case.table("store_after").items() if isinstance(v, dict)]
    for found in stored:
        if "tokenSet" in found:
            return found
    for name, sealed in case.table("jwe_out").items():
        assert isinstance(sealed, dict)
        if name.startswith("__session"):
            found = json.loads(str(sealed["plaintext"]))
            return found if isinstance(found, dict) and "tokenSet" in found else {}
    return {}


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
    return Notebook(data if isinstance(data, dict) else {})


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
    except (SealError, InspectorError) as error:
        return difference("throws", case.raw.get("throws"), error.code)
    if case.raw.get("throws"):
        return [f"throws: expected {case.raw['throws']}, found nothing"]
    lines = answer.headers.get_list("set-cookie")
    return [
        *_response(case, answer),
        *difference("set_cookie", case.lines("set_cookie"), lines),
        *difference("cookies_after", case.table("cookies_after"), browser_after(case, lines)),
        *difference("network", _calls(case.raw.get("network")), _calls([*tenant.calls])),
        *(_stored(case, store) if store else []),
    ]


def _response(case: Case, answer: httpx.Response) -> list[str]:
    expected = case.table("response")
    headers = expected.get("headers")
    ignored = ("set-cookie", "content-length")
    found = {k: v for k, v in answer.headers.items() if k not in ignored}
    return [
        *difference("status", expected.get("status"), answer.status_code),
        *difference("headers", headers, found),
        *difference("body", _body(str(expected.get("body"))), _body(answer.text)),
    ]


def _body(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _calls(network: Json) -> list[object]:
    """Return the calls with their form bodies as pairs: their order means nothing."""
    calls = network if isinstance(network, list) else []
    return [
        [call[0], call[1], sorted(parse_qsl(str(call[2] or "")))]
        for call in calls
        if isinstance(call, list)
    ]


def _stored(case: Case, store: Notebook) -> list[str]:
    if "store_calls" not in case.raw:
        return []
    after: Mapping[str, Json] = case.table("store_after")
    return [
        *difference("store_calls", case.raw["store_calls"], store.calls),
        *difference("store_after", after, store.data),
    ]
