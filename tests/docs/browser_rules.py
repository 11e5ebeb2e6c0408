"""The tables of docs/browser.md: where browsers differ, from the record of the real ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from session_inspector.devserver.cookies.browsers.rules import BrowserName
from tests.devserver.cookies.browsers.comparing import apply_rules
from tests.devserver.cookies.browsers.lines import Line, all_lines
from tests.devserver.cookies.browsers.places import Place, all_places
from tests.devserver.cookies.browsers.record import FILE, key_of, letters_of

WORDS = {"K": "keeps", "d": "drops", "X": "deletes"}
LONGEST = 70
IsWanted = Callable[[Place], bool]


def alone() -> str:
    """Return the table of lines that browsers treat differently in a page of their own."""
    return _table(lambda place: not place.top)


def framed() -> str:
    """Return the table of lines about other sites in a frame of another site."""
    return _table(lambda place: bool(place.top), starts=("s", "p"))


def _table(is_wanted: IsWanted, starts: Sequence[str] = ()) -> str:
    record = json.loads(FILE.read_text())
    browsers = record["browsers"]
    names = [browser["version"] for browser in browsers.values()]
    wanted = [number for number, place in enumerate(all_places()) if is_wanted(place)]
    lines = [
        f"| Set-Cookie | {' | '.join(names)} | Safari (rule, not tried) |",
        f"|---{'|---' * len(names)}|---|",
    ]
    rows: dict[str, None] = {}
    for line in all_lines():
        if starts and not line.text.startswith(tuple(starts)):
            continue
        found = [browser["lines"][key_of(line)] for browser in browsers.values()]
        letters = ["".join(one["what"][number] for number in wanted) for one in found]
        if len(set(letters)) == 1 and not starts:
            continue
        safari = _ruled("Safari", line, wanted)
        cells = [_describe(one, wanted) for one in (*letters, safari)]
        rows[f"| {_shown(line)} | {' | '.join(cells)} |"] = None
    return "\n".join([*lines, *rows])


def _ruled(browser: BrowserName, line: Line, wanted: Sequence[int]) -> str:
    places = all_places()
    return letters_of([apply_rules(browser, places[number], line) for number in wanted])


def _describe(letters: str, wanted: Sequence[int]) -> str:
    """Return what a browser does; where it depends on the place, what it does where."""
    if len(set(letters)) == 1:
        return WORDS[letters[0]]
    return "; ".join(_describe_places(letters, wanted))


def _describe_places(letters: str, wanted: Sequence[int]) -> Iterator[str]:
    kinds = sorted(set(letters), key=lambda letter: (letters.count(letter), letter))
    for kind in kinds[:-1]:
        places = [
            all_places()[n].name
            for n, letter in zip(wanted, letters, strict=True)
            if letter == kind
        ]
        yield f"{WORDS[kind]} at {', '.join(places)}"
    yield f"else {WORDS[kinds[-1]]}"


def _shown(line: Line) -> str:
    text = key_of(line).partition("|")[0].replace("{n:03d}", "").replace("{n}", "1")
    text = text.replace("{host}", "HOST").replace("{above}", "ABOVE").replace("\t", "⇥")
    shown = f"`{text[:LONGEST]}`"
    if line.path != "/app/set":
        shown += f" from {line.path}"
    return shown
