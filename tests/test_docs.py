"""The pages in docs/ name every key, setting and scenario there is, and none that is not."""

from __future__ import annotations

import argparse
import re
import tomllib
from pathlib import Path

from session_inspector.devserver.core.configuration.table import (
    THEME_NAMES,
    names_in,
    rows_in,
)
from session_inspector.devserver.lab.scenarios import SCENARIOS
from session_inspector.inspector.cli.arguments import make_parser
from session_inspector.inspector.cli.parser import LAB_FLAGS
from session_inspector.inspector.keys import ALL, spell_keys
from session_inspector.inspector.model.boards.request_list import REQUESTS
from session_inspector.inspector.model.lists.event_search import EVENTS
from session_inspector.inspector.model.views.filters import KEYS as FILTERS
from session_inspector.inspector.preferences import load_preferences
from session_inspector.inspector.ui.widgets.session_list import MARKS, UNVERIFIED

DOCS = Path(__file__).parents[1] / "docs"
KEYS, CONFIGURATION, PLAYS = (
    (DOCS / f"{name}.md").read_text() for name in ("keys", "configuration", "scenarios")
)


def rows(text: str, heading: str) -> list[list[str]]:
    """Cells of the table below a heading."""
    part = re.split(r"^## ", text.partition(f"## {heading}")[2], flags=re.M)[0]
    lines = [line for line in part.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]


def test_the_page_of_keys_is_the_table_of_keys() -> None:
    found = re.findall(r"^\| (`.+?`) \| `(\w+)` \| (.+?) \|$", KEYS, flags=re.M)
    written = {name: (keys.replace("`", ""), words) for keys, name, words in found}
    assert written == {key.name: (spell_keys(key), key.help) for key in ALL}


def test_each_word_of_the_filter_is_explained() -> None:
    named = {word for row in rows(KEYS, "Filter") for word in re.findall(r"`(\w+):", row[0])}
    assert named == {*FILTERS, *REQUESTS.keys, *EVENTS.keys}


def test_each_mark_of_a_session_is_explained() -> None:
    named = {row[0].strip("` ") for row in rows(KEYS, "Marks")}
    assert named == {mark for mark, _ in (*MARKS.values(), UNVERIFIED)}


def test_every_setting_has_its_line() -> None:
    lab = {row[0].strip("`"): row for row in rows(CONFIGURATION, "[lab]")}
    assert set(lab) == names_in("lab")
    assert {n: row[2].strip("`") for n, row in lab.items() if row[2]} == {
        row.name: row.variable for row in rows_in("lab") if row.variable
    }
    cookie = "".join(row[0] for row in rows(CONFIGURATION, "[session]"))
    names = set(re.findall(r"`([\w.]+)`", cookie))
    assert names == (names_in("session") - {"cookie"}) | {
        f"cookie.{name}" for name in names_in("session.cookie")
    }
    tokens = {row[0].strip("`") for row in rows(CONFIGURATION, "[tokens]")}
    assert tokens == names_in("tokens")
    ui = {row[0].strip("`"): row[1] for row in rows(CONFIGURATION, "[ui]")}
    assert set(ui) == names_in("ui")
    assert all(f"`{theme}`" in ui["theme"] for theme in THEME_NAMES)


def flags_of(parser: argparse.ArgumentParser) -> set[str]:
    return {flag for action in parser._actions for flag in action.option_strings}


def test_every_flag_of_the_lab_has_its_line() -> None:
    known = flags_of(make_parser()) | {row.flag for row in rows_in("attach")}
    named = set(re.findall(r"`(--[a-z-]+)", CONFIGURATION))
    assert known - {"-h", "--help", "--version"} <= named
    assert named <= known | {"--json"}
    assert len(known) > len(LAB_FLAGS)


def test_every_scenario_has_its_line_and_its_key() -> None:
    found = re.findall(r"^\| `p` `(\w)` \| `([\w-]+)` \| ([^|]+?) \| [^|]+ \|$", PLAYS, flags=re.M)
    written = [(key, name, title.replace(" (`--count`)", "")) for key, name, title in found]
    assert written == [(s.key, s.name, s.title) for s in SCENARIOS]
    counted = {name for _, name, title in found if "--count" in title}
    assert counted == {s.name for s in SCENARIOS if s.count}


def test_the_example_can_be_read(tmp_path: Path) -> None:
    text = CONFIGURATION.partition("```toml\n")[2].partition("```")[0]
    path = tmp_path / "config.toml"
    path.write_text(text)
    assert tomllib.loads(text)["lab"]["kind"] == "stateless"
    assert load_preferences({"config": str(path)}, {"HOME": str(tmp_path)}).keys == {"login": "f5"}


def test_each_file_that_contributing_names_is_there() -> None:
    root = DOCS.parent
    text = (root / "CONTRIBUTING.md").read_text().partition("## Threat model")[0]
    named = re.findall(r"`((?:devserver|inspector|tests|docs|screenshots)/[\w./-]+)`", text)
    places = [name for name in named if not re.search(r"\b(?:NAME|LANGUAGE)\b|_NAME", name)]
    assert len(places) > 50
    assert [name for name in places if not (root / name).exists()] == []


def test_no_page_has_the_marks_of_a_merge() -> None:
    pages = [*DOCS.glob("*.md"), *DOCS.parent.glob("*.md")]
    assert len(pages) > 20
    marks = re.compile(r"^(?:<{7}|>{7}) ", flags=re.M)
    assert [page.name for page in pages if marks.search(page.read_text())] == []
