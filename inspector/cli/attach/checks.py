"""Flags of `attach` that are no good, or whose object is missing: refused, never ignored."""

from __future__ import annotations

import argparse
import re
from ipaddress import AddressValueError, IPv6Address

from session_inspector.devserver.attach.layouts import layout_names
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.stores.urls import check_store_url

COOKIE_NAME = re.compile(r"[^\x00-\x20\x7f=;,\s]+")
"""What browsers send back, UTF-8 too, but for spaces and commas, which no server reads in one."""
HOST_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?")


def check_flags(arguments: argparse.Namespace, store: str) -> None:
    """Check what stands alone and what needs another flag; `store` is its URL.

    Raises: InputError.
    """
    _check_store_flags(arguments, store)
    for name in arguments.cookie:
        if not COOKIE_NAME.fullmatch(name):
            raise InputError(f"--cookie is {name!r}; it must be the name of one cookie")
    if arguments.cookie and not arguments.url:
        raise InputError(
            "--cookie names a cookie of requests, and no app is named."
            " Fix: session-inspector attach http://localhost:3000"
        )
    for name in arguments.allow_host:
        if not is_host(name):
            raise InputError(f"--allow-host is {name!r}; it must be a host name without a port")


def _check_store_flags(arguments: argparse.Namespace, store: str) -> None:
    if store:
        check_store_url(store)
    layout = arguments.layout
    if layout and layout not in layout_names():
        known = ", ".join(layout_names())
        raise InputError(f"--layout is {layout!r}; it must be one of {known}")
    if layout and not store:
        raise InputError("--layout says whose rows a store has; none is named. Fix: --store URL")
    if arguments.write and not store:
        raise InputError("--write changes the app's store, and none is named. Fix: --store URL")
    if arguments.write and arguments.read_only:
        raise InputError("--write and --read-only exclude each other. Fix: leave one of them out")


def is_host(name: str) -> bool:
    """Check whether a text is a host name or an IPv6 address, as a Host header has it."""
    if HOST_NAME.fullmatch(name):
        return True
    try:
        IPv6Address(name.removeprefix("[").removesuffix("]"))
    except AddressValueError:
        return False
    return True
