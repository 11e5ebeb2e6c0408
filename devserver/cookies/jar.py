"""The cookies of a request and of its response, kept as the SDK's cookie maps keep them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from devserver.cookies.jstext import decode_component, encode_component, number_text
from devserver.core.values import Seconds

_PAIRS = re.compile(r"; *")


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieOptions:
    """Name and attributes of a cookie; the SDK's defaults."""

    name: str = "__session"
    path: str | None = "/"
    """Empty: no Path attribute on a live cookie, `/` on its deletion. None: `/`."""
    domain: str = ""
    secure: bool = False
    http_only: bool = True
    same_site: str = "lax"
    """Written as given; empty: no attribute."""
    transient: bool = False
    """True: no Max-Age, the cookie ends with the browser session."""


class RequestJar:
    """The cookies a request brought, by name; writes of the response are mirrored into it."""

    def __init__(self, cookies: Iterable[tuple[str, str]] = ()) -> None:
        self._values = dict(cookies)

    @classmethod
    def parse(cls, header: str) -> RequestJar:
        """Read a Cookie header as @edge-runtime/cookies does.

        A value that does not percent-decode is dropped, a name without `=` is "true", of equal
        names the last value wins at the first one's place.
        """
        jar = cls()
        for pair in _PAIRS.split(header):
            name, equals, text = pair.partition("=")
            value = decode_component(text) if equals else "true"
            if pair and value is not None:
                jar._values[name] = value
        return jar

    def get(self, name: str) -> str | None:
        """Return a decoded value; empty is a value."""
        return self._values.get(name)

    def set(self, name: str, value: str) -> None:
        """Put a decoded value."""
        self._values[name] = value

    def delete(self, name: str) -> None:
        """Forget a cookie; one that is not there is no error."""
        self._values.pop(name, None)

    def names(self) -> list[str]:
        """Return the names in the order of the header."""
        return list(self._values)

    def items(self) -> list[tuple[str, str]]:
        """Return (name, decoded value) in the order of the header."""
        return list(self._values.items())

    def header(self) -> str:
        """Return it as a Cookie header."""
        return "; ".join(f"{name}={encode_component(value)}" for name, value in self.items())


class ResponseJar:
    """The Set-Cookie lines of a response: setting a name again keeps its first place."""

    def __init__(self) -> None:
        self._lines: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._lines)

    def set(
        self,
        name: str,
        value: str,
        options: CookieOptions,
        *,
        max_age: Seconds | None,
        now: Seconds,
    ) -> None:
        """Set a live cookie; `max_age` None writes neither Max-Age nor Expires.

        Expires follows Max-Age except at 0, where the SDK writes none.
        """
        expires = ""
        if max_age:
            expires = f"; Expires={_imf_date(math.floor(now * 1000) + max_age * 1000)}"
        age = "" if max_age is None else f"; Max-Age={number_text(max_age)}"
        path = "/" if options.path is None else options.path
        self._lines[name] = (
            f"{name}={encode_component(value)}{f'; Path={path}' if path else ''}{expires}{age}"
            f"{_tail(options)}"
        )

    def expire(self, name: str, options: CookieOptions) -> None:
        """Delete a cookie with the attributes of the live one (another Path would miss it)."""
        self._lines[name] = f"{name}=; Path={options.path or '/'}; Max-Age=0{_tail(options)}"

    def lines(self) -> list[str]:
        """Return the values of the Set-Cookie headers, in order."""
        return list(self._lines.values())


@dataclass(slots=True)
class Jars:
    """Both sides of one exchange; what the response sets, the request side reads back."""

    request: RequestJar = field(default_factory=RequestJar)
    response: ResponseJar = field(default_factory=ResponseJar)

    def set(
        self,
        name: str,
        value: str,
        options: CookieOptions,
        *,
        max_age: Seconds | None,
        now: Seconds,
    ) -> None:
        """Set a cookie on the response, and for later reads."""
        self.response.set(name, value, options, max_age=max_age, now=now)
        self.request.set(name, value)

    def expire(self, name: str, options: CookieOptions) -> None:
        """Delete a cookie on the response, and for later reads."""
        self.response.expire(name, options)
        self.request.delete(name)


def _tail(options: CookieOptions) -> str:
    return (
        (f"; Domain={options.domain}" if options.domain else "")
        + ("; Secure" if options.secure else "")
        + ("; HttpOnly" if options.http_only else "")
        + (f"; SameSite={options.same_site}" if options.same_site else "")
    )


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _imf_date(milliseconds: float) -> str:
    """Return Date.toUTCString(), which ignores the locale as strftime does not."""
    try:
        at = datetime.fromtimestamp(milliseconds // 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return "Invalid Date"
    day, month = _DAYS[at.weekday()], _MONTHS[at.month - 1]
    return f"{day}, {at.day:02d} {month} {at.year:04d} {at:%H:%M:%S} GMT"
