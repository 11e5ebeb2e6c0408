"""Flags of `--as-tenant` and of `provider`. It imports nothing that is slow."""

from __future__ import annotations

import argparse
from typing import TypeVar

P = TypeVar("P", bound=argparse.ArgumentParser)
FRAMEWORKS = ("nextjs", "express", "authjs", "fastapi", "env")


TENANT_FLAGS = ("as_tenant", "app_url", "framework", "backchannel_logout_uri", "redirect_uri")


def is_about_tenant(arguments: argparse.Namespace) -> bool:
    """Say whether any of the tenant's flags is given."""
    return any(getattr(arguments, name, None) for name in TENANT_FLAGS)


def add_tenant(parser: argparse.ArgumentParser) -> None:
    """Add the flags with which the lab is a tenant for an app that is not ours."""
    unset = argparse.SUPPRESS  # a flag after the command must not undo one before it
    add = parser.add_argument
    add(
        "--as-tenant",
        action="store_const",
        const=True,
        default=unset,
        help="let your own app log in here, over https; prints the environment it needs",
    )
    add("--app-url", default=unset, metavar="URL", help="your app: http://localhost:3000")
    add(
        "--framework",
        default=unset,
        choices=FRAMEWORKS,
        help="print the variables of this one only",
    )
    add(
        "--backchannel-logout-uri",
        default=unset,
        metavar="URL",
        help="where your app takes logout tokens: /backchannel-logout",
    )
    add(
        "--redirect-uri",
        action="append",
        default=unset,
        metavar="URL",
        help="a callback URL, or a path of your app, beside the frameworks' own",
    )


def add_provider(commands: argparse._SubParsersAction[P]) -> None:
    """Add the command that turns the provider's knobs."""
    provider = commands.add_parser(
        "provider", help="make a running lab's provider slow, wrong or broken; none: show it"
    )
    add = provider.add_argument
    add("url", metavar="URL", help="what `serve` prints, or SESSION_INSPECTOR_URL")
    _knob_flags(provider)
    add("--reset", action="store_true", help="put it in good order, before the other flags")
    add("--revoke-user", metavar="SUB", help="end the user's sessions and refresh tokens")
    add("--revoke-session", metavar="SID", help="end one session; the app is told")
    add("--revoke-token", metavar="TOKEN", help="revoke a refresh token and its family")
    add("--json", action="store_true", help="JSON instead of lines")
    provider.set_defaults(command="provider")


def _knob_flags(provider: argparse.ArgumentParser) -> None:
    add = provider.add_argument
    place = "[ENDPOINT=]N"
    add(
        "--latency",
        action="append",
        default=[],
        metavar=place,
        help="seconds before answers: 2s, token=500ms; 0 ends it",
    )
    add(
        "--fail",
        action="append",
        default=[],
        metavar=place,
        help="answer the next N requests with 500: token=2; -1: all; 0: none",
    )
    add("--rotate", choices=("on", "off"), help="refresh token rotation")
    add("--grace", metavar="S", help="seconds a rotated refresh token still counts")
    add("--skew", metavar="S", help="put the provider's clock off: -120, +2m; 0 ends it")
    add("--wrong-issuer", choices=("id_token", "discovery", "off"), nargs="?", const="id_token")
    add("--wrong-nonce", choices=("on", "off"), nargs="?", const="on")
    add("--expired-token", choices=("id", "access", "off"), nargs="?", const="id")
    add(
        "--claims",
        action="append",
        default=[],
        metavar="SUB=JSON",
        help='lay claims over a user\'s own: \'local|alice={"role":"admin"}\'; {} ends it',
    )
