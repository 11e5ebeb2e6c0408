"""One cookie of an export, by whatever names a tool gives its members."""

from __future__ import annotations

from session_inspector.devserver.cookies.cookie_date import parse_cookie_date
from session_inspector.devserver.cookies.jstext import decode_component
from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import Json, JsonObject, Seconds
from session_inspector.devserver.decoders.codecs.timestamp import from_iso
from session_inspector.inspector.decode.paste import PastedCookie

SAME_SITES = {"no_restriction": "none", "unspecified": ""}
"""Extensions' own words for SameSite."""
ENDS = ("expirationDate", "expiry", "expires")
"""Names of a cookie's end: browser extensions, Selenium, Playwright."""
RAW_MEMBERS = {
    "Name raw": "name",
    "Content raw": "value",
    "Path raw": "path",
    "Expires raw": "expires",
    "SameSite raw": "sameSite",
}
"""Cookie Quick Manager's members, and ours."""
JAR_MEMBERS = frozenset({"domain", "path", "httpOnly", "creation"})
"""What a cookie of a jar has beside `key` and `value`, and a row of a store has not."""
MILLISECONDS = 100_000_000_000
"""What is above is no count of seconds: that would be the year 5138."""


def read_row(row: JsonObject) -> PastedCookie:
    """Return a cookie of an export."""
    name = str(row.get("name"))
    wire = str(row.get("value"))
    domain = str(row.get("domain") or "")
    same_site = str(row.get("sameSite") or "")
    value = decode_component(wire)
    if value is None:
        value = wire
    return PastedCookie(
        value=value,
        line=SetCookie(
            name=name,
            value=wire,
            size=len(name) + 1 + len(wire),
            path=str(row.get("path") or ""),
            domain=domain if domain.startswith(".") else "",
            secure=row.get("secure") is True,
            http_only=row.get("httpOnly") is True,
            same_site=SAME_SITES.get(same_site, same_site),
        ),
        is_whole="path" in row,
        expires=_end_of(row),
    )


def site_of(row: JsonObject) -> str:
    """Return the URL of a cookie's site, empty when unknown."""
    domain = str(row.get("domain") or "").lstrip(".")
    if not domain:
        return ""
    if row.get("secure") is True:
        return f"https://{domain}"
    return f"http://{domain}"


def to_usual_row(row: JsonObject) -> JsonObject:
    """Return a row with the usual members: tough-cookie's `key` is a name."""
    if "Name raw" in row and "Content raw" in row:
        return _from_quick_manager(row)
    if "key" in row and "name" not in row and not JAR_MEMBERS.isdisjoint(row):
        return {"name": row["key"], **row}
    return row


def _from_quick_manager(row: JsonObject) -> JsonObject:
    """Return a row of Cookie Quick Manager with the usual members."""
    found: JsonObject = {ours: row.get(theirs) for theirs, ours in RAW_MEMBERS.items()}
    host = str(row.get("Host raw") or "").partition("://")[2].strip("/")
    end = str(found["expires"])
    if end.isdecimal():
        found["expires"] = int(end)
    return {
        **found,
        "domain": host,
        "secure": str(row.get("Send for raw")).lower() == "true",
        "httpOnly": str(row.get("HTTP only raw")).lower() == "true",
    }


def read_time(value: Json) -> Seconds | None:
    """Return Unix seconds of a number or a date; None for a session cookie."""
    if isinstance(value, (int, float)):
        return _read_seconds(value)
    found = from_iso(value)
    if found is None:
        return parse_cookie_date(str(value))
    return found


def _read_seconds(value: float) -> Seconds | None:
    """Return Unix seconds of a count of seconds or milliseconds; None for what is no moment."""
    if value > MILLISECONDS:
        value = value / 1000
    number = to_number(value)
    if number is None or number <= 0:
        return None
    return number


def _end_of(row: JsonObject) -> Seconds | None:
    found = next((row[name] for name in ENDS if row.get(name)), None)
    return read_time(found)
