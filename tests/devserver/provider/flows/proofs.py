"""A client of the provider that makes DPoP proofs, as joserfc signs them."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256

import httpx
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from session_inspector.devserver.core.json.writing import strict_json
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.provider.flows.dpop import NONCE_HEADER, REGISTRY
from tests.devserver.provider.provider_scene import ISSUER, Scene

AnyKey = ECKey | RSAKey | OKPKey | OctKey


@dataclass
class Prover:
    """Holds one key, and the nonce that the provider gave last."""

    scene: Scene
    key: AnyKey = field(default_factory=lambda: ECKey.generate_key("P-256"))
    alg: str = "ES256"
    nonce: str = ""

    def make_proof(
        self,
        path: str,
        more: JsonObject,
        *,
        token: str = "",
        method: str = "POST",
        header: JsonObject | None = None,
    ) -> str:
        """Return a proof of a request; `more` and `header` are laid over what is right."""
        claims: JsonObject = {
            "jti": secrets.token_hex(8),
            "htm": method,
            "htu": f"{ISSUER}{path}",
            "iat": int(self.scene.clock.now()),
        }
        if self.nonce:
            claims["nonce"] = self.nonce
        if token:
            digest = sha256(token.encode()).digest()
            claims["ath"] = urlsafe_b64encode(digest).rstrip(b"=").decode()
        claims |= more
        claims = {name: value for name, value in claims.items() if value is not None}
        jwk: JsonObject = {**self.key.as_dict(private=False)}  # type: ignore[dict-item]  # JSON
        protected = {"typ": "dpop+jwt", "alg": self.alg, "jwk": jwk, **(header or {})}
        return jws.serialize_compact(protected, strict_json(claims), self.key, registry=REGISTRY)

    async def post(self, path: str, fields: dict[str, str], **more: Json) -> httpx.Response:
        """Post a form with a proof, and keep the nonce of the answer."""
        proof = self.make_proof(path, more)
        answer = await self.scene.http.post(f"/{path}", data=fields, headers={"DPoP": proof})
        self.nonce = answer.headers.get(NONCE_HEADER, self.nonce)
        return answer

    async def userinfo(self, token: str, scheme: str = "DPoP", **more: Json) -> httpx.Response:
        """Ask for the user's claims with a bound token."""
        proof = self.make_proof("userinfo", more, token=token, method="GET")
        headers = {"authorization": f"{scheme} {token}", "DPoP": proof}
        answer = await self.scene.http.get("/userinfo", headers=headers)
        self.nonce = answer.headers.get(NONCE_HEADER, self.nonce)
        return answer


OWN = {
    "grant_type": "client_credentials",
    "client_id": "app",
    "client_secret": "secret",
    "audience": "https://api.test",
}
