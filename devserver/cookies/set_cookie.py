"""Reads one Set-Cookie line as a browser does (RFC 6265 §5.2): unknown attributes are skipped."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCookie:
    """A Set-Cookie line, taken apart."""

    name: str
    value: str
    """As it stands on the wire, percent escapes included."""
    size: int
    """Bytes of the whole line."""
    max_age: float | None = None
    """Seconds; None: no Max-Age attribute."""
    expires: str = ""
    path: str = ""
    domain: str = ""
    secure: bool = False
    http_only: bool = False
    same_site: str = ""

    @property
    def is_deletion(self) -> bool:
        """True when a browser forgets the cookie at once."""
        return self.max_age is not None and self.max_age <= 0


def parse_set_cookie(line: str) -> SetCookie:
    """Take a line apart; the last of a repeated attribute wins (RFC 6265 §5.3).

    `line` is header text as Latin-1, one character a byte.
    """
    pair, *attributes = line.split(";")
    name, _, value = pair.partition("=")
    found: dict[str, str] = {}
    for attribute in attributes:
        key, _, text = attribute.partition("=")
        found[key.strip().lower()] = text.strip()
    return SetCookie(
        name=name.strip(),
        value=value.strip(),
        size=len(line),
        max_age=_parse_max_age(found.get("max-age")),
        expires=found.get("expires", ""),
        path=found.get("path", ""),
        domain=found.get("domain", ""),
        secure="secure" in found,
        http_only="httponly" in found,
        same_site=found.get("samesite", ""),
    )


def _parse_max_age(text: str | None) -> float | None:
    """Read Max-Age; the SDK writes fractions for fractional durations, browsers ignore junk."""
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        return None
