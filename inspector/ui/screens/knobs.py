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
    "b": ("its clock is 2 minutes behind", SetKnobs(skew=-120.0)),
    "a": ("its clock is 2 minutes ahead", SetKnobs(skew=120.0)),
    "r": ("refresh tokens rotate", SetKnobs(rotate=True)),
    "s": ("refresh tokens stay", SetKnobs(rotate=False)),
    "g": ("a rotated refresh token counts 30 s more", SetKnobs(grace=30.0)),
    "0": ("all in good order again", ResetKnobs()),
}


def knob_choices(sub: str) -> list[tuple[str, str]]:
    """The lines; with a user, the one that revokes all that user has."""
    lines = [(key, f"{key}  {label}") for key, (label, _) in KNOBS.items()]
    return [*lines, *([("v", f"v  revoke all sessions and tokens of {sub}")] if sub else [])]


def knob_command(key: str, sub: str) -> Command | None:
    """What a line asks for."""
    if key == "v" and sub:
        return RevokeAtProvider(user=sub)
    return KNOBS[key][1] if key in KNOBS else None
