"""What `run` starts: read from its flags, the project's folder and the environment."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from session_inspector.devserver.attach.attach_settings import (
    AttachSettings,
    OfferedStore,
    policy_of,
    read_pace,
)
from session_inspector.devserver.attach.attachment import RunningAttachment
from session_inspector.devserver.attach.proxy.route import route_to
from session_inspector.devserver.core.access import new_token
from session_inspector.devserver.core.configuration.file import state_folder
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.provider.tenant import Tenant, TenantKeys
from session_inspector.devserver.run.environment import (
    Composed,
    base_variables,
    compose,
    spring_variables,
    tenant_variables,
    trust_variables,
)
from session_inspector.devserver.run.origins import (
    origin_variables,
    place_origins,
    read_origins,
)
from session_inspector.devserver.run.places import ProjectPlace, find_place
from session_inspector.devserver.run.project import Project, read_project
from session_inspector.devserver.run.running import RunSettings
from session_inspector.devserver.run.session_secrets import describe_made
from session_inspector.devserver.run.spring import DEFAULT, find_registrations
from session_inspector.devserver.run.stores import find_stores
from session_inspector.devserver.run.suite import is_suite
from session_inspector.devserver.run.trust import (
    TrustFiles,
    gather_trust,
    is_java,
    java_variables,
)
from session_inspector.devserver.tls import TlsFiles
from session_inspector.inspector.cli.parser import flags_of
from session_inspector.inspector.cli.run.chosen_secrets import ChosenSecrets, choose_secrets
from session_inspector.inspector.cli.run.defaults import pick_stores
from session_inspector.inspector.cli.run.found_stores import (
    Ask,
    ChosenStores,
    choose_stores,
    name_store,
)
from session_inspector.inspector.cli.run.provider import choose_provider, find_tls
from session_inspector.inspector.cli.run.variables import AppVariables, read_variables

NO_STORE = (
    "--write changes the app's store, and none is named or found in its environment."
    " Fix: --store URL"
)
NEEDS_COMMAND = (
    "run needs the command that starts your app. Fix: session-inspector run -- CMD, or `command`"
    " in [run] of session-inspector.toml"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that a run is made of."""

    project: Project
    place: ProjectPlace
    attach: AttachSettings
    run: RunSettings
    reads: Sequence[str]
    """Whose variables the app gets."""
    variables: AppVariables
    needed: frozenset[str]
    """Session secrets that the app lacks: they are set for this run."""
    stores: ChosenStores
    """Those of its environment."""
    is_suite: bool
    tls: TlsFiles | None
    """Of the local authority; None: nothing here speaks https."""

    @property
    def base_url(self) -> str:
        """The app's address for people: the proxy's."""
        return self.attach.app_urls[0]

    @property
    def authority(self) -> Path | None:
        """Return what a browser must trust to open it; None: it speaks plain http."""
        route = self.attach.route
        if route is None or route.front is None:
            return None
        return route.front.ca

    def compose(self, attachment: RunningAttachment) -> Composed:
        """Return the app's environment, now that provider and control API listen."""
        ours = base_variables(self.base_url, self.run.port, attachment.control_url)
        ours |= origin_variables(self.variables.known, self.attach.origins)
        provider = self.attach.provider
        if self.tls is not None:
            trust = gather_trust(self.place.state, self.tls, self._environment)
            if provider is not None and provider.tenant is not None:
                ours |= self._login_variables(attachment, provider.tenant, trust)
            ours |= self._trust_variables(trust)
        known = self.variables
        return compose(known.own, known.files, known.project, ours, self.needed)

    def _login_variables(
        self, attachment: RunningAttachment, tenant: Tenant, trust: TrustFiles
    ) -> dict[str, str]:
        """Return whose client the app is at the local provider."""
        keys = TenantKeys(
            issuer=attachment.issuer,
            secret=self.place.secret,
            ca=str(trust.ca),
            bundle=str(trust.bundle),
            control=attachment.control_url,
        )
        found = tenant_variables(tenant, keys, self.reads)
        if "spring" in self.reads:
            clients = find_registrations(self.project.folder) or [DEFAULT]
            found |= spring_variables(tenant, keys, clients)
        return found

    def _trust_variables(self, trust: TrustFiles) -> dict[str, str]:
        """Return what makes the app trust the local authority."""
        found = trust_variables(trust)
        if is_java(self.project.language, self.run.command):
            found |= java_variables(self.place.state, trust, self._environment)
        return found

    @property
    def _environment(self) -> Mapping[str, str]:
        """What the app has before ours, without its own .env files."""
        return {**self.variables.own, **self.variables.files}


