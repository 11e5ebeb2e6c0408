"""A stateful relying party, and ID tokens forged in every way the attacks need."""

from __future__ import annotations

from collections.abc import Callable

import httpx
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.data_store import StoreSessions
from session_inspector.devserver.stores.base import SessionId
from session_inspector.devserver.stores.memory import MemoryStore
from tests.devserver.client.client_scene import ClientScene
from tests.devserver.provider.provider_scene import ISSUER, Scene

Forge = Callable[[JsonObject], str]


class StatefulScene(ClientScene):
    """Sessions in a store in memory."""

    def __init__(self, handle: Callable[[httpx.Request], httpx.Response | None] = lambda r: None):
        self.store = MemoryStore(_Later(self))
        super().__init__(handle, session_store=StoreSessions(self.store, lambda session: 4e9))

    async def ids(self) -> list[SessionId]:
        return [key for key, _ in (await self.store.page()).rows]

    async def back_channel(self, token: str) -> httpx.Response:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://app.test") as http:
            return await http.post("/auth/backchannel-logout", data={"logout_token": token})


class _Later:
    """The clock of a scene that is not made yet."""

    def __init__(self, scene: ClientScene) -> None:
        self._scene = scene

    def now(self) -> float:
        return self._scene.tenant.clock.now()


def id_claims(tenant: Scene, **changes: str | int) -> JsonObject:
    now = int(tenant.clock.now())
    claims: JsonObject = {
        "iss": ISSUER,
        "aud": "app",
        "sub": "local|mallory",
        "iat": now,
        "exp": now + 60,
    }
    return {**claims, **changes}


def signed(header: JsonObject, claims: JsonObject, key: RSAKey | OctKey) -> str:
    alg = str(header["alg"])
    return jwt.encode(header, claims, key, algorithms=[alg])


def answering(forge: Forge) -> ClientScene:
    """Return a relying party whose token endpoint answers with a forged ID token.

    `forge` is handed the claims that would be right, the nonce of the login among them.
    """

    def handle(request: httpx.Request) -> httpx.Response | None:
        if request.url.path != "/oauth/token":
            return None
        code = dict(httpx.QueryParams(request.content.decode()))["code"]
        kept = scene.tenant.provider.storage.codes[code]
        token = forge(id_claims(scene.tenant, nonce=kept.subject.nonce))
        body = {"access_token": "a", "token_type": "Bearer", "id_token": token, "expires_in": 60}
        return httpx.Response(200, json=body)

    scene = ClientScene(handle)
    return scene
