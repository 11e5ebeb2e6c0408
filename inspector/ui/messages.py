"""Messages that widgets send upward; they know nothing of who listens."""

from __future__ import annotations

from textual.message import Message


class SessionHighlighted(Message):
    """The cursor of the sessions list is on another session."""

    def __init__(self, session: str) -> None:
        super().__init__()
        self.session = session


class RowOpened(Message):
    """A row was opened with enter or a second click."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


class FieldMarked(Message):
    """The cursor of a list of fields is on another line."""


class KeyClicked(Message):
    """A key of the footer was clicked."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
