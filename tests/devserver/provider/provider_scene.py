"""A provider with one client, and a browser that signs in at it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.lab.browser import LoginForm
from session_inspector.devserver.provider.provider import Provider, ProviderSettings
from session_inspector.devserver.provider.registrations import ClientRegistration, User

ISSUER = "http://op.test/"
VERIFIER = "v" * 43
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)
BACK = "http://app.test/auth/callback"
CLIENT = ClientRegistration(
    client_id="app",
    client_secret="secret",
    redirect_uris=(BACK, "http://127.0.0.1/cb"),
    post_logout_redirect_uris=("http://app.test/",),
    backchannel_logout_uri="http://app.test/auth/backchannel-logout",
)
ALICE = User(sub="local|alice", claims={"name": "Alice", "email": "a@example.com", "role": "x"})
QUESTION = {
    "response_type": "code",
    "client_id": "app",
    "redirect_uri": BACK,
    "scope": "openid profile email offline_access",
    "state": "st",
    "nonce": "no",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


class Scene:
    def __init__(self, **changes: object) -> None:
        self.clock = ManualClock()
        self.events: list[Event] = []
        self.sent: list[tuple[str, str]] = []
        settings = ProviderSettings(issuer=ISSUER, clients=[CLIENT], users=[ALICE])
        settings = replace(settings, **changes)  # type: ignore[arg-type]  # fields of the settings
        self.settings = settings
        self.provider = Provider(settings, self.clock, self.events.append, self._send)
        transport = httpx.ASGITransport(self.provider.app)
        self.http = httpx.AsyncClient(transport=transport, base_url=ISSUER)

    async def _send(self, uri: str, token: str) -> None:
        self.sent.append((uri, token))

    async def ask(self, **changes: str) -> httpx.Response:
        question = {k: v for k, v in {**QUESTION, **changes}.items() if v}
        return await self.http.get("/authorize", params=question)

    async def sign_in(self, user: str = "local|alice", **changes: str) -> httpx.Response:
        page = await self.ask(**changes)
        form = LoginForm.found_in(page.text)
        assert form is not None, page.text
        return await self.http.post(form.action, data=form.fill_in(user))

    async def code(self, **changes: str) -> str:
        answer = await self.sign_in(**changes)
        return parameters(answer)["code"]

    async def exchange(self, code: str, **changes: str) -> httpx.Response:
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
            "client_id": "app",
            "client_secret": "secret",
        }
        fields = {k: v for k, v in {**fields, **changes}.items() if v}
        return await self.http.post("/oauth/token", data=fields)

    async def refresh(self, token: object, **changes: str) -> httpx.Response:
        fields = {"grant_type": "refresh_token", "refresh_token": str(token)}
        fields |= {"client_id": "app", "client_secret": "secret", **changes}
        return await self.http.post("/oauth/token", data=fields)

    async def tokens(self, **changes: str) -> JsonObject:
        answer = await self.exchange(await self.code(**changes))
        found: JsonObject = answer.json()
        assert answer.status_code == 200, found
        return found


def parameters(answer: httpx.Response) -> dict[str, str]:
    assert answer.is_redirect, answer.text
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


async def verified(scene: Scene, token: object) -> JsonObject:
    keys = KeySet.import_key_set((await scene.http.get("/.well-known/jwks.json")).json())
    claims: JsonObject = jwt.decode(str(token), keys, algorithms=["RS256"]).claims
    return claims
