"""What the browsers did when they were last asked: `python -m tests.devserver.cookies.browsers`.

    {"places": [...], "browsers": {"Chrome": {"version": …, "lines": {LINE: {"what": "KKdd…",
    "reasons": [...]}}}}}

One letter a place, in their order: Kept, dropped, X deleted.
"""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from session_inspector.devserver.cookies.browsers.rules import BrowserName
from tests.devserver.cookies.browsers.comparing import Difference, find_differences
from tests.devserver.cookies.browsers.judges import JUDGES
from tests.devserver.cookies.browsers.lines import Line, all_lines
from tests.devserver.cookies.browsers.places import CookieServer, all_places
from tests.devserver.cookies.browsers.trial import Tried, What, try_place

FILE = Path(__file__).parents[3] / "vectors" / "browser-verdicts.json"
LETTERS: dict[What, str] = {"kept": "K", "dropped": "d", "deleted": "X"}
TRIES = 3
"""A browser that has just started still loads its lists: what is odd once is asked again."""


@dataclass(frozen=True, slots=True)
class Judged:
    """All that one browser did."""

    version: str
    seen: dict[str, list[Tried]]
    """By place."""
    differences: list[Difference]
    """From our rules."""


async def judge_everywhere(browser: BrowserName, server: CookieServer) -> Judged:
    """Give every line to a real browser at every place."""
    judge = JUDGES[browser]()
    seen: dict[str, list[Tried]] = {}
    differences: list[Difference] = []
    try:
        await judge.open()
        for place in all_places():
            for _ in range(TRIES):
                tried = await try_place(judge, server, place)
                found = list(find_differences(browser, place, all_lines(), tried))
                if not found:
                    break
            seen[place.name] = tried
            differences += found
        return Judged(judge.version, seen, differences)
    finally:
        await judge.close()


def to_record(judged: dict[BrowserName, Judged]) -> dict[str, object]:
    """Return what is kept of a run."""
    places = [place.name for place in all_places()]
    browsers = {
        browser: {
            "version": one.version,
            "lines": {
                key_of(line): _describe(one, number) for number, line in enumerate(all_lines())
            },
        }
        for browser, one in judged.items()
    }
    return {"places": places, "browsers": browsers}


def _describe(judged: Judged, number: int) -> dict[str, object]:
    tried = [seen[number] for seen in judged.seen.values()]
    reasons = sorted({one.reason for one in tried if one.reason})
    return {"what": letters_of(tried), "reasons": reasons}


def key_of(line: Line) -> str:
    """Return by what a line stands in the record; long runs of one character are shortened."""
    whole = f"{line.text}|{line.path}|{line.before}"
    return re.sub(r"(.)\1{40,}", lambda run: f"{run[1]}…×{len(run[0])}", whole)


def letters_of(tried: Sequence[Tried]) -> str:
    """Return a letter a place."""
    return "".join(LETTERS[one.what] for one in tried)


async def record() -> list[Difference]:
    """Ask the browsers, write the record, and return where our rules differ."""
    server = CookieServer()
    await server.start(Path(tempfile.mkdtemp()))
    judged: dict[BrowserName, Judged] = {}
    for browser in JUDGES:
        judged[browser] = await judge_everywhere(browser, server)
    await server.stop()
    FILE.write_text(json.dumps(to_record(judged), indent=1) + "\n")
    return [difference for one in judged.values() for difference in one.differences]


def main() -> None:
    """Write the record; print what our rules have wrong."""
    for difference in asyncio.run(record()):
        print(difference)
