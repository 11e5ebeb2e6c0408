"""`attach`: what to attach to by its flags, and the headless way to do it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from session_inspector.devserver.attach.attach_settings import (
    AttachSettings,
    policy_of,
    read_pace,
)
from session_inspector.devserver.attach.attachment import RunningAttachment, start_attachment
from session_inspector.devserver.attach.browser.origins import Origins
from session_inspector.devserver.attach.browser.wish import BrowserWish, read_wish
from session_inspector.devserver.attach.proxy.route import Route, route_to, with_scheme
from session_inspector.devserver.core.access import LOOPBACK_NAMES, new_token
from session_inspector.devserver.core.configuration.section import ConfigSection
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.listening import LOOPBACK
from session_inspector.inspector.cli.attach.app_urls import find_app_urls
from session_inspector.inspector.cli.attach.checks import check_flags
from session_inspector.inspector.cli.output import ExitCode, print_line, say
from session_inspector.inspector.cli.parser import flags_of
from session_inspector.inspector.cli.streaming import stream
from session_inspector.inspector.decode.secrets import env_files, find_secrets, read_env_file
from session_inspector.inspector.feed.record import Recorder
from session_inspector.inspector.feed.remote import remote_feed
from session_inspector.inspector.feed.tenant import (
    VARIABLE,
    JoinedTenant,
    find_tenant,
    join_tenant,
)

NEEDS_TARGET = (
    "attach needs your app's URL, --store URL or --events URL."
    " Fix: session-inspector attach http://localhost:3000"
)
NO_WINDOW = (
    "the watched browser has no window (no display here, or --browser-headless): a program can"
    " drive it, nobody can log in in it"
)


def _make_route(arguments: argparse.Namespace) -> Route | None:
    """Return where the proxy leads; None: only a store or a browser is watched."""
    if not arguments.url or arguments.command == "browser":
        return None
    names = [*arguments.allow_host]
    if arguments.listen != LOOPBACK:
        names.append(arguments.listen)
    return route_to(
        arguments.url,
        names=names,
        rewrites_host=arguments.rewrite_host,
        trusts_forwarded=arguments.trust_forwarded,
        checks_certificate=not arguments.insecure,
    )


def attach_settings(arguments: argparse.Namespace) -> AttachSettings:
    """Return what to attach to. Raises: InputError."""
    store = str(getattr(arguments, "store", ""))
    if not arguments.url and not store:
        raise InputError(NEEDS_TARGET)
    check_flags(arguments, store)
    folder = _env_folder(arguments)
    secrets = find_secrets(arguments.secret, os.environ, folder)
    flags = flags_of(arguments)
    port_flags = {"port": arguments.port, "control_port": arguments.control_port}
    ports = ConfigSection("attach", {}, known=frozenset(port_flags), flags=port_flags)
    return AttachSettings(
        route=_make_route(arguments),
        port=ports.port("port"),
        control_port=ports.port("control_port"),
        listen=arguments.listen,
        app_urls=find_app_urls(os.environ, folder),
        secrets=[secret.text for secret in secrets],
        has_told_secret=bool(arguments.secret),
        store=store,
        layout=arguments.layout,
        cookies=arguments.cookie,
        may_write=arguments.write,
        token=new_token(os.environ),
        policy=policy_of(flags, os.environ),
        pace=read_pace(flags, os.environ),
        browser=_find_wish(arguments),
        is_read_only=arguments.read_only,
    )


def _find_wish(arguments: argparse.Namespace) -> BrowserWish | None:
    """Return the browser to watch; None: none. Raises: InputError."""
    if not arguments.browser:
        if arguments.origin or arguments.browser_headless:
            raise InputError(
                "--origin and --browser-headless are of a browser. Fix: --browser chromium"
            )
        return None
    if not arguments.url:
        raise InputError("--browser needs the URL to open. Fix: attach http://localhost:3000")
    page = with_scheme(arguments.url)
    origins = tuple(map(with_scheme, arguments.origin))
    wish = read_wish(
        arguments.browser,
        page,
        origins,
        os.environ,
        is_headless=arguments.browser_headless,
    )
    Origins([page, *origins])
    return replace(wish, is_read_only=arguments.read_only)


def _env_folder(arguments: argparse.Namespace) -> Path | None:
    """Return the folder whose .env files are read. Raises: InputError when it is none."""
    if arguments.env is None:
        return None
    folder = Path(arguments.env)
    if not folder.is_dir():
        raise InputError(f"--env {folder} is no folder; it must be your app's. Fix: --env .")
    return folder


def attach(arguments: argparse.Namespace) -> ExitCode:
    """Attach without the terminal app, until a signal or the reader's end. Raises: InputError."""
    if arguments.events:
        return _watch(arguments)
    settings = attach_settings(arguments)
    tenant = join_tenant_of(arguments)
    running = begin_attachment(settings, tenant)
    recorder = None
    try:
        where = running.hand_over_token(os.environ)
        if arguments.record:
            recorder = Recorder(running.journal, arguments.record)
        if settings.browser is not None and settings.browser.is_headless:
            say(NO_WINDOW)
        stream(
            running.journal, lambda: _introduce(running, arguments, where), as_json=arguments.json
        )
    finally:
        if recorder is not None:
            recorder.close()
            sys.stderr.write(f"recorded {recorder.summary()}\n")
        if tenant is not None:
            tenant.stop()
        running.stop()
    return ExitCode.OK


def join_tenant_of(arguments: argparse.Namespace) -> JoinedTenant | None:
    """Return the tenant that the app logs in at, named or found; None: there is none.

    Raises: InputError for one that was named and does not answer.
    """
    places: list[Mapping[str, str]] = [os.environ]
    places += [read_env_file(path) for path in env_files(_env_folder(arguments))]
    url = find_tenant(arguments.tenant, *places)
    if not url:
        return None
    try:
        return join_tenant(url)
    except InputError as error:
        if arguments.tenant:
            raise
        say(f"{VARIABLE} is {url}, and is not joined: {error.message}")
        return None


def begin_attachment(settings: AttachSettings, tenant: JoinedTenant | None) -> RunningAttachment:
    """Attach, with a tenant's events in the same journal. Raises: InputError."""
    if tenant is None:
        return start_attachment(settings)
    try:
        running = start_attachment(replace(settings, issuer=tenant.find_issuer()))
    except InputError:
        tenant.stop()
        raise
    running.control.provider = tenant
    tenant.start(running.publish)
    return running


def _introduce(running: RunningAttachment, arguments: argparse.Namespace, where: str) -> None:
    """Print where everything is; the base URL alone goes to stdout."""
    if arguments.listen not in LOOPBACK_NAMES:
        say(
            f"the proxy listens on {arguments.listen}: whoever reaches it reaches your app."
            " The control API stays on loopback"
        )
    if running.warning:
        say(running.warning)
    sys.stderr.write(
        f"watch it from elsewhere: session-inspector attach --events {running.control_url}\n"
        f"token    {where}\n"
    )
    print_line(running.base_url)


def check_events(arguments: argparse.Namespace) -> None:
    """Refuse what does not go together with --events. Raises: InputError."""
    if arguments.url or getattr(arguments, "store", "") or arguments.record:
        raise InputError(
            "--events watches what runs elsewhere: no app, --store or --record beside it."
            " Fix: session-inspector attach --events URL"
        )


def _watch(arguments: argparse.Namespace) -> ExitCode:
    check_events(arguments)
    feed = remote_feed(arguments.events)
    feed.start()
    try:
        stream(feed, lambda: print_line(arguments.events), as_json=arguments.json)
    finally:
        feed.stop()
    return ExitCode.OK
