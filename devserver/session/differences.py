"""Where we are safer than @auth0/nextjs-auth0, each named; compat="nextjs-auth0" undoes them all.

The numbers are those of docs/sdk.md, Surprises.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """One deliberate difference."""

    name: str
    original: str
    """What the SDK does, and compat mode does again."""
    ours: str


DIFFERENCES = (
    Difference(
        "hostile-cookie",
        "some malformed cookies throw out of the middleware: a 500 (11)",
        "every malformed cookie is no session, with a reason in the journal",
    ),
    Difference(
        "v3-expiry",
        "exp in the header of a v3 cookie is not checked: it replays for ever (4)",
        "it is honoured, with the same 15 s of tolerance",
    ),
    Difference(
        "cookie-name",
        "the cookie name is used as a regular expression for chunks (16)",
        "it is a plain text",
    ),
    Difference(
        "own-name",
        "a stateless cookie named appSession deletes itself on each write (3)",
        "the clean-up of v3 cookies spares the configured name",
    ),
    Difference(
        "redirect-uri",
        "a redirect_uri of the authorization parameters is ignored (30)",
        "it is sent, and its path answers nothing by itself: route it to the callback",
    ),
    Difference(
        "host-header",
        "without a base URL the Host header is trusted",
        "only loopback hosts are; others get an error that says to set APP_BASE_URL",
    ),
    Difference(
        "id-token-signature",
        "the ID token of the token endpoint is not verified: TLS is trusted",
        "it is verified against the issuer's keys",
    ),
    Difference(
        "logout-token",
        "a logout token that does not verify may throw out of the handler (19)",
        "it is a 400 with the reason",
    ),
    Difference(
        "one-flight",
        "concurrent refreshes of one session each use the refresh token",
        "they share one refresh, so that rotation does not look like theft",
    ),
    Difference(
        "custom-claims",
        "a refresh drops claims that the app added, and an ID token it does not renew (14)",
        "both stay; the fresh standard claims replace the old",
    ),
    Difference(
        "odd-session",
        "a session without `internal`, user or tokenSet throws at some routes: a 500 (25)",
        "what is not there counts as empty; without a creation time a session is over",
    ),
    Difference(
        "client-authentication",
        "the client secret is posted in the form, whatever the provider says",
        "it is posted where discovery names client_secret_post, else it goes into the header",
    ),
    Difference(
        "failure-text",
        "a failed login or logout is a 500 with a fixed text; why is not said",
        "the reason stands below it: as a page, JSON or text, as the client accepts",
    ),
    Difference(
        "read-token",
        "an access token without `requestedScope` is changed when it is read,"
        " and seldom found again (29)",
        "it is read, and stays as it is",
    ),
    Difference(
        "base-path-cookie",
        "a base path without its slash is the cookies' Path as well, which browsers ignore (26)",
        "its slash is added, and a path that has the base path already does not get it twice",
    ),
)
"""The post-login redirect is checked for its origin in both modes: nothing legitimate differs."""
