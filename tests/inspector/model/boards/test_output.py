"""The app's own lines: each with its request, errors marked, a crash with its last lines."""

from __future__ import annotations

from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.process import (
    AppEnded,
    AppListening,
    AppOutput,
    AppStarted,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.boards.output import output_fields, summarize_app
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.model.facts.state import empty
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.ui.spelling import spell_in

STARTED = AppStarted(at=1, command="npm run dev", pid=7, found="Next.js")
LISTENING = AppListening(at=2, upstream="http://127.0.0.1:3000", how="seen")
ASKED = ExchangeStarted(
    at=3, cause="x7", exchange="x7", method="GET", path="/callback?code=•••", client="Chrome"
)


def lines(*events: Event) -> list[Field]:
    return list(output_fields(fold(empty(), events)))


def test_a_line_names_the_request_during_which_it_came() -> None:
    (line,) = lines(ASKED, AppOutput(at=4, text="state mismatch", cause="x7"))
    assert [text for text, _ in line.lead][1:] == ["x7     ", "│ "]
    assert (line.value, line.exchange) == ("state mismatch", "x7")
    assert line.explain == "Written during x7: GET /callback (Chrome)\nstate mismatch"


def test_a_line_that_was_read_after_the_answer_says_so() -> None:
    (line,) = lines(ASKED, AppOutput(at=4, text="done", cause="x7", is_after=True))
    assert line.exchange == "x7"
    assert line.explain == "Written during or just after x7: GET /callback (Chrome)\ndone"


def test_a_line_during_several_requests_is_of_one_of_them() -> None:
    (line,) = lines(ASKED, AppOutput(at=4, text="saved", one_of=("x7", "x8")))
    assert (line.lead[1][0], line.exchange) == ("1 of 2 ", "")
    assert line.explain == (
        "Written during one of these requests: x7: GET /callback (Chrome); x8\nsaved"
    )


def test_a_line_of_no_request_names_none() -> None:
    (line,) = lines(AppOutput(at=4, text="compiled", cause="x8"))
    assert (line.lead[1][0].strip(), line.exchange, line.explain) == ("", "", "compiled")


def test_errors_and_stderr_are_marked_without_colour_too() -> None:
    found = lines(
        AppOutput(at=1, text="ready"),
        AppOutput(at=1, text="warning", stream="stderr"),
        AppOutput(at=1, text="Error: x", stream="stderr", is_error=True),
    )
    assert [line.lead[2][0] for line in found] == ["│ ", "┆ ", "✖ "]
    assert [line.tone for line in found] == ["plain", "plain", "bad"]


def test_what_happens_to_the_process_stands_between_its_lines() -> None:
    crash = AppEnded(at=3, code=1, is_crash=True, last=("trace", "", "no database"))
    found = lines(STARTED, LISTENING, AppOutput(at=2, text="ready"), crash)
    assert [line.value for line in found] == [
        "the app was started · npm run dev · Next.js",
        "the app listens · http://127.0.0.1:3000 · seen",
        "ready",
        "the app crashed with exit code 1 · no database",
    ]
    assert (
        spell_in(found[-1].explain, {})
        == "ctrl+r starts it again. Its last lines:\ntrace\nno database"
    )


def test_the_error_of_a_crash_is_among_its_last_lines_however_much_npm_wrote_below() -> None:
    written = ("Error: no database", *(f"npm notice {number}" for number in range(9)))
    found = lines(AppEnded(at=3, code=1, is_crash=True, last=written))
    assert found[-1].value.endswith("· Error: no database")
    shown = found[-1].explain.splitlines()
    assert shown[1:] == [written[0], *written[-5:]]


def test_what_the_app_wrote_is_drawn_as_text() -> None:
    (line,) = lines(AppOutput(at=1, text="[bold]x[/] \x1b[31m\u202e"))
    assert "\x1b" not in line.value
    assert "\u202e" not in line.value
    assert line.value.startswith("[bold]x[/]")


def test_the_frame_says_how_the_app_is() -> None:
    wrong = AppOutput(at=1, text="Error: x", is_error=True)
    assert summarize_app(empty()) == ""
    assert (
        summarize_app(fold(empty(), [STARTED, LISTENING, wrong]))
        == "runs at http://127.0.0.1:3000, process 7 · 1 error"
    )
