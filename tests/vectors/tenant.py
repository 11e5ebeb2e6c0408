"""The provider of a golden case: it answers as the package's provider did, and notes each call."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx

from session_inspector.devserver.cookies.sealed import KeyRing, open_sealed
from session_inspector.devserver.core.values import Json, JsonObject
from tests.vectors.case import Case

CLIENT_ID = "client_pub"
CLIENT_SECRET = "cs_public"


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
        raw = self.case.table("responses").get(path)
        if isinstance(raw, dict):
            return _raw_response(raw)
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


def _raw_response(raw: JsonObject) -> httpx.Response:
    """Return an answer as the case has it: status, headers and bytes."""
    headers = raw.get("headers")
    given = headers if isinstance(headers, dict) else {}
    body = str(raw.get("body") or "").encode()
    return httpx.Response(
        int(str(raw["status"])), headers={k: str(v) for k, v in given.items()}, content=body
    )


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
