"""What passes between a browser and a server: requests, responses, cookies that are set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from session_inspector.devserver.core.events.base import CookieSeen, Header
from session_inspector.devserver.core.values import Seconds, Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeStarted(Header):
    """A request arrived."""

    exchange: str
    method: str
    path: str
    """Path and query, with code, state and tokens masked."""
    client: str
    """`lab:<browser>` for the simulated ones, else what the User-Agent claims to be."""
    party: Literal["app", "provider"] = "app"
    cookie_bytes: int = 0
    """Bytes of the whole Cookie header line, with its name."""
    cookies: tuple[CookieSeen, ...] = ()
    origin: str = ""
    """Scheme and host as the browser has them: `http://localhost:4000`; empty: not known."""
    bearer: str = ""
    """Fingerprint of the bearer token that a request to an attached app carries in its
    Authorization header (RFC 6750 §2.1); empty: none."""
    within: str = ""
    """At the provider: the exchange of the lab's app that asked; empty: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeEnded(Header):
    """The response went out."""

    exchange: str
    status: int
    duration: float
    """Seconds, by the monotonic clock."""
    set_cookies: int = 0
    cache_control: str = ""
    location: str = ""
    """Where a redirect points, secrets masked."""
    expires: str = ""
    """The Expires header."""
    vary: str = ""
    """The Vary header."""
    auth_reason: str = ""
    """Why it is, or is not, signed in, by a header of its framework: `x-clerk-auth-reason`."""
    auth_meaning: str = ""
    """What that reason means; empty: not known."""
    clock_offset: Seconds = 0.0
    """Seconds that the clock of a watched app is ahead of ours, by the Date of its responses;
    negative: behind. 0: no more than such Dates are off, or it sends none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieSet(Header):
    """A response set one cookie (`max_age` 0 with an empty value: a deletion)."""

    exchange: str
    name: str
    value: Secret
    size: int
    """Bytes of the value as it stands on the wire."""
    line_size: int
    """Bytes of the whole Set-Cookie line, attributes included."""
    is_deletion: bool = False
    max_age: float | None = None
    """Seconds; None: the cookie ends with the browser session."""
    path: str = "/"
    domain: str = ""
    secure: bool = False
    http_only: bool = False
    same_site: str = ""
    lifetime: str = ""
    """The attribute that `max_age` is from, as it stands: an Expires, or a Max-Age of more than the
    400 days that browsers keep it; empty: a Max-Age of so many seconds, or none."""
    partitioned: bool = False
    controls: str = ""
    """Control characters of the line, the tab too, each once."""
    is_emptied: bool = False
    """A session's cookie that browsers keep, and that holds none: empty, a word as `loggedout`, or
    a signed value with nobody in it."""
    prefix: str = ""
    """What the value of a cookie without a name begins with, where browsers protect such names:
    `__Host-`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualCookiesSeen(Header):
    """A request brought several cookies of one name; the same ones are reported once."""

    exchange: str
    name: str
    digests: tuple[str, ...]
    """Fingerprints of the values, in the order of the header."""
    reads: Literal["first", "last", ""] = ""
    """Which of them the app reads, by the rule of `family`; empty: not known, shown is the
    first."""
    family: str = ""
    """The format that knows these cookies; empty: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CookiesForgotten(Header):
    """A simulated browser was made to forget cookies; no response has deleted them."""

    client: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieEdited(Header):
    """A cookie was put into a simulated browser by hand; no response has set it."""

    client: str
    name: str
    value: Secret
    size: int
    """Bytes of the value."""
    line_size: int
    """Bytes of a Set-Cookie line that would set it."""
    max_age: float | None = None
    """Seconds; None: it ends with the browser."""
    path: str = "/"
    domain: str = ""
    """Empty: the host's own."""
    secure: bool = False
    http_only: bool = False
    same_site: str = ""
    partitioned: bool = False


ExchangeEvent: TypeAlias = (
    ExchangeStarted | ExchangeEnded | CookieSet | EqualCookiesSeen | CookiesForgotten | CookieEdited
)
