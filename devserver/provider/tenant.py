"""The lab as a real app's tenant: what is registered for it, and the environment it needs.

Each framework has paths of its own and names for the same five values; they are as the SDKs' own
sources spell them (nextjs-auth0 4, express-openid-connect 3, Auth.js 5, auth0-fastapi 1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from session_inspector.devserver.core.configuration.registered import TENANT_CLIENT
from session_inspector.devserver.core.configuration.web_urls import is_web_url, read_web_url
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.provider.registrations import ClientRegistration

CLIENT_ID = TENANT_CLIENT
ENV_FILE = "tenant.env"
"""In the lab's folder: the environment that was printed last."""
FRAMEWORKS = ("nextjs", "express", "authjs", "fastapi", "env")
TITLES = {
    "nextjs": "Next.js with @auth0/nextjs-auth0: .env.local",
    "express": "Express with express-openid-connect",
    "authjs": "Auth.js, provider auth0",
    "fastapi": "FastAPI with auth0-fastapi",
    "env": "anything else that speaks OpenID Connect: Flask, Django, Starlette, …",
}
CALLBACKS = (
    "/auth/callback",  # nextjs-auth0, auth0-fastapi
    "/callback",  # express-openid-connect, Authlib by custom
    "/auth/callback/auth0",  # Auth.js
    "/api/auth/callback/auth0",  # Auth.js in Next.js
    "/oidc/callback/",  # mozilla-django-oidc
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """An app that is not ours and logs in here."""

    app_url: str
    """Without a slash at its end."""
    client_secret: str = field(repr=False)
    framework: str = ""
    """One of FRAMEWORKS; empty: unknown."""
    backchannel_logout_uri: str = ""
    frontchannel_logout_uri: str = ""
    redirect_uris: tuple[str, ...] = ()
    """In addition to those of the frameworks."""
    takes_any_path: bool = False
    """Its callbacks may be anywhere on this machine's loopback names."""
    post_logout_uris: tuple[str, ...] = ()
    """In addition to the app's own."""
    env_file: str = ENV_FILE
    """In the lab's folder; a second run of a folder writes one of its own."""

    def registration(self) -> ClientRegistration:
        """Return the app as a client of the provider."""
        return ClientRegistration(
            client_id=CLIENT_ID,
            client_secret=self.client_secret,
            redirect_uris=(*(self.app_url + path for path in CALLBACKS), *self.redirect_uris),
            post_logout_redirect_uris=(
                self.app_url,
                f"{self.app_url}/",
                *self.post_logout_uris,
            ),
            backchannel_logout_uri=self.backchannel_logout_uri,
            frontchannel_logout_uri=self.frontchannel_logout_uri,
            response_types=("code", "id_token"),
            takes_any_path=self.takes_any_path,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantKeys:
    """What only a running lab knows."""

    issuer: str
    """Ends with a slash."""
    secret: str = field(repr=False)
    """The session secret, which the inspector knows too."""
    ca: str
    bundle: str
    control: str
    """The base URL of commands and events."""


def environment(tenant: Tenant, keys: TenantKeys, framework: str) -> dict[str, str]:
    """Return the variables a framework's app reads, and which authority it must trust."""
    make_variables = VARIABLES[framework]
    variables = make_variables(tenant, keys)
    if framework != "fastapi":
        variables["NODE_EXTRA_CA_CERTS"] = keys.ca
    if framework in ("fastapi", "env"):
        variables["SSL_CERT_FILE"] = keys.bundle
        variables["REQUESTS_CA_BUNDLE"] = keys.bundle
    variables["SESSION_INSPECTOR_URL"] = keys.control
    return variables


def env_block(variables: Mapping[str, str], title: str = "") -> str:
    """Return lines for a .env file; values are quoted where they must be."""
    lines = []
    if title:
        lines.append(f"# {title}")
    for name, value in variables.items():
        lines.append(f"{name}={_quote(value)}")
    return "\n".join(lines)


def check_app_url(text: str) -> str:
    """Return an app's base URL without the slash at its end. Raises: InputError."""
    parts = read_web_url(text)
    if parts is None or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise InputError(
            f"--app-url is {text!r}; it must be scheme, host and port."
            " Fix: --app-url http://localhost:3000"
        )
    return text.rstrip("/")


def resolve_uris(flag: str, texts: Sequence[str], app_url: str) -> tuple[str, ...]:
    """Return URIs of the app; what begins with a slash is a path of it. Raises: InputError."""
    return tuple(_check_uri(flag, text, app_url) for text in texts)


def _check_uri(flag: str, text: str, app_url: str) -> str:
    uri = text
    if text.startswith("/"):
        uri = app_url + text
    if not is_web_url(uri):
        raise InputError(f"{flag} is {uri!r}; it must be an http(s) URL, or a path: /callback")
    return uri


def _nextjs_variables(tenant: Tenant, keys: TenantKeys) -> dict[str, str]:
    return {
        # with its scheme: a bare host may have no port, says the SDK
        "AUTH0_DOMAIN": keys.issuer.rstrip("/"),
        "AUTH0_CLIENT_ID": CLIENT_ID,
        "AUTH0_CLIENT_SECRET": tenant.client_secret,
        "AUTH0_SECRET": keys.secret,
        "APP_BASE_URL": tenant.app_url,
    }


def _express_variables(tenant: Tenant, keys: TenantKeys) -> dict[str, str]:
    return {
        "ISSUER_BASE_URL": keys.issuer.rstrip("/"),
        "CLIENT_ID": CLIENT_ID,
        "CLIENT_SECRET": tenant.client_secret,
        "SECRET": keys.secret,
        "BASE_URL": tenant.app_url,
    }


def _authjs_variables(tenant: Tenant, keys: TenantKeys) -> dict[str, str]:
    return {
        # no AUTH_URL: in Express it only makes the package warn, and it may hide the base path
        # with the slash: Auth.js compares it with the discovery document's, letter by letter
        "AUTH_AUTH0_ISSUER": keys.issuer,
        "AUTH_AUTH0_ID": CLIENT_ID,
        "AUTH_AUTH0_SECRET": tenant.client_secret,
        "AUTH_SECRET": keys.secret,
        "AUTH_TRUST_HOST": "true",
    }


def _fastapi_variables(tenant: Tenant, keys: TenantKeys) -> dict[str, str]:
    return {
        "AUTH0_DOMAIN": urlsplit(keys.issuer).netloc,
        "AUTH0_CLIENT_ID": CLIENT_ID,
        "AUTH0_CLIENT_SECRET": tenant.client_secret,
        "AUTH0_SECRET": keys.secret,
        "APP_BASE_URL": tenant.app_url,
    }


def _plain_variables(tenant: Tenant, keys: TenantKeys) -> dict[str, str]:
    return {
        "OIDC_ISSUER": keys.issuer,
        "OIDC_DISCOVERY_URL": f"{keys.issuer}.well-known/openid-configuration",
        "OIDC_CLIENT_ID": CLIENT_ID,
        "OIDC_CLIENT_SECRET": tenant.client_secret,
        "SECRET_KEY": keys.secret,
        "APP_BASE_URL": tenant.app_url,
    }


VARIABLES: Mapping[str, Callable[[Tenant, TenantKeys], dict[str, str]]] = {
    "nextjs": _nextjs_variables,
    "express": _express_variables,
    "authjs": _authjs_variables,
    "fastapi": _fastapi_variables,
    "env": _plain_variables,
}
"""What makes the variables of each of FRAMEWORKS."""


def _quote(value: str) -> str:
    if any(character in value for character in " #\"'"):
        return f'"{value}"'
    return value
