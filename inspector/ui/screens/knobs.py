"""The menu of the provider's knobs: what each line asks for."""

from __future__ import annotations

from session_inspector.devserver.core.commands import (
    Command,
    ResetKnobs,
    RevokeAtProvider,
    SetKnobs,
)

KNOBS: dict[str, tuple[str, Command]] = {
    "l": ("the token endpoint answers after 2 s", SetKnobs(latency={"token": 2.0})),
    "e": ("the next answer of the token endpoint is a 500", SetKnobs(errors={"token": 1})),
    "n": ("ID tokens have a wrong nonce", SetKnobs(wrong_nonce=True)),
    "i": ("ID tokens name a wrong issuer", SetKnobs(wrong_issuer="id_token")),
    "x": ("ID tokens are expired", SetKnobs(expired_token="id")),
    "u": ("ID tokens are for another client (aud)", SetKnobs(wrong_audience="id")),
    "y": ("ID tokens have the typ of an access token", SetKnobs(wrong_type="id")),
    "f": ("ID tokens count in an hour only (nbf)", SetKnobs(not_before="id")),
    "o": ("logout tokens have no events claim", SetKnobs(wrong_logout="events")),
    "t": ("access tokens live 20 s", SetKnobs(access_ttl=20)),
    "w": ("logins need a second factor", SetKnobs(second_factor="login")),
    "m": ("refreshes need a second factor (mfa_required)", SetKnobs(second_factor="refresh")),
    "b": ("its clock is 2 minutes behind", SetKnobs(skew=-120.0)),
    "a": ("its clock is 2 minutes ahead", SetKnobs(skew=120.0)),
    "r": ("refresh tokens rotate", SetKnobs(rotate=True)),
    "s": ("refresh tokens stay", SetKnobs(rotate=False)),
    "g": ("a rotated refresh token counts 30 s more", SetKnobs(grace=30.0)),
    "0": ("everything back to normal", ResetKnobs()),
}


def knob_choices(sub: str) -> list[tuple[str, str]]:
    """Return the lines; with a user, one that revokes all that the user has."""
    lines = [(key, label) for key, (label, _) in KNOBS.items()]
    if sub:
        lines.append(("v", f"revoke all sessions and tokens of {sub}"))
    return lines


def knob_command(key: str, sub: str) -> Command | None:
    """Return what a line asks for."""
    if key == "v" and sub:
        return RevokeAtProvider(user=sub)
    if key not in KNOBS:
        return None
    _, command = KNOBS[key]
    return command
