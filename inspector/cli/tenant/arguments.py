"""Flags of a lab that is the tenant of a real app. It imports nothing slow."""

from __future__ import annotations

import argparse

from session_inspector.inspector.cli.parser import UNSET

FRAMEWORKS = ("nextjs", "express", "authjs", "fastapi", "env")
LOGOUT_FLAGS = ("backchannel_logout_uri", "frontchannel_logout_uri")
TENANT_FLAGS = ("as_tenant", "app_url", "framework", "redirect_uri", *LOGOUT_FLAGS)


def has_tenant_flags(arguments: argparse.Namespace) -> bool:
    """Report whether any of the tenant's flags is given."""
    return any(getattr(arguments, name, None) for name in TENANT_FLAGS)


def add_tenant(parser: argparse.ArgumentParser) -> None:
    """Add the flags with which the lab is a tenant for an app that is not ours."""
    add = parser.add_argument
    add(
        "--as-tenant",
        action="store_const",
        const=True,
        default=UNSET,
        help="let your own app log in here, over https; prints the environment it needs",
    )
    add("--app-url", default=UNSET, metavar="URL", help="your app: http://localhost:3000")
    add(
        "--framework",
        default=UNSET,
        choices=FRAMEWORKS,
        help="print the variables of this one only",
    )
    add(
        "--backchannel-logout-uri",
        default=UNSET,
        metavar="URL",
        help="where your app takes logout tokens: /backchannel-logout",
    )
    add(
        "--frontchannel-logout-uri",
        default=UNSET,
        metavar="URL",
        help="what the logout page loads in a frame: /frontchannel-logout",
    )
    add(
        "--redirect-uri",
        action="append",
        default=UNSET,
        metavar="URL",
        help="a callback URL, or a path of your app, beside the frameworks' own",
    )
