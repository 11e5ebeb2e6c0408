"""`--as-tenant`: settings of a lab that another app logs in at, and the environment it prints."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.private_file import write_whole
from session_inspector.devserver.host import RunningLab
from session_inspector.devserver.provider.tenant import (
    ENV_FILE,
    FRAMEWORKS,
    TITLES,
    Tenant,
    TenantKeys,
    check_app_url,
    env_block,
    environment,
    resolve_uris,
)
from session_inspector.devserver.settings import Settings, keep_secret, load_settings
from session_inspector.devserver.tls import tls_files
from session_inspector.inspector.cli.parser import flags_of
from session_inspector.inspector.cli.tenant.arguments import TENANT_FLAGS

OURS = frozenset({"AUTH0_DOMAIN", "AUTH0_CLIENT_ID", "AUTH0_CLIENT_SECRET", "APP_BASE_URL"})
"""What we print: read back from the shell it would make us a client of ourselves."""


def settings_of(arguments: argparse.Namespace, env: Mapping[str, str]) -> Settings:
    """Return the lab's settings, those of a tenant when `--as-tenant` asks for it.

    Raises: InputError.
    """
    flags = flags_of(arguments)
    if not getattr(arguments, "as_tenant", False):
        for name in TENANT_FLAGS:
            if getattr(arguments, name, None):
                flag = name.replace("_", "-")
                raise InputError(f"--{flag} is about a tenant's app. Fix: add --as-tenant")
        return load_settings(flags, env)
    settings = load_settings(flags, {k: v for k, v in env.items() if k not in OURS})
    if settings.issuer:
        raise InputError(
            f"issuer is {settings.issuer}, an outside provider; a tenant is the local one."
            " Fix: leave --issuer and lab.issuer out"
        )
    app_url = check_app_url(getattr(arguments, "app_url", "http://localhost:3000"))
    tenant = Tenant(
        app_url=app_url,
        client_secret=keep_secret(settings.state_dir, "tenant-secret"),
        framework=getattr(arguments, "framework", ""),
        backchannel_logout_uri=_read_logout_uri(arguments, "backchannel_logout_uri", app_url),
        frontchannel_logout_uri=_read_logout_uri(arguments, "frontchannel_logout_uri", app_url),
        redirect_uris=resolve_uris(
            "--redirect-uri", getattr(arguments, "redirect_uri", []), app_url
        ),
        post_logout_uris=resolve_uris("--post-logout-uri", settings.post_logout_uris, app_url),
    )
    return replace(settings, tenant=tenant, tls=tls_files(settings.state_dir, SystemClock()))


def _read_logout_uri(arguments: argparse.Namespace, name: str, app_url: str) -> str:
    """Return a logout URI of the app; empty when it is not given. Raises: InputError."""
    given = [uri for uri in [getattr(arguments, name, "")] if uri]
    return "".join(resolve_uris(f"--{name.replace('_', '-')}", given, app_url))


def environments(settings: Settings, lab: RunningLab) -> dict[str, dict[str, str]]:
    """Return the variables by framework: of the one that was named, or of all."""
    if settings.tenant is None or settings.tls is None:
        return {}
    keys = TenantKeys(
        issuer=lab.issuer,
        secret=settings.secret,
        ca=str(settings.tls.ca),
        bundle=str(settings.tls.bundle),
        control=lab.base_url,
    )
    chosen = list(FRAMEWORKS)
    if settings.tenant.framework:
        chosen = [settings.tenant.framework]
    return {name: environment(settings.tenant, keys, name) for name in chosen}


def env_text(found: Mapping[str, Mapping[str, str]]) -> str:
    """Return the blocks as text for a .env file, each under the name of what reads it."""
    return "\n\n".join(env_block(variables, TITLES[name]) for name, variables in found.items())


def keep_env(settings: Settings, text: str) -> Path:
    """Write the environment beside the lab's secrets, for who runs the app with the screen on."""
    name = settings.tenant.env_file if settings.tenant else ENV_FILE
    path = settings.state_dir / name
    write_whole(path, f"{text}\n".encode())
    return path
