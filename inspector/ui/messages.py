"""Messages that widgets send upward; they know nothing of who listens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from textual.message import Message

from session_inspector.inspector.model.facts.listing import ListName


@dataclass(frozen=True, slots=True)
class RowSubject:
    """What a row is of."""

    session: str = ""
    exchange: str = ""
    """The request that the row is of, or that caused it."""
    query: str = ""
    """The filter that lists the sessions it counts."""
    title: str = ""
    """What it says, whole."""
    explain: str = ""
    """What it means, and what to do."""


class SessionHighlighted(Message):
    """The cursor of the sessions list is on another session."""

    def __init__(self, session: str) -> None:
        super().__init__()
        self.session = session


class RowOpened(Message):
    """A row was opened with enter or a second click."""

    def __init__(self, key: str, subject: RowSubject) -> None:
        super().__init__()
        self.key = key
        self.subject = subject


class RowMarked(Message):
    """The cursor of a list is on another row, by a person or because rows have moved."""

    def __init__(self, subject: RowSubject, *, is_by_hand: bool) -> None:
        super().__init__()
        self.subject = subject
        self.is_by_hand = is_by_hand


class KeyClicked(Message):
    """A key of the footer was clicked."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


class ListChanger(Protocol):
    """Changes what is in a list, and in which order."""

    def filter_list(self, name: ListName, query: str) -> None:
        """Show of a list what a query finds."""
        ...

    def sort_list(self, name: ListName, sort: str) -> None:
        """Sort a list; the order that it has is turned round."""
        ...

    def mark(self, sessions: Sequence[str], *, are_all: bool) -> None:
        """Mark sessions, or unmark those that are; of `are_all`, all or none."""
        ...


class ListAsked(Message):
    """A person has typed a filter, clicked on a heading, or marked a session."""

    def __init__(self, ask: Callable[[ListChanger], None]) -> None:
        super().__init__()
        self.ask = ask
