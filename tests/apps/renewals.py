"""How the session of each sample app rolls and gets new tokens, by what is its framework's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """What renews one app's session."""

    title: str
    roll: str
    """What moves its end; empty: nothing does."""
    refresh: str
    """What gets new tokens."""
    rolls_at: str = "/profile"
    """A page that moves it."""
    refreshes_at: str = "/refresh"
    """A page that gets new tokens."""
    is_new_login: bool = False
    """It uses no refresh token: it logs in again, without a page."""
    waits_for_end: bool = False
    """It renews an access token that is over, and no other."""


RENEWALS: Mapping[str, Renewal] = {
    "express": Renewal(
        title="Express",
        roll="each response seals the cookie anew",
        refresh="`request.oidc.accessToken.refresh()`",
    ),
    "express-redis": Renewal(
        title="Express, Redis",
        roll="each response moves cookie and row",
        refresh="the same",
    ),
    "nextjs": Renewal(
        title="Next.js",
        roll="each request that the middleware sees",
        refresh="`auth0.getAccessToken({ refresh: true })`",
    ),
    "authjs": Renewal(
        title="Auth.js in Express",
        roll="`/auth/session`, as its client asks for it",
        refresh='`update()` of its client, with the `jwt` callback of the guide "Refresh token'
        ' rotation"',
        rolls_at="/auth/session",
    ),
    "fastapi": Renewal(
        title="FastAPI",
        roll="",
        refresh="`get_access_token()`, when the token is over",
        waits_for_end=True,
    ),
    "flask": Renewal(
        title="Flask",
        roll="",
        refresh='Authlib\'s `fetch_access_token(grant_type="refresh_token")`; the tokens are in a'
        " table, not in the session",
    ),
    "flask-redis": Renewal(
        title="Flask, Flask-Session",
        roll="each request writes the row",
        refresh="as Flask",
    ),
    "starlette": Renewal(
        title="Starlette",
        roll="",
        refresh="as Flask",
    ),
    "django": Renewal(
        title="Django",
        roll="",
        refresh="no refresh token: `SessionRefresh` logs in again with `prompt=none`",
        is_new_login=True,
    ),
    "go": Renewal(
        title="Go",
        roll="each request moves the row, by `IdleTimeout`",
        refresh="`TokenSource` of golang.org/x/oauth2",
    ),
    "hono": Renewal(
        title="Hono",
        roll="each `getSession` moves the row, by `updateAge: 0`",
        refresh="`auth.api.refreshToken()`",
    ),
    "sveltekit": Renewal(
        title="SvelteKit",
        roll="each `auth()` moves the row, by `updateAge: 0`",
        refresh="the code of Auth.js' guide",
    ),
    "spring-boot": Renewal(
        title="Spring Boot",
        roll="each request writes `lastAccessedTime`",
        refresh="`OAuth2AuthorizedClientManager`, when the token is over",
    ),
}
"""By the sample's name."""
