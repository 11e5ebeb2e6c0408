"""What one may ask of the lab; one union, `Command`. What changed comes back as events.

The unions before it group commands by who carries them out: a simulated browser, the store, the
provider, the lab as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from session_inspector.devserver.core.events.base import Kind
from session_inspector.devserver.core.knobs import KnobChange
from session_inspector.devserver.core.values import Seconds

RevealUse: TypeAlias = Literal["screen", "decode", "export", "request"]
"""Shown, read by Decode, written into a file, or sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Log in as a user with a fresh simulated browser, over HTTP."""

    user: str
    """A subject of the settings, or any name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Let the simulated browser that holds a session request a page; rolling happens."""

    session: str
    path: str = "/protected"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshTokens:
    """Let the simulated browser ask for a fresh access token."""

    session: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Logout:
    """Let the simulated browser log out, at the provider too."""

    session: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoke:
    """Delete a session in the store, as an administrator would."""

    session: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoRevoke:
    """Put back the session that was revoked last, as it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """Undo the last change: what was revoked, expired or pruned, or the cookies of a browser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expire:
    """Put one clock of one session into the past."""

    session: str
    clock: Literal["inactivity", "absolute", "access_token"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DropCookie:
    """Delete a cookie from the simulated browser; no name: all cookies of the app."""

    session: str
    name: str = ""
    path: str = ""
    """Of one path only; empty: of any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutCookie:
    """Put a cookie into the simulated browser that holds a session, or change one that is there."""

    session: str
    line: str
    """A Set-Cookie line; a value of `•••` is the present one of the cookie that it changes."""
    name: str = ""
    """Of the cookie that is changed; empty: the line adds one."""
    domain: str = ""
    """Of the cookie that is changed; empty: the host's own."""
    path: str = "/"
    """Of the cookie that is changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """Let new sessions travel another way; no store: keep the present one."""

    kind: Kind
    store: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveClock:
    """Add a duration to the lab's clock; negative goes back."""

    seconds: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateKeys:
    """Let the provider sign with a new key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal:
    """Return the text of one secret, by its digest, in the reply's value."""

    digest: str
    use: RevealUse = "screen"
    """Where it goes; the journal says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunScenario:
    """Play a scenario; its steps and its verdict come back as events."""

    name: str
    count: int = 0
    """How many users or requests; 0: the scenario's own number."""
    browser: str = ""
    """For a scenario of a real browser: `chromium`, `firefox`, …; empty: the first installed."""
    kind: Kind | Literal[""] = ""
    """How sessions travel while it is played; empty: as they do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetKnobs(KnobChange):
    """Make the local provider misbehave; None leaves a knob as it is (core/knobs.py)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetKnobs:
    """Reset all knobs: the local provider is healthy again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeAtProvider:
    """End sessions at the local provider, or refresh tokens; exactly one member is given."""

    user: str = ""
    """A sub: all that this user has, and each app gets a back-channel logout."""
    sid: str = ""
    """One session at the provider."""
    token: str = ""
    """One refresh token (or its digest), with its family."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartApp:
    """End the app that `run` has started, and start it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectRequest:
    """Return one of the last requests with its headers and the heads of its bodies, masked."""

    exchange: str


HARMLESS = ("GET", "HEAD")
"""Methods whose requests may be sent again unasked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resend:
    """Send one of the last requests again, with its own cookies, none, or others."""

    exchange: str
    cookies: Literal["same", "none", "replaced"] = "same"
    cookie: str = ""
    """A Cookie header whose cookies take the place of those of the same names."""
    is_sure: bool = False
    """Somebody was asked: anything but GET and HEAD may change something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBrowser:
    """Open a real browser on what is watched, and watch it too."""

    name: str = ""
    """`chromium`, `firefox`, …; empty: the first that is installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearOrigin:
    """Let the real browser forget what it has of an origin: cookies, storage, service workers."""

    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyJar:
    """Copy the cookies of the watched origins between the real browser and a simulated one."""

    session: str
    """Which the simulated browser holds; empty, to `simulated`: into a new one."""
    to: Literal["simulated", "real"] = "simulated"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayInPage:
    """Send a request again from a page of the real browser: with its jar, and by its rules."""

    exchange: str
    is_sure: bool = False
    """Somebody was asked: anything but GET and HEAD may change something."""


MOST_KEPT = 1000
"""Rows of a prune that are kept, to be put back; of more than that none is."""
PrunePart: TypeAlias = Literal["all", "next", "stop"]
"""All of it; the next portion, as long as a reply has more; or an end before it is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prune:
    """Delete the rows that have expired; dry: only count them."""

    is_dry: bool = True
    part: PrunePart = "all"
    at: Seconds = 0
    """By when they must have expired; 0: by now. All parts of one prune have that of its reply."""


BrowserCommand: TypeAlias = Login | Request | RefreshTokens | Logout | DropCookie | PutCookie
StoreCommand: TypeAlias = Revoke | UndoRevoke | Undo | Expire | Prune
ProviderCommand: TypeAlias = RotateKeys | SetKnobs | ResetKnobs | RevokeAtProvider
RequestCommand: TypeAlias = InspectRequest | Resend
RealBrowserCommand: TypeAlias = OpenBrowser | ClearOrigin | CopyJar | ReplayInPage
LabCommand: TypeAlias = Switch | MoveClock | Reveal | RunScenario
Command: TypeAlias = (
    BrowserCommand
    | StoreCommand
    | ProviderCommand
    | RequestCommand
    | LabCommand
    | RestartApp
    | RealBrowserCommand
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Whether a command was carried out, in a sentence for the status line."""

    is_ok: bool
    message: str
    value: str = ""
    """For Reveal the secret's text, for InspectRequest the request as JSON, for Resend the name of
    the new request."""
    rows: int = 0
    """Only for Prune: how many rows it deleted, or would delete; 0: none, or it may not."""
    at: Seconds = 0
    """Only for Prune: by when the rows have expired, for the next part, or to delete what was
    counted."""
    has_more: bool = False
    """Only for a part of Prune: it is not done yet; `rows` are those so far."""
