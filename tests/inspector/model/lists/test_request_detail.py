"""What of a request is shown in full, and what of two answers differs."""

from __future__ import annotations

import json

import pytest

from session_inspector.devserver.core.values import Secret, Shown
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.model.lists.request_detail import (
    RequestReport,
    answered_fields,
    asked_fields,
    diff_members,
    read_report,
)
from tests.inspector.busy import busy_events
from tests.inspector.model.events import state_of

STATE = state_of(*busy_events())


def report(exchange: str, **others: object) -> RequestReport:
    return read_report(json.dumps({"exchange": exchange, "method": "GET", "target": "/", **others}))


def texts(fields: tuple[Field, ...]) -> list[str]:
    return [f"{field.label} {field.value}".strip() for field in fields]


def test_cookies_stand_as_they_were_sent_and_as_they_came_back() -> None:
    found = texts(asked_fields(report("x2"), STATE))
    assert any(line.startswith("__session__0 – → 3.4 KB #") for line in found)
    assert any(line.startswith("__session__2 – → deleted  Path=/") for line in found)
    assert "__session 159 B → unchanged" in found


def test_what_changed_inside_the_session_stands_member_by_member() -> None:
    first = texts(asked_fields(report("x1"), STATE))
    assert "user.name – → Alice Archer" in first
    rolled = texts(asked_fields(report("x5"), STATE))
    assert "nothing has changed" in rolled
    assert not any("user.name" in line for line in rolled)


def test_a_request_that_wrote_nothing_has_no_inside() -> None:
    assert not any("inside" in line for line in texts(asked_fields(report("x6"), STATE)))


def test_members_are_told_apart_and_secrets_stay_masked() -> None:
    before: dict[str, Shown] = {"a": 1, "b": Secret.of("old"), "gone": True}
    after: dict[str, Shown] = {"a": 1, "b": Secret.of("new"), "c": "x"}
    found = {path: (old, new) for path, old, new in diff_members(before, after)}
    assert set(found) == {"b", "gone", "c"}
    assert (found["gone"], found["c"]) == (("True", "–"), ("–", "x"))
    assert "old" not in found["b"][0]


def test_what_another_answer_says_otherwise_is_amber() -> None:
    first = report(
        "x1", status=200, answer_headers=[["a", "1"], ["b", "2"]], answer={"text": "x\ny"}
    )
    second = report("x2", status=401, answer_headers=[["a", "1"], ["b", "3"]], answer={"text": "x"})
    amber = [field.value for field in answered_fields(first, second) if field.tone == "warn"]
    assert amber == ["200", "2", "y"]
    assert not any(field.tone == "warn" for field in answered_fields(first))


@pytest.mark.parametrize("text", ["", "[]", "no json", '{"status": "x"}'])
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"report|Expecting|invalid literal"):
        read_report(text)


def test_a_hostile_report_is_drawn_harmlessly() -> None:
    hostile = report("x1", headers=[["\x1b[2J", "a\nb"], 7, ["x"]], body="no object")
    found = "".join(texts(asked_fields(hostile, STATE)))
    assert "\x1b" not in found
    assert "\n" not in found
