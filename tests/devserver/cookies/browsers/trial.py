"""Gives every line to a real browser at every place, and reads its jar after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from session_inspector.devserver.core.clock import SystemClock
from tests.devserver.cookies.browsers.judges import JarCookie, Judge
from tests.devserver.cookies.browsers.lines import Line, all_lines
from tests.devserver.cookies.browsers.places import CookieServer, Place

What: TypeAlias = Literal["kept", "dropped", "deleted"]
AT_ONCE = 60
"""Lines of one response: fewer than the 180 cookies that a browser keeps of a host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a browser did with one line at one place."""

    line: str
    path: str
    """Of the request."""
    what: What
    domain: str = ""
    """As the jar has it, and so for the next two; empty: it was not kept."""
    kept_path: str = ""
    life: float | None = None
    """Seconds; None: with the browser."""
    reason: str = ""
    """In the browser's word; empty: it gives none."""


@dataclass(frozen=True, slots=True)
class _Numbered:
    line: Line
    text: str
    before: str
    name: str
    number: int

    def is_mine(self, cookie: JarCookie) -> bool:
        """Check whether a cookie is of this line, however its browser spells the name."""
        if str(self.number) in self.name:
            return str(self.number) in cookie.name
        if str(self.number) in self.text:
            return str(self.number) in cookie.name + cookie.value
        return not cookie.name and not cookie.value


async def try_place(judge: Judge, server: CookieServer, place: Place) -> list[Tried]:
    """Return what a browser did with each line, in their order."""
    if place.top:
        await judge.show(server.url(place.scheme, place.top, "/"))
    found: dict[Line, Tried] = {}
    for number, batch in enumerate(_batches(place)):
        target = f"{batch[0].line.path}?{number}"
        server.lines[target] = [text for one in batch for text in (one.before, one.text) if text]
        await judge.clear()
        url = server.url(place.scheme, place.host, target)
        await (judge.frame(url) if place.top else judge.show(url))
        now = SystemClock().now()
        jar = await judge.cookies()
        for one in batch:
            found[one.line] = _look(one, jar, judge, now)
    return [found[line] for line in all_lines()]


def _batches(place: Place) -> Iterator[Sequence[_Numbered]]:
    """Yield lines of one path whose names differ."""
    waiting = [_number(line, number, place) for number, line in enumerate(all_lines(), 100)]
    while waiting:
        path = waiting[0].line.path
        batch: dict[str, _Numbered] = {}
        rest: list[_Numbered] = []
        for one in waiting:
            if one.line.path == path and one.name not in batch and len(batch) < AT_ONCE:
                batch[one.name] = one
            else:
                rest.append(one)
        waiting = rest
        yield list(batch.values())


def _number(line: Line, number: int, place: Place) -> _Numbered:
    values = {"n": number, "host": place.host, "above": place.above}
    text = line.text.format(**values)
    pair = text.partition(";")[0]
    name, equals, _ = pair.partition("=")
    if not equals:
        name = ""  # the value is all of it
    return _Numbered(line, text, line.before.format(**values), name.strip(), number)


def _look(one: _Numbered, jar: Sequence[JarCookie], judge: Judge, now: float) -> Tried:
    alive = [cookie for cookie in jar if cookie.ends is None or cookie.ends > now + 1]
    mine = [cookie for cookie in alive if one.is_mine(cookie)]
    reasons = judge.reasons.get(one.text.strip(), [])
    line = one.line
    new = [cookie for cookie in mine if not one.before or cookie.value != "0"]
    if new:
        kept = new[0]
        life = None if kept.ends is None else float(round((kept.ends - now) / 60) * 60)
        return Tried(
            line=line.text,
            path=line.path,
            what="kept",
            domain=kept.domain,
            kept_path=kept.path,
            life=life,
        )
    what: What = "dropped"
    if one.before and not mine and not reasons:
        what = "deleted"
    return Tried(line=line.text, path=line.path, what=what, reason=", ".join(reasons))
