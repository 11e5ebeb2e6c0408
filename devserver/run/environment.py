"""The environment of an app that is run here: whose provider, where it lives, what it may keep.

Later ones win: our own environment, the files of `--env-file`, the local provider's. A session
secret is set only where the app needs one and has none: what it has sealed opens as before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from session_inspector.devserver.core.masking import is_secret_name
from session_inspector.devserver.provider.tenant import (
    CLIENT_ID,
    VARIABLES,
    Tenant,
    TenantKeys,
)
from session_inspector.devserver.run.session_secrets import SESSION_SECRETS
from session_inspector.devserver.run.spring import DEFAULT, Registration
from session_inspector.devserver.run.trust import TrustFiles

EXTENDED = frozenset(
    {"NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "JAVA_TOOL_OPTIONS"}
)
"""Variables whose former content ours has too: nothing of it is replaced."""
OURS = re.compile(r"SESSION_INSPECTOR_TOKEN")
"""Of our own environment, what is no business of the app's."""
PASSWORD = re.compile(r"://[^/?#@\s:]*:([^/?#@\s]+)@")
"""Of a store's URL."""
SPRING = "SPRING_SECURITY_OAUTH2_CLIENT"
COLOURS: Mapping[str, str] = {"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1", "PY_COLORS": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """What an app gets."""

    variables: Mapping[str, str] = field(repr=False)
    """All of its environment."""
    ours: Mapping[str, str] = field(repr=False)
    """Those that the tool has set."""
    replaced: tuple[str, ...] = ()
    """Names that had another value before."""
    made: tuple[str, ...] = ()
    """Names of session secrets that were set, for the app has none."""
    hidden: tuple[str, ...] = field(default=(), repr=False)
    """All values that no line of the app's may show: by their names, and passwords of URLs."""


def tenant_variables(tenant: Tenant, keys: TenantKeys, reads: Sequence[str]) -> dict[str, str]:
    """Return what the local provider's tenant gets: by plain names, and by those of its SDKs."""
    found = {**VARIABLES["env"](tenant, keys), "BASE_URL": tenant.app_url}
    for name in reads:
        make = VARIABLES.get(name) or MORE[name]
        found |= make(tenant, keys)
    return found


def trust_variables(trust: TrustFiles) -> dict[str, str]:
    """Return what makes Node, Python, Go and others trust the local authority."""
    return {
        "NODE_EXTRA_CA_CERTS": str(trust.ca),
        "SSL_CERT_FILE": str(trust.bundle),
        "REQUESTS_CA_BUNDLE": str(trust.bundle),
    }


def base_variables(base_url: str, port: int, control: str) -> dict[str, str]:
    """Return what every app gets, with a provider of its own too."""
    found = {"BASE_URL": base_url, "APP_BASE_URL": base_url, "SESSION_INSPECTOR_URL": control}
    if port:
        found["PORT"] = str(port)
    return found


def compose(
    own: Mapping[str, str],
    files: Mapping[str, str],
    project: Mapping[str, str],
    ours: Mapping[str, str],
    needed: Collection[str] = (),
) -> Composed:
    """Return the environment; `files` are named, `project` are the .env files the app reads.

    `needed` are the session secrets that it lacks: no others are set.
    """
    before = {name: value for name, value in own.items() if not OURS.fullmatch(name)} | dict(files)
    known = {**project, **before}
    unneeded = SESSION_SECRETS - set(needed)
    chosen = {name: value for name, value in ours.items() if name not in unneeded}
    replaced = [
        name
        for name in chosen
        if name not in EXTENDED and known.get(name, chosen[name]) != chosen[name]
    ]
    variables = {**before, **chosen}
    everything = {**known, **chosen}
    return Composed(
        variables=variables,
        ours=chosen,
        replaced=tuple(sorted(replaced)),
        made=tuple(sorted(SESSION_SECRETS & set(chosen))),
        hidden=tuple(_find_hidden(everything)),
    )


def _find_hidden(variables: Mapping[str, str]) -> Iterator[str]:
    for name, text in variables.items():
        if _is_secret(name, text):
            yield text
        yield from PASSWORD.findall(text)


def _is_secret(name: str, text: str) -> bool:
    """Check for the value of a secret; addresses and paths to one are none."""
    return is_secret_name(name) and "://" not in text and not text.startswith("/")


def _better_auth_variables(tenant: Tenant, keys: TenantKeys) -> dict[str, str]:
    return {"BETTER_AUTH_SECRET": keys.secret, "BETTER_AUTH_URL": tenant.app_url}


def _nuxt_variables(tenant: Tenant, keys: TenantKeys) -> dict[str, str]:
    return {
        "NUXT_SESSION_PASSWORD": keys.secret,
        "NUXT_OAUTH_OIDC_CLIENT_ID": CLIENT_ID,
        "NUXT_OAUTH_OIDC_CLIENT_SECRET": tenant.client_secret,
        "NUXT_OAUTH_OIDC_OPENID_CONFIG": f"{keys.issuer}.well-known/openid-configuration",
        # its Auth0 handler puts https:// before the domain
        "NUXT_OAUTH_AUTH0_DOMAIN": urlsplit(keys.issuer).netloc,
        "NUXT_OAUTH_AUTH0_CLIENT_ID": CLIENT_ID,
        "NUXT_OAUTH_AUTH0_CLIENT_SECRET": tenant.client_secret,
    }


def _spring_variables(tenant: Tenant, keys: TenantKeys) -> dict[str, str]:
    return spring_variables(tenant, keys, [DEFAULT])


def spring_variables(
    tenant: Tenant, keys: TenantKeys, clients: Sequence[Registration]
) -> dict[str, str]:
    """Return the variables of a Spring app's clients, by the names that it has given them."""
    found = {"SERVER_FORWARD_HEADERS_STRATEGY": "framework"}
    for client in clients:
        name = f"{SPRING}_REGISTRATION_{_spell(client.name)}"
        provider = f"{SPRING}_PROVIDER_{_spell(client.provider or client.name)}"
        found[f"{name}_CLIENT_ID"] = CLIENT_ID
        found[f"{name}_CLIENT_SECRET"] = tenant.client_secret
        found[f"{provider}_ISSUER_URI"] = keys.issuer
        if not client.has_scope:
            found[f"{name}_SCOPE"] = "openid,profile,email,offline_access"
    return found


def _spell(name: str) -> str:
    """Return a name as Spring spells it in variables: capitals, no hyphens."""
    return name.upper().replace("-", "")


MORE: Mapping[str, Callable[[Tenant, TenantKeys], dict[str, str]]] = {
    "better-auth": _better_auth_variables,
    "nuxt": _nuxt_variables,
    "spring": _spring_variables,
}
"""SDKs beside those of VARIABLES, which `serve --as-tenant` prints."""
READS = (*VARIABLES, *MORE)
"""Whose variables can be composed."""
