"""The parser of the command line and the flags of several commands. It imports nothing slow."""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn

LAB_FLAGS = (
    "port",
    "provider_port",
    "store",
    "kind",
    "issuer",
    "base_url",
    "client_id",
    "revocation",
    "config",
    "create_store",
    "encrypt",
    "listen",
)


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, with exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Write the line and stop."""
        sys.stderr.write(f"session-inspector: {message}. Fix: {self.prog} --help\n")
        raise SystemExit(2)


def flags_of(arguments: argparse.Namespace) -> dict[str, str | bool | None]:
    """Return the settings given on the command line."""
    return {name: getattr(arguments, name, None) for name in LAB_FLAGS}


def add_lab_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the lab's settings."""
    unset = argparse.SUPPRESS  # a flag after the command must not undo one before it
    add = parser.add_argument
    add("--port", default=unset, metavar="N", help="port of the demo app; 0: a free one")
    add("--provider-port", default=unset, metavar="N", help="port of the local provider")
    add(
        "--store",
        default=unset,
        metavar="URL",
        help="where sessions live: session-inspector stores",
    )
    add("--kind", default=unset, metavar="KIND", help="stateful (default) or stateless")
    add("--issuer", default=unset, metavar="URL", help="an outside provider, not the local one")
    add("--base-url", default=unset, metavar="URL", help="the app's URL behind a proxy of yours")
    add("--client-id", default=unset, metavar="ID", help="client id at an outside provider")
    add("--revocation", default=unset, metavar="store", help="let stateless sessions be revoked")
    for flag, name, text in (
        ("--create", "create_store", "make the store's table when it is missing"),
        ("--encrypt", "encrypt", "seal the store's rows with the session secret"),
    ):
        add(flag, dest=name, action="store_const", const=True, default=unset, help=text)
    add("--config", default=unset, metavar="FILE", help="a TOML file of settings")


def add_listen_flag(parser: argparse.ArgumentParser) -> None:
    """Add the flag that opens the lab to other machines."""
    parser.add_argument(
        "--listen",
        default=argparse.SUPPRESS,  # as in add_lab_flags
        metavar="ADDRESS",
        help="an IP address other than 127.0.0.1; other machines may reach it then",
    )
