"""A driver that says what was typed before the app's loop hears of it.

A thread reads the terminal; what it has read waits until the loop has done what it is at, which may
be a portion of a fold. That ends sooner when it knows.
"""

from __future__ import annotations

from collections.abc import Callable
from types import new_class

from textual.driver import Driver
from textual.message import Message


def report_input(driver: type[Driver], take_input: Callable[[Message], None]) -> type[Driver]:
    """Return a driver that hands over, in its own thread, what it is about to send to the app."""

    class Reporting(Driver):
        def send_message(self, message: Message) -> None:
            take_input(message)
            super().send_message(message)

    return new_class("ReportingDriver", (Reporting, driver))
