"""What the provider knows: clients, users, lifetimes, and who is signed in. Values, no HTTP."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from session_inspector.devserver.core.access import LOOPBACK_NAMES
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.provider.tokens import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who can sign in."""

    sub: str
    claims: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetimes:
    """Seconds."""

    code: int = 60
    access: int = 3600
    id: int = 36_000
    refresh: int = 2_592_000
    session: int = 259_200


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRegistration:
    """A relying party; the methods are those that Authlib calls (ClientMixin)."""

    client_id: str
    client_secret: str = field(default="", repr=False)
    """Empty: a public client, which must use PKCE."""
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    web_origins: tuple[str, ...] = ()
    """Whose scripts may read answers, in addition to the origins of the redirect URIs."""
    backchannel_logout_uri: str = ""
    frontchannel_logout_uri: str = ""
    requires_pushed_requests: bool = False
    """It may begin a login by a pushed request only (RFC 9126 §6)."""
    requires_proofs: bool = False
    """It gets tokens for a DPoP proof only (RFC 9449 §5.2)."""
    response_types: tuple[str, ...] = ("code",)
    takes_any_path: bool = False
    """Any URL of this machine's loopback names counts as registered: an app whose framework is not
    known has its callback where it likes."""

    def get_client_id(self) -> str:
        """Return the client id."""
        return self.client_id

    def get_default_redirect_uri(self) -> str | None:
        """Return the only redirect URI, None when there is a choice."""
        if len(self.redirect_uris) != 1:
            return None
        return self.redirect_uris[0]

    def get_allowed_scope(self, scope: str | None) -> str:
        """Return the requested scope: a lab refuses none."""
        return scope or ""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Return whether a redirect URI is registered."""
        if self.takes_any_path and is_loopback_uri(redirect_uri):
            return True
        return any(is_same_uri(redirect_uri, known) for known in self.redirect_uris)

    def check_origin(self, origin: str) -> bool:
        """Return whether scripts of an origin may ask: one of its own, any port on loopback."""
        if self.takes_any_path and is_loopback_uri(origin):
            return True
        known = (*self.web_origins, *map(_origin_of, self.redirect_uris))
        return any(is_same_uri(origin, each) for each in known)

    def check_post_logout_uri(self, uri: str) -> bool:
        """Return whether a browser may be sent there after logout."""
        if self.takes_any_path and is_loopback_uri(uri):
            return True
        return any(is_same_uri(uri, known) for known in self.post_logout_redirect_uris)

    def check_client_secret(self, client_secret: str) -> bool:
        """Compare a secret in constant time."""
        return hmac.compare_digest(self.client_secret.encode(), client_secret.encode())

    def check_response_type(self, response_type: str) -> bool:
        """Return whether a response type is registered."""
        return response_type in self.response_types

    def check_grant_type(self, grant_type: str) -> bool:
        """Return whether a grant is allowed: all, that of the client itself with a secret only."""
        return grant_type != "client_credentials" or bool(self.client_secret)


@dataclass(slots=True, kw_only=True)
class Code:
    """An authorization code; the methods are those that Authlib calls (AuthorizationCodeMixin)."""

    code: str = field(repr=False)
    client_id: str
    redirect_uri: str
    scope: str
    subject: Subject
    expires: Seconds
    code_challenge: str | None
    code_challenge_method: str | None
    is_used: bool = False

    def get_redirect_uri(self) -> str:
        """Return the redirect URI of the authorization request."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """Return the granted scope."""
        return self.scope


@dataclass(slots=True, kw_only=True)
class IssuedRefreshToken:
    """A refresh token and its place in the family."""

    token: str = field(repr=False)
    client_id: str
    scope: str
    subject: Subject
    expires: Seconds
    family: str
    rotated_at: Seconds | None = None
    is_revoked: bool = False

    def check_client(self, client: ClientRegistration) -> bool:
        """Return whether it was issued to that client."""
        return client.client_id == self.client_id

    def get_scope(self) -> str:
        """Return the granted scope."""
        return self.scope


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedAccessToken:
    """An access token that somebody presents."""

    token: str = field(repr=False)
    client_id: str
    jti: str

    def check_client(self, client: ClientRegistration) -> bool:
        """Return whether it was issued to that client."""
        return client.client_id == self.client_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSession:
    """A browser that is signed in at the provider."""

    sid: str
    user: User
    auth_time: int
    expires: Seconds
    acr: str = ""
    """The authentication that was reached; empty: one factor."""


def is_same_uri(asked: str, known: str) -> bool:
    """Compare redirect URIs: exactly, but any port on loopback (RFC 8252 §7.3).

    Browsers read a backslash as a slash and drop tabs: `127.0.0.1:1\\.evil.test` is not compared.
    """
    if asked == known:
        return True
    if "\\" in asked or " " in asked or not asked.isprintable():
        return False
    try:
        left = _split_loopback_uri(asked)
        right = _split_loopback_uri(known)
    except ValueError:
        return False
    return left is not None and left == right


def _origin_of(uri: str) -> str:
    """Return the origin of a redirect URI as browsers send it."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}".lower()


def is_loopback_uri(uri: str) -> bool:
    """Check for an http(s) URL of this machine, as browsers read it: RFC 6761 §6.3 for names."""
    if "\\" in uri or " " in uri or not uri.isprintable():
        return False
    try:
        parts = urlsplit(uri)
        parts.port  # noqa: B018  # raises for what is no port
    except ValueError:
        return False
    host = parts.hostname or ""
    is_plain = parts.scheme in ("http", "https") and not parts.fragment and "@" not in parts.netloc
    return is_plain and (host in LOOPBACK_NAMES or host.endswith(".localhost"))


def _split_loopback_uri(uri: str) -> tuple[str | None, ...] | None:
    """Return all parts of a URI but its port, None when its host is not loopback.

    Raises: ValueError when it is no URI.
    """
    parts = urlsplit(uri)
    parts.port  # noqa: B018  # raises for what is no port
    if parts.hostname not in LOOPBACK_NAMES:
        return None
    return (
        parts.scheme,
        parts.hostname,
        parts.path,
        parts.query,
        parts.fragment,
        parts.username,
    )
