"""Terminal escape injection: names, claims and cookies of strangers draw harmlessly everywhere."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.json.writing import harmless_json
from session_inspector.devserver.core.wire import event_from_json, event_to_json
from session_inspector.inspector.keys import KEYS
from session_inspector.inspector.ui.app import InspectorApp
from tests.inspector.cli.test_commands import run
from tests.inspector.sample import ListFeed
from tests.inspector.ui.shown import shown_lines
from tests.inspector.ui.waiting import until
from tests.security.hostile import HOSTILE, hostile_events, steering

DRAWN = "\n"
SKIPPED = ("quit", "browse")
"""Keys that leave the app, or open a browser."""


def drawn(app: InspectorApp) -> str:
    """Return every character that the screen would send to the terminal, styles left out."""
    return "\n".join(shown_lines(app))


@pytest.mark.parametrize(
    "key", [key for key in KEYS if key.name not in SKIPPED], ids=lambda k: k.name
)
async def test_every_screen_draws_hostile_events_harmlessly(key: object) -> None:
    app = InspectorApp(ListFeed(hostile_events()), ticks=False, open_url=lambda url: True)
    async with app.run_test(size=(160, 60)) as pilot:
        await until(pilot, lambda: "␛" in drawn(app))  # the hostile texts are on the screen
        pressed = key.keys.split(",")[0]  # type: ignore[attr-defined]  # a row of the key table
        for name in ("j", pressed, "tab", "j", "enter"):
            await pilot.press(name)
            await pilot.pause()
            assert steering(drawn(app), allowed=DRAWN) == []


@pytest.mark.parametrize("event", hostile_events(), ids=lambda event: type(event).__name__)
def test_json_lines_stay_lines_and_say_the_same(event: Event) -> None:
    line = event_to_json(event)
    line.encode()
    assert steering(line, allowed="\u200b") == []
    assert event_from_json(line) == event


def test_json_for_people_keeps_letters_and_escapes_what_steers() -> None:
    text = harmless_json({"name": "Zoë 張", "bad": "\x9b2J\u202e\ud800\x7f"}, indent=2)
    assert "Zoë 張" in text
    assert steering(text, allowed="\n") == []
    assert json.loads(text)["bad"] == "\x9b2J\u202e\ud800\x7f"


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Return a store in which a stranger wrote a row."""
    path = tmp_path / "rows.db"
    sub = HOSTILE.replace("\ud800", "")
    data = {"user": {"sub": sub, "name": sub}, "internal": {"sid": sub, "createdAt": 1}}
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE sessions (id TEXT PRIMARY KEY, data TEXT, expires_at TIMESTAMP)")
        db.execute(
            "INSERT INTO sessions VALUES (?,?,?)", (f"id{sub}", json.dumps(data), 4_000_000_000)
        )
    db.close()
    return f"sqlite://{path}"


@pytest.mark.parametrize(
    "arguments",
    [
        ["sessions", "list"],
        ["sessions", "list", "--json", "--reveal"],
        ["sessions", "find", HOSTILE.replace("\x00", "").replace("\ud800", "")],
        ["sessions", "show", "nobody\x1b[2J"],
        ["stores", "check"],
    ],
    ids=" ".join,
)
def test_a_stranger_s_row_is_listed_harmlessly(
    store: str, arguments: list[str], tmp_path: Path
) -> None:
    named = [store] if arguments[0] == "stores" else ["--store", store]
    found = run(*arguments, *named, home=tmp_path)
    may = "\n\u200b" if "--json" in arguments else "\n"  # data keeps what only hides
    assert steering(found.stdout + found.stderr, allowed=may) == []
    assert "fake line" not in [line.strip() for line in found.stdout.splitlines()]


@pytest.mark.parametrize("flag", [[], ["--json"]])
def test_a_stranger_s_cookie_is_decoded_harmlessly(tmp_path: Path, flag: list[str]) -> None:
    pasted = "a\x1b[2J\x9b31m\u202e=b\x1b]0;pwned\x07; __session=eyJ\x1b[31m"
    for arguments in (["decode", "-"], ["decode", "-", "--lines"], ["reseal", "-"], ["weak", "-"]):
        found = run(
            *arguments, *(flag if arguments[0] == "decode" else []), stdin=pasted, home=tmp_path
        )
        said = found.stdout + found.stderr
        assert said, arguments
        assert steering(said, allowed="\n") == [], (arguments, said)


def test_bad_input_is_named_harmlessly(tmp_path: Path) -> None:
    for flags in (["--store", "x\x1b[2J"], ["--kind", "\x9b31m"], ["--listen", "\u202e"]):
        found = run("serve", *flags, home=tmp_path)
        assert (found.returncode, steering(found.stderr, allowed="\n")) == (2, [])
