"""Flags of `decode`, `reseal` and `weak`. It imports nothing slow."""

from __future__ import annotations

from session_inspector.inspector.cli.parser import Parser, add_json_flag, read_secret

EPILOG = """
INPUT is a cookie (NAME=VALUE or the bare value), headers in any form, a copied curl or fetch
command, a HAR, an export (cookies.txt, JSON, storage state), log lines, an AWS event, a store's
row as its client prints it, a file with one of these, Firefox's cookies.sqlite, or - for stdin.
docs/formats.md lists all forms and formats. Secrets come from --secret, the environment and the
.env files of the current folder (AUTH0_SECRET, AUTH_SECRET, NEXTAUTH_SECRET, SECRET_KEY,
SECRET_KEY_BASE, APP_KEY, SESSION_SECRET, and their like); a client's secret is never tried.
"""


def add_decode(decode: Parser) -> None:
    """Add the flags of `decode`."""
    decode.epilog = EPILOG
    _add_material(decode)
    add_json_flag(decode, help="JSON instead of a panel")
    decode.add_argument("--reveal", action="store_true", help="show tokens instead of masking them")
    decode.add_argument(
        "--lines", action="store_true", help="INPUT has one cookie a line: a line of JSON each"
    )
    decode.set_defaults(command="decode")


def add_weak(weak: Parser) -> None:
    """Add the flags of `weak`."""
    weak.epilog = EPILOG
    _add_material(weak)
    add_json_flag(weak, help="JSON instead of a line")
    weak.set_defaults(command="weak")


def add_reseal(reseal: Parser) -> None:
    """Add the flags of `reseal`."""
    reseal.epilog = (
        "PATH is user.name, tokenSets[0].scope; VALUE is JSON, else text. WHEN is +1h, -30m,"
        " +2d, Unix seconds or 2026-01-31T12:00:00Z."
    )
    _add_material(reseal)
    add = reseal.add_argument
    add("--set", action="append", default=[], metavar="PATH=VALUE", help="set a claim")
    add("--unset", action="append", default=[], metavar="PATH", help="remove a claim")
    add("--expires", default="", metavar="WHEN", help="the format's own end (default: as it was)")
    add(
        "--issued",
        default="",
        metavar="WHEN",
        help="the format's own time stamp (default: as it was)",
    )
    add(
        "--with-secret",
        default="",
        metavar="S",
        help="seal with another secret (default: the one that opened it)",
    )
    add(
        "--out",
        default="header",
        choices=("header", "set-cookie", "curl", "json"),
        help="how to print the cookies",
    )
    reseal.set_defaults(command="reseal")


def _add_material(parser: Parser) -> None:
    add = parser.add_argument
    add("input", nargs="?", default="-", metavar="INPUT", help="see below (default: stdin)")
    add(
        "--secret",
        action="append",
        type=read_secret,
        default=[],
        metavar="S",
        help="a secret; repeat for older ones and for encryption keys; bytes are hex:...,"
        " base64:... or b'...'; - reads them from stdin (env: AUTH0_SECRET, AUTH_SECRET,"
        " SECRET_KEY and their like)",
    )
    _add_keys(parser)
    add("--no-env-files", action="store_true", help="leave the .env files alone")
    add(
        "--salt",
        "--state",
        action="append",
        default=[],
        metavar="S",
        help="a salt: the name a cookie was written under, the state of an OAuth login",
    )
    add(
        "--format",
        action="append",
        default=[],
        metavar="NAME",
        help="only this decoder; repeat (default: all)",
    )
    add("--cookie-name", default="", metavar="NAME", help="the name of a bare value")
    add(
        "--max-age",
        default="default",
        metavar="S",
        help="seconds that time-stamped formats live at your app; none: without limit"
        " (default: the format's own limit)",
    )


def _add_keys(parser: Parser) -> None:
    add = parser.add_argument
    add(
        "--jwks",
        action="append",
        default=[],
        metavar="FILE|URL",
        help="a key set that verifies tokens: the provider's jwks_uri, or a file; repeat",
    )
    add(
        "--key",
        action="append",
        default=[],
        metavar="FILE",
        help="a public key or certificate (PEM, JWK) that verifies tokens; repeat",
    )
