"""What is typed is known as soon as it is read, before the app's loop hears of it."""

from __future__ import annotations

from functools import partial

from textual import events
from textual.drivers.headless_driver import HeadlessDriver
from textual.message import Message

from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.early_keys import report_input
from session_inspector.inspector.ui.pace import LOOKS, UNTIL_DONE, Pace, _take_input
from tests.inspector.sample import ListFeed


class Sending(HeadlessDriver):
    """A driver that notes what it sends."""

    def __init__(self, seen: list[tuple[str, Message]]) -> None:
        self._seen = seen  # Textual's own needs an app

    def send_message(self, message: Message) -> None:
        self._seen.append(("sent", message))


def test_a_driver_reports_what_it_is_about_to_send() -> None:
    seen: list[tuple[str, Message]] = []
    made = report_input(Sending, lambda message: seen.append(("read", message)))
    assert issubclass(made, Sending)
    key = events.Key("j", "j")
    driver = made(seen)
    driver.send_message(key)
    assert seen == [("read", key), ("sent", key)]


def test_the_app_takes_keys_and_not_what_only_moves() -> None:
    app = InspectorApp(ListFeed(), ticks=False)
    reporting = app.driver_class.__mro__[1]
    assert "send_message" in vars(reporting)
    take = partial(_take_input, app)
    seen = [app.pace.has_key_waiting]
    take(events.AppFocus())
    seen.append(app.pace.has_key_waiting)
    take(events.Key("j", "j"))
    seen.append(app.pace.has_key_waiting)
    app.pace.note_key()
    app.pace.note_shown()
    assert [*seen, app.pace.has_key_waiting] == [False, False, True, False]


def test_a_key_that_was_read_waits_before_the_loop_hears_of_it() -> None:
    pace = Pace()
    pace.note_read()
    pace.note_repaint(100.0)
    pace.note_shown()
    assert pace.has_key_waiting, "what was painted was not its own"
    pace.note_key()
    pace.note_repaint(100.1)
    assert not pace.has_key_waiting


def test_a_repaint_waits_for_a_key_that_is_under_way_but_not_for_ever() -> None:
    pace = Pace()
    assert all(pace.wait_for_key() > 0 for _ in range(LOOKS))
    waits = [pace.wait_for_key()]
    pace.note_repaint(100.0)
    waits.append(pace.wait_for_key())
    assert waits == [0.0, UNTIL_DONE]
