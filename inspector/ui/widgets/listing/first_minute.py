"""The card of an empty home: steps that tick themselves off; beside sessions it is one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from session_inspector.inspector.keys import KEYS, spell_keys, with_chosen
from session_inspector.inspector.model.lists.first_minute import YOUR_APP, Step
from session_inspector.inspector.ui.widgets.tones import ABSENT, Panel, set_shown

TITLE = "First minute"
ONE_LINE = "-line"
"""Class of the card beside sessions."""
COMMAND = 30
"""Columns of a command."""
SHORT = 64
"""Columns below which a command has what it does on the next line."""


class FirstMinute(Panel):
    """Draws the steps that it is handed."""

    def __init__(self) -> None:
        super().__init__(id="first")
        self.add_class(ABSENT, update=False)
        self._steps: Sequence[Step] = ()
        self._is_line = False
        self._keys: Mapping[str, str] = {}

    def on_mount(self) -> None:
        self.entitle(TITLE)

    def show(self, steps: Sequence[Step], keys: Mapping[str, str], *, is_line: bool) -> None:
        """Take the steps; without any, go. `keys` are what a person has configured."""
        set_shown(self, bool(steps))
        self.can_focus = not is_line
        self.set_class(is_line, ONE_LINE)
        before = (self._steps, self._is_line)
        self._steps = steps
        self._is_line = is_line
        self._keys = {key.name: spell_keys(key) for key in with_chosen(KEYS, keys)}
        if steps and before != (steps, is_line):
            self.refresh(layout=True)

    def lines(self, width: int) -> list[Text]:
        if self._is_line:
            return [self._draw_line()]
        lines = [Text(""), Text("Watch a session being born, and a logout that fails:"), Text("")]
        lines += [self._draw_step(step) for step in self._steps]
        lines += [Text(""), Text("Then watch your own app:"), Text("")]
        for command, words in YOUR_APP:
            lines += self._draw_command(command, words, width)
        others = f"{self._keys['browse']} demo site in your browser"
        others += f" · {self._keys['help']} all keys · {self._keys['back']} closes"
        return [*lines, Text(""), Text(others, self.tone("dim"))]

    def _draw_step(self, step: Step) -> Text:
        text = Text("  ")
        text.append("✔ " if step.is_done else "· ", self.tone("good" if step.is_done else "dim"))
        text.append(f"{self._keys[step.key]:<3}", self.tone("accent"))
        return text.append(step.text, self.tone("dim" if step.is_done else "plain"))

    def _draw_command(self, command: str, words: str, width: int) -> list[Text]:
        text = Text(f"  {command:<{COMMAND}}", self.tone("accent"))
        if width < SHORT:
            return [text, Text(f"    {words}", self.tone("dim"))]
        return [text.append(words, self.tone("dim"))]

    def _draw_line(self) -> Text:
        text = Text(" ")
        if all(step.is_done for step in self._steps):
            commands = " or ".join(command for command, _ in YOUR_APP)
            text.append("✔ Now your app: ", self.tone("good"))
            text.append(commands.replace("or session-inspector ", "or "), self.tone("accent"))
        else:
            text.append(f"{TITLE}  ", self.tone("dim"))
            for step in self._steps:
                self._append_step(text, step)
        return text.append(f"  {self._keys['back']} closes", self.tone("dim"))

    def _append_step(self, text: Text, step: Step) -> None:
        if step.is_done:
            text.append(f"✔ {step.short}  ", self.tone("good"))
            return
        text.append(f"{self._keys[step.key]} ", self.tone("accent"))
        text.append(f"{step.short}  ", self.tone("plain"))