def make_plan(
    arguments: argparse.Namespace,
    env: Mapping[str, str],
    folder: Path,
    ask: Ask = lambda question: False,
) -> Plan:
    """Return what to start; `ask` puts a question to the person. Raises: InputError."""
    project = _read_project(arguments, folder)
    tls = find_tls(arguments, env)
    front = _choose_front(arguments, tls)
    routes = read_origins(arguments.origins, front)
    place = find_place(folder, state_folder(env), list(routes))
    variables = read_variables(arguments.env_file, env, folder)
    found = _find_stores(arguments, variables, folder)
    stores = _choose_stores(arguments, found, ask)
    reads = _choose_reads(arguments, project)
    secrets = choose_secrets(arguments, reads, variables, place, folder)
    words = _describe_found(project, stores, secrets.needed)
    attach = replace(
        _attach_settings(arguments, variables, place, secrets, front),
        store=_find_store(arguments, found),
        offered=stores.offered,
        origins=place_origins(routes, place.origins),
    )
    _check_writing(arguments, attach)
    provider = choose_provider(arguments, env, place, attach.app_urls[0], tls)
    return Plan(
        project=project,
        place=place,
        attach=replace(attach, provider=provider),
        run=_run_settings(arguments, folder, project, place, words),
        reads=reads,
        variables=variables,
        needed=secrets.needed,
        stores=stores,
        is_suite=is_suite(arguments.words),
        tls=tls,
    )


def _read_project(arguments: argparse.Namespace, folder: Path) -> Project:
    """Return what the app is. Raises: InputError without a command that starts it."""
    if not arguments.words:
        raise InputError(NEEDS_COMMAND)
    return read_project(folder, arguments.words)


def _choose_front(arguments: argparse.Namespace, tls: TlsFiles | None) -> TlsFiles | None:
    """Return the certificate that browsers get; None: they speak plain http."""
    if arguments.https:
        return tls
    return None


def _run_settings(
    arguments: argparse.Namespace,
    folder: Path,
    project: Project,
    place: ProjectPlace,
    found: str,
) -> RunSettings:
    return RunSettings(
        command=arguments.words,
        folder=folder,
        env={},
        found=found,
        port=arguments.app_port or place.app,
        app_port=arguments.app_port,
        published=project.published,
    )


def _check_writing(arguments: argparse.Namespace, attach: AttachSettings) -> None:
    """Check that there is a store to write to. Raises: InputError."""
    if arguments.write and not attach.store and not attach.offered:
        raise InputError(NO_STORE)


def _choose_reads(arguments: argparse.Namespace, project: Project) -> Sequence[str]:
    """Return whose variables the app reads: those of a flag, else what was found out."""
    if not arguments.framework:
        return project.reads
    return tuple(name for name in [arguments.framework] if name != "env")


def _find_store(arguments: argparse.Namespace, found: Sequence[OfferedStore]) -> str:
    """Return the store that was named; empty: none was. Raises: InputError."""
    given = str(getattr(arguments, "store", ""))
    if not given:
        return ""
    return name_store(given, found)


def _find_stores(
    arguments: argparse.Namespace, variables: AppVariables, folder: Path
) -> Sequence[OfferedStore]:
    """Return the stores of the app's environment, or those that the project's file names."""
    found = find_stores(variables.known, folder)
    if arguments.stores:
        return pick_stores(arguments.stores, found)
    return found


def _choose_stores(
    arguments: argparse.Namespace, found: Sequence[OfferedStore], ask: Ask
) -> ChosenStores:
    if arguments.no_store or getattr(arguments, "store", ""):
        return ChosenStores()
    return choose_stores(found, ask)


def _describe_found(project: Project, stores: ChosenStores, needed: Collection[str]) -> str:
    words = project.describe()
    names = ", ".join(one.name for one in stores.offered)
    if names:
        words += f"; store {names}"
    if needed:
        words += f"; {describe_made(needed)}"
    return words


def _attach_settings(
    arguments: argparse.Namespace,
    variables: AppVariables,
    place: ProjectPlace,
    secrets: ChosenSecrets,
    front: TlsFiles | None,
) -> AttachSettings:
    env = {**variables.own, **variables.files}
    port = arguments.port or place.base
    app = f"http://127.0.0.1:{arguments.app_port or place.app}"
    route = replace(route_to(app, is_started_here=True), front=front)
    return AttachSettings(
        route=route,
        is_started_later=True,
        port=port,
        control_port=place.control,
        app_urls=[f"{route.scheme}://localhost:{port}"],
        secrets=secrets.tried,
        has_told_secret=bool(arguments.secret),
        layout=arguments.layout,
        cookies=arguments.cookie,
        may_write=arguments.write,
        token=new_token(env),
        policy=policy_of(flags_of(arguments), env),
        pace=read_pace(flags_of(arguments), env),
    )
