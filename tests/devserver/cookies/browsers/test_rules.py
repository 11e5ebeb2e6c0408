"""The rules against what real browsers did when they were last asked (record.py)."""

from __future__ import annotations

import json

import pytest

from session_inspector.devserver.cookies.browsers.rules import BrowserName, Situation
from tests.devserver.cookies.browsers.comparing import apply_rules
from tests.devserver.cookies.browsers.lines import Line, all_lines
from tests.devserver.cookies.browsers.places import all_places
from tests.devserver.cookies.browsers.record import FILE, key_of, letters_of

RECORD = json.loads(FILE.read_text())


@pytest.mark.parametrize("browser", ["Chrome", "Firefox"])
def test_the_rules_say_what_was_seen(browser: BrowserName) -> None:
    seen = RECORD["browsers"][browser]["lines"]
    wrong = [
        line.text for line in all_lines() if ruled(browser, line) != seen[key_of(line)]["what"]
    ]
    assert wrong == []


def ruled(browser: BrowserName, line: Line) -> str:
    return letters_of([apply_rules(browser, place, line) for place in all_places()])


def test_the_record_is_of_these_lines_and_places() -> None:
    assert RECORD["places"] == [place.name for place in all_places()]
    for browser in RECORD["browsers"].values():
        assert list(browser["lines"]) == [key_of(line) for line in all_lines()]


def test_a_frame_is_of_another_site_by_scheme_and_registrable_domain() -> None:
    def is_framed(url: str, top: str) -> bool:
        return Situation(url, top).is_framed

    assert not is_framed("https://a.example.com", "")
    assert not is_framed("https://a.example.com", "https://b.example.com")
    assert is_framed("https://a.co.uk", "https://b.co.uk")
    assert is_framed("https://a.github.io", "https://b.github.io")
    assert is_framed("https://a.example.com", "http://a.example.com")
    assert is_framed("http://app.localhost", "http://localhost")
