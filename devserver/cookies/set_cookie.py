"""Reads one Set-Cookie line as a browser does (RFC 6265 §5.2): unknown attributes are skipped."""

from __future__ import annotations

import re
from dataclasses import dataclass

from session_inspector.devserver.cookies.header_text import read_utf8
from session_inspector.devserver.core.values import Seconds

LONGEST_LIFE = 1e11
"""Seconds, 3,000 years: what a longer Max-Age is cut to, so that its end is a date."""
LONGEST_KEPT = 400 * 86_400
"""Seconds that browsers keep a cookie at most."""
MOST_DIGITS = 18
"""Digits of a Max-Age that are read; more are longer than LONGEST_LIFE anyway."""
_WHOLE = re.compile("-?[0-9]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


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
    max_age_text: str = ""
    """Max-Age as it stands; empty: there is none that counts."""
    max_age_given: str = ""
    """Max-Age as it stands, whether it counts or not."""
    partitioned: bool = False
    is_bare: bool = False
    """It has no `=`: the value is all of it (RFC 6265bis §5.6); Firefox takes it for the name."""
    controls: str = ""
    """Control characters of the line, each once; a tab only inside the name or the value."""
    sent_at: Seconds | None = None
    """The Date of its response, by the server's clock: Chromium and Firefox count Expires from
    there. None: it has none that can be read, and they count from their own clock."""

    @property
    def lifetime(self) -> str:
        """The attribute that says when it ends, as it stands; empty: `max_age` says it all."""
        if self.max_age is not None and self.max_age > LONGEST_KEPT and self.max_age_text:
            return f"Max-Age={self.max_age_text}"
        if self.expires and not self.max_age_text:
            return f"Expires={self.expires}"
        return ""

    @property
    def is_deletion(self) -> bool:
        """True when a browser forgets the cookie at once."""
        return self.max_age is not None and self.max_age <= 0


def parse_set_cookie(line: str, *, sent_at: Seconds | None = None) -> SetCookie:
    """Take a line apart; the last of a repeated attribute wins (RFC 6265 §5.3).

    `line` is header text as Latin-1, one character a byte; `sent_at` is the Date of its response.
    """
    pair, *attributes = line.split(";")
    name, equals, value = pair.partition("=")
    if not equals:
        value = pair
        name = ""
    found: dict[str, str] = {}
    for attribute in attributes:
        key, _, text = attribute.partition("=")
        found[key.strip().lower()] = text.strip()
    max_age = _parse_max_age(found.get("max-age"))
    max_age_text = ""
    if max_age is not None:
        max_age_text = found["max-age"]
    return SetCookie(
        name=read_utf8(name.strip()),
        value=value.strip(),
        size=len(line),
        max_age=max_age,
        max_age_text=max_age_text,
        expires=found.get("expires", ""),
        path=found.get("path", ""),
        domain=found.get("domain", ""),
        secure="secure" in found,
        http_only="httponly" in found,
        same_site=found.get("samesite", ""),
        max_age_given=found.get("max-age", ""),
        partitioned="partitioned" in found,
        is_bare=not equals and bool(pair.strip()),
        controls=_find_controls(line, name.strip() + value.strip()),
        sent_at=sent_at,
    )


def _find_controls(line: str, inner: str) -> str:
    found = set(_CONTROL.findall(line))
    if "\t" in inner:
        found.add("\t")
    return "".join(sorted(found))


def _parse_max_age(text: str | None) -> float | None:
    """Read Max-Age as browsers do (RFC 6265 §5.2.2): digits, after a minus at most.

    Anything else, a fraction too, is as if it were not there; then Expires counts.
    """
    if text is None or not _WHOLE.fullmatch(text):
        return None
    longest = LONGEST_LIFE
    if text.startswith("-"):
        longest = -LONGEST_LIFE
    if len(text) > MOST_DIGITS:
        return longest
    return max(-LONGEST_LIFE, min(float(text), LONGEST_LIFE))
