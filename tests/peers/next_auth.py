"""next-auth 4: logins begin with a POST, and the session is a page of its own."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from tests.peers.peer import Peer, leaving


@dataclass(frozen=True, kw_only=True)
class NextAuth4(Peer):
    script: str = "next_auth.mjs"
    callback: str = "/api/auth/callback/lab"

    def begin(self, http: httpx.Client) -> httpx.Response:
        return self._post(http, "/api/auth/signin/lab", callbackUrl="/")

    def who(self, http: httpx.Client) -> str:
        return str(http.get("/api/auth/session").json().get("sub") or "")

    def email(self, http: httpx.Client) -> str:
        return str(http.get("/api/auth/session").json()["user"]["email"])

    def refresh(self, http: httpx.Client) -> None:
        fields = {"csrfToken": self._csrf(http), "data": {}}
        assert http.post("/api/auth/session", json=fields).json()["changed"]

    def sign_out(self, http: httpx.Client) -> httpx.Response:
        """Leave the app, which tells the provider nothing, and then the provider."""
        self._post(http, "/api/auth/signout")
        url = f"{http.headers['x-issuer']}oidc/logout"
        return http.get(url, params=leaving(http), follow_redirects=True)

    def _post(self, http: httpx.Client, path: str, **fields: str) -> httpx.Response:
        return http.post(path, data={"csrfToken": self._csrf(http), **fields})

    def _csrf(self, http: httpx.Client) -> str:
        return str(http.get("/api/auth/csrf").json()["csrfToken"])
