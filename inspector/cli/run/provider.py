"""The local provider of a run, whose one tenant is the app."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.configuration.file import state_folder
from session_inspector.devserver.provider.tenant import Tenant, resolve_uris
from session_inspector.devserver.run.places import ProjectPlace
from session_inspector.devserver.settings import Settings, load_settings
from session_inspector.devserver.tls import TlsFiles, tls_files
from session_inspector.inspector.cli.run.defaults import read_people
from session_inspector.inspector.cli.tenant.environment import OURS


def find_tls(arguments: argparse.Namespace, env: Mapping[str, str]) -> TlsFiles | None:
    """Return the local authority's files, where something of a run speaks https.

    Raises: InputError when they cannot be written.
    """
    if arguments.no_tenant and not arguments.https:
        return None
    return tls_files(state_folder(env), SystemClock())


def choose_provider(
    arguments: argparse.Namespace,
    env: Mapping[str, str],
    place: ProjectPlace,
    app_url: str,
    tls: TlsFiles | None,
) -> Settings | None:
    """Return its settings, for an app that people open at `app_url`; None: it keeps its own.

    Raises: InputError.
    """
    if arguments.no_tenant:
        return None
    backchannel = [uri for uri in [arguments.backchannel_logout_uri] if uri]
    tenant = Tenant(
        app_url=app_url,
        client_secret=place.client_secret,
        backchannel_logout_uri="".join(
            resolve_uris("--backchannel-logout-uri", backchannel, app_url)
        ),
        takes_any_path=True,
        env_file=place.env_file,
    )
    config = {"config": getattr(arguments, "config", None)}
    clean = {name: value for name, value in env.items() if name not in OURS}
    settings = load_settings(config, clean, keeps_state=False)
    if arguments.users:
        settings = replace(settings, users=read_people(arguments.users))
    return replace(
        settings,
        issuer="",
        provider_port=place.provider,
        state_dir=place.state,
        secret=place.secret,
        tenant=tenant,
        tls=tls,
    )
