"""Keys for the marked line: show its secret, copy it, write it to a file."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from session_inspector.devserver.core.commands import Reveal
from session_inspector.inspector.clipboard import TO_TERMINAL, copy_text, write_private
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.ui.actions.commander import Commander
from session_inspector.inspector.ui.actions.exports import exports_folder
from session_inspector.inspector.ui.actions.window import ActionTable, Window
from session_inspector.inspector.ui.watch import Watch
from session_inspector.inspector.ui.widgets.field_list import FieldList
from session_inspector.inspector.ui.widgets.line_list import LineList

LONGEST = 5000
"""Characters of a row that are copied."""
MASKED = mark_keys("masked: press <reveal> first for the secret")


class CopyActions:
    """Reveal, copy, copy to a file."""

    def __init__(
        self,
        watch: Watch,
        window: Window,
        commander: Commander,
        to_terminal: Callable[[str], None],
    ) -> None:
        """`to_terminal` asks the terminal to take a text as its clipboard."""
        self._watch = watch
        self._window = window
        self._commander = commander
        self._to_terminal = to_terminal

    def table(self) -> ActionTable:
        """Return what each key of this group does."""
        return {"reveal": self.reveal, "copy": self.copy, "copy_file": self.copy_to_file}

    def reveal(self) -> None:
        """Show the secret of the marked line, or hide it again."""
        row = self._find_field()
        if row is None or row.secret is None:
            self._window.say("select a line with a secret first: in the details", is_ok=False)
            return
        digest = row.secret.digest
        if digest in self._watch.view.revealed:
            self._watch.show(replace(self._watch.view, revealed={}))
        else:
            self._window.run(self._fetch_secret(digest))

    def copy(self) -> None:
        """Copy the marked line to a clipboard."""
        folder = exports_folder()
        self._copy_with(lambda text: self._copy_text(text, folder))

    def copy_to_file(self) -> None:
        """Write the marked line to a file."""
        path = exports_folder() / "copied.txt"
        self._copy_with(lambda text: f"written to {write_private(path, text)}")

    def _copy_text(self, text: str, folder: Path) -> str:
        """Copy a text, and say what to do where nothing shows that it arrived. Raises: OSError."""
        where = copy_text(text, os.environ, self._to_terminal, folder)
        if where == TO_TERMINAL:
            where += mark_keys("; if it did not arrive: <copy_file> writes a file")
        return where

    async def _fetch_secret(self, digest: str) -> None:
        reply = await self._commander.deliver(Reveal(digest=digest))
        if reply.is_ok:
            self._watch.show(replace(self._watch.view, revealed={digest: reply.value}))

    def _copy_with(self, copy: Callable[[str], str]) -> None:
        text, is_masked = self._find_text()
        if not text:
            self._window.say("select a line first", is_ok=False)
            return
        try:
            message = copy(text)
        except OSError as error:
            self._window.say(f"not written: {error.strerror}", is_ok=False)
            return
        if is_masked:
            message = f"{message}; {MASKED}"
        self._window.say(message)

    def _find_text(self) -> tuple[str, bool]:
        """Return the marked line of the focused pane, and whether it hides a secret."""
        pane = self._window.focused
        if isinstance(pane, FieldList) and pane.current is not None:
            return _text_of_field(pane.current, pane)
        if isinstance(pane, LineList) and pane.current is not None:
            return pane.line(pane.current, LONGEST).plain.strip(), False
        return "", False

    def _find_field(self) -> Field | None:
        pane = self._window.focused
        if isinstance(pane, FieldList):
            return pane.current
        return None


def _text_of_field(row: Field, pane: FieldList) -> tuple[str, bool]:
    shown = row.value.strip() or row.label.strip()
    if row.secret is None:
        return shown, False
    clear = pane.revealed.get(row.secret.digest)
    return clear or shown, clear is None
