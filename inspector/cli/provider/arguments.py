"""Flags of `provider`. It imports nothing slow."""

from __future__ import annotations

from session_inspector.devserver.core.knobs import LOGOUT_FAULTS
from session_inspector.inspector.cli.parser import Parser, add_json_flag

SPOILT = {
    "--wrong-audience": "tokens for another client",
    "--wrong-type": "the typ of another kind of token in the header",
    "--not-before": "an nbf that is an hour ahead",
}


def add_provider(provider: Parser) -> None:
    """Add its flags."""
    add = provider.add_argument
    add("url", metavar="URL", help="what `serve` prints, or SESSION_INSPECTOR_URL")
    _add_knob_flags(provider)
    add("--reset", action="store_true", help="undo all of them, before the other flags")
    add("--revoke-user", metavar="SUB", help="end the user's sessions and refresh tokens")
    add("--revoke-session", metavar="SID", help="end one session; the app is told")
    add("--revoke-token", metavar="TOKEN", help="revoke a refresh token and its family")
    add_json_flag(provider)
    provider.set_defaults(command="provider")


def _add_knob_flags(provider: Parser) -> None:
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
    _add_token_flags(provider)
    _add_spoilt_flags(provider)
    _add_lifetime_flags(provider)
    _add_second_factor_flag(provider)


def _add_spoilt_flags(provider: Parser) -> None:
    """Add the flags whose value is the kind of token that is wrong."""
    for flag, text in SPOILT.items():
        provider.add_argument(
            flag,
            choices=("id", "access", "off"),
            nargs="?",
            const="id",
            help=text,
        )
    provider.add_argument(
        "--wrong-logout",
        choices=(*LOGOUT_FAULTS, "off"),
        nargs="?",
        const="events",
        help="what is wrong with logout tokens",
    )


def _add_second_factor_flag(provider: Parser) -> None:
    provider.add_argument(
        "--second-factor",
        choices=("login", "refresh", "off"),
        nargs="?",
        const="login",
        help="ask for one: on the login page, or by mfa_required at a refresh",
    )


def _add_lifetime_flags(provider: Parser) -> None:
    for kind in ("access", "id", "refresh"):
        provider.add_argument(
            f"--{kind}-ttl",
            metavar="S",
            help=f"how long new {kind} tokens live: 20, 5m; 0: as configured",
        )


def _add_token_flags(provider: Parser) -> None:
    add = provider.add_argument
    add("--rotate", choices=("on", "off"), help="refresh token rotation")
    add("--grace", metavar="S", help="seconds a rotated refresh token still counts")
    add("--skew", metavar="S", help="put the provider's clock off: -120, +2m; 0 ends it")
    add(
        "--wrong-issuer",
        choices=("id_token", "discovery", "off"),
        nargs="?",
        const="id_token",
        help="a wrong iss",
    )
    add(
        "--wrong-nonce",
        choices=("on", "off"),
        nargs="?",
        const="on",
        help="a wrong nonce in ID tokens",
    )
    add(
        "--expired-token",
        choices=("id", "access", "off"),
        nargs="?",
        const="id",
        help="tokens that are over",
    )
    add(
        "--claims",
        action="append",
        default=[],
        metavar="SUB=JSON",
        help='lay claims over a user\'s own: \'local|alice={"role":"admin"}\'; {} ends it',
    )
