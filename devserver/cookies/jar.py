"""The cookies of a request and of its response, kept as the SDK's cookie maps keep them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from session_inspector.devserver.cookies.header_text import read_utf8
from session_inspector.devserver.cookies.jstext import (
    decode_component,
    encode_component,
    number_text,
)
from session_inspector.devserver.cookies.utc_string import find_end, to_utc_string
from session_inspector.devserver.core.values import JsonObject, Seconds

Pairs: TypeAlias = Sequence[tuple[str, str]]
"""(name, decoded value), as they stand in a Cookie header."""


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

    def __hash__(self) -> int:
        """Return the name's: to hash all seven takes longer than what is looked up by them."""
        return hash(self.name)


def parse_pairs(header: str) -> Iterator[tuple[str, str]]:
    """Yield (name, decoded value) of a Cookie header, equal names as often as they stand there.

    As @edge-runtime/cookies reads it: a value that does not percent-decode is dropped, a name
    without `=` is "true".
    """
    pairs = header.split(";")
    pairs[1:] = [pair.lstrip(" ") for pair in pairs[1:]]
    for pair in pairs:
        name, equals, text = pair.partition("=")
        value: str | None = text if equals else "true"
        if "%" in text:
            value = decode_component(text)
        if pair and value is not None:
            yield read_utf8(name), value


def _split_plain(header: str) -> dict[str, str]:
    """Return {name: value} of an ASCII header without escapes, as `parse_pairs` reads it.

    `find` looks at many characters at once and `split` at one: 4 KB take a third of the time.
    """
    values: dict[str, str] = {}
    start = 0
    size = len(header)
    while start < size:
        end = header.find(";", start)
        if end < 0:
            end = size
        equals = header.find("=", start, end)
        if equals >= 0:
            values[header[start:equals]] = header[equals + 1 : end]
        elif end > start:
            values[header[start:end]] = "true"
        start = end + 1
        while start < size and header[start] == " ":
            start += 1
    return values


def find_repeated(pairs: Pairs) -> dict[str, tuple[str, ...]]:
    """Return the values of each name that comes more than once."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: tuple(found) for name, found in values.items() if len(found) > 1}


class RequestJar:
    """The cookies a request brought, by name; writes of the response are mirrored into it."""

    def __init__(self, cookies: Iterable[tuple[str, str]] = ()) -> None:
        self._values = dict(cookies)
        self._chunks: tuple[str, dict[str, float]] | None = None
        """What was found last, until a write: a request that rolls asks twice."""

    @classmethod
    def parse(cls, header: str) -> RequestJar:
        """Read a Cookie header: of equal names the last value wins at the first one's place."""
        if "%" in header or not header.isascii():
            return cls(parse_pairs(header))
        jar = cls()
        jar._values = _split_plain(header)
        return jar

    def get(self, name: str) -> str | None:
        """Return a decoded value; empty is a value."""
        return self._values.get(name)

    def set(self, name: str, value: str) -> None:
        """Put a decoded value."""
        self._values[name] = value
        self._chunks = None

    def update(self, values: Mapping[str, str]) -> None:
        """Put decoded values."""
        self._values.update(values)
        self._chunks = None

    def delete(self, *names: str) -> None:
        """Forget cookies; one that is not there is no error."""
        values = self._values
        for name in names:
            if name in values:
                del values[name]
                self._chunks = None

    def names(self) -> list[str]:
        """Return the names in the order of the header."""
        return list(self._values)

    def find_chunks(self, prefix: str) -> Mapping[str, float]:
        """Return {cookie name: index} of names that end in digits after a prefix, in order."""
        if self._chunks is not None and self._chunks[0] == prefix:
            return self._chunks[1]
        found: dict[str, float] = {}
        size = len(prefix)
        for name in self._values:
            if name.startswith(prefix):
                digits = name[size:]
                if digits.isdecimal() and digits.isascii():
                    found[name] = float(digits)
        self._chunks = (prefix, found)
        return found

    def has_other_than(self, prefix: str) -> bool:
        """Report whether any name begins otherwise."""
        for name in self._values:  # noqa: SIM110  # any() costs four times as much here
            if not name.startswith(prefix):
                return True
        return False

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
        self.set_all({name: encode_component(value)}, options, max_age=max_age, now=now)

    def set_all(
        self,
        values: Mapping[str, str],
        options: CookieOptions,
        *,
        max_age: Seconds | None,
        now: Seconds,
    ) -> None:
        """Set live cookies that differ in name and value only; no value needs quoting.

        To find out takes longer than to write it: 1.3 us for 3.5 KB.
        """
        ends: float | None = None
        if max_age:
            ends = find_end(now, max_age)
        attributes = _live_attributes(options, max_age, ends)
        for name, value in values.items():
            self._lines[name] = f"{name}={value}{attributes}"

    def expire(self, names: Iterable[str], options: CookieOptions) -> None:
        """Delete cookies with the attributes of the live one (another Path would miss them)."""
        self._lines.update(_deletions(options, tuple(names)))

    def lines(self) -> list[str]:
        """Return the values of the Set-Cookie headers, in order."""
        return list(self._lines.values())


@dataclass(slots=True)
class Jars:
    """Both sides of one exchange; what the response sets, the request side reads back."""

    request: RequestJar = field(default_factory=RequestJar)
    response: ResponseJar = field(default_factory=ResponseJar)
    session: str = ""
    """The public name of the session that was loaded last; empty: none, or nobody listens."""
    rolled: tuple[JsonObject, str, int] | None = None
    """The session that this request has just rolled, for the first who loads it (see the engine):
    data, id in the store, how many sessions had ended by then."""

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

    def set_all(
        self,
        values: Mapping[str, str],
        options: CookieOptions,
        *,
        max_age: Seconds | None,
        now: Seconds,
    ) -> None:
        """Set cookies on the response, and for later reads; no value needs quoting."""
        self.response.set_all(values, options, max_age=max_age, now=now)
        self.request.update(values)

    def expire(self, names: Iterable[str], options: CookieOptions) -> None:
        """Delete cookies on the response, and for later reads."""
        names = tuple(names)
        self.response.expire(names, options)
        self.request.delete(*names)


@lru_cache(maxsize=64)
def _live_attributes(options: CookieOptions, max_age: Seconds | None, ends: float | None) -> str:
    """Return what follows the value; within a second all live cookies share it."""
    parts: list[str] = []
    if options.path is None:
        parts.append("; Path=/")
    elif options.path:
        parts.append(f"; Path={options.path}")
    if ends is not None:
        parts.append(f"; Expires={to_utc_string(ends)}")
    if max_age is not None:
        parts.append(f"; Max-Age={number_text(max_age)}")
    return "".join(parts) + _common_attributes(options)


@lru_cache(maxsize=64)
def _deletions(options: CookieOptions, names: tuple[str, ...]) -> dict[str, str]:
    """Return the lines that delete cookies: a rolling request needs the same five each time."""
    attributes = f"; Path={options.path or '/'}; Max-Age=0{_common_attributes(options)}"
    return {name: f"{name}={attributes}" for name in names}


def _common_attributes(options: CookieOptions) -> str:
    """Return the attributes that a live cookie and its deletion share."""
    parts: list[str] = []
    if options.domain:
        parts.append(f"; Domain={options.domain}")
    if options.secure:
        parts.append("; Secure")
    if options.http_only:
        parts.append("; HttpOnly")
    if options.same_site:
        parts.append(f"; SameSite={options.same_site}")
    return "".join(parts)
