"""What our rules make of a line, in the words of the trial."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from session_inspector.devserver.cookies.browser_jar import BrowserJar, KeptCookie
from session_inspector.devserver.cookies.browsers.rules import BrowserName
from tests.devserver.cookies.browsers.lines import Line
from tests.devserver.cookies.browsers.places import Place
from tests.devserver.cookies.browsers.trial import Tried, What

NOW = 1.8e9
"""Between the dates of the lines."""
NUMBER = 555
LIVES_ELSEWHERE = {
    ("Firefox", "m{n}=1; Expires=Fri, 31 Feb 2038 00:00:00 GMT"): "it counts on, to 3 March",
}
"""Kept as our rules say, with another end: what is known of it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A browser did something else than its rules say."""

    browser: str
    place: str
    line: str
    rule: object
    seen: object


def apply_rules(browser: BrowserName, place: Place, line: Line) -> Tried:
    """Return what a browser does with a line by our rules."""
    jar = BrowserJar(browser)
    url = f"{place.scheme}://{place.host}{line.path}"
    top = f"{place.scheme}://{place.top}/" if place.top else ""
    values = {"n": NUMBER, "host": place.host, "above": place.above}
    if line.before:
        jar.take(line.before.format(**values), url, NOW, top=top)
    had = bool(jar.cookies(NOW))
    jar.take(line.text.format(**values), url, NOW, top=top)
    cookies = jar.cookies(NOW)
    new = [cookie for cookie in cookies if not line.before or cookie.value != "0"]
    if new:
        return _describe(line, new[0])
    what: What = "dropped"
    if had and not cookies:
        what = "deleted"
    return Tried(line=line.text, path=line.path, what=what)


def _describe(line: Line, cookie: KeptCookie) -> Tried:
    life = None if cookie.ends is None else cookie.ends - NOW
    domain = cookie.domain if cookie.is_host_only else f".{cookie.domain}"
    return Tried(
        line=line.text,
        path=line.path,
        what="kept",
        domain=domain,
        kept_path=cookie.path,
        life=life,
    )


def find_differences(
    browser: BrowserName, place: Place, lines: Sequence[Line], seen: Sequence[Tried]
) -> Iterator[Difference]:
    """Yield the lines with which a browser did something else than our rules say."""
    for line, found in zip(lines, seen, strict=True):
        rule = apply_rules(browser, place, line)
        by_rule = (rule.what, rule.domain, rule.kept_path, rule.life)
        by_browser = (found.what, found.domain, found.kept_path, found.life)
        if (browser, line.text) in LIVES_ELSEWHERE:
            by_rule = by_rule[:3]  # type: ignore[assignment]  # without the life
            by_browser = by_browser[:3]  # type: ignore[assignment]  # as above
        if by_rule != by_browser:
            yield Difference(browser, place.name, line.text[:60], by_rule, by_browser)
