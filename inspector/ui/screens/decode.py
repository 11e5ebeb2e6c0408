"""Any session cookie: paste it, give secrets, and read what it is, or why it does not open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Input, Static, TextArea

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.inspector.decode.captures import READERS
from session_inspector.inspector.decode.panel import report_fields, title_of, wrap_fields
from session_inspector.inspector.decode.paste import read_paste
from session_inspector.inspector.decode.report import Question, Report, examine
from session_inspector.inspector.decode.secrets import FoundSecret
from session_inspector.inspector.keys import DECODE, footer_of, shown_keys, with_chosen
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.ui.pace import PacedScreen
from session_inspector.inspector.ui.widgets.field_list import FieldList
from session_inspector.inspector.ui.widgets.key_bar import KeyBar
from session_inspector.inspector.ui.widgets.paste_area import PasteArea

PAUSE = 0.15
"""Seconds of quiet after which what was typed is decoded."""
LONGEST_SECRETS = 16_384
"""Characters of all secrets together that can be typed."""
HINT = """\

  Paste a cookie, a Cookie or Set-Cookie header, a curl or
  fetch command, a HAR, or a browser's export.
  Nothing leaves this machine.

  nextjs-auth0 · express-openid-connect · Auth.js
  iron-session · Starlette · Flask · Django · Rails
  express-session · Laravel · oauth2-proxy · JWT
"""


class DecodeScreen(PacedScreen[None]):
    """Reads as one types; secrets stay masked."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # Textual's own form
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key.keys, key.action, key.label, priority=True, id=key.name) for key in DECODE
    ]

    def __init__(
        self,
        found: Sequence[FoundSecret],
        now: Callable[[], Seconds],
        keys: Mapping[str, str] | None = None,
    ) -> None:
        """`keys` are those that a person has configured, by the action's name."""
        super().__init__()
        self._chosen = keys or {}
        self._found = tuple(found)
        self._now = now
        self._skipped: list[str] = []
        self._decoders = load_decoders(tell=self._skipped.append)
        self._timer: Timer | None = None
        self._shown: tuple[Field, ...] = ()

    def compose(self) -> ComposeResult:
        names = ", ".join(dict.fromkeys(secret.source for secret in self._found)) or "none"
        with Horizontal(id="decode"):
            with Vertical(id="asked"):
                yield PasteArea(id="pasted", clear_key=self._clear_key())
                yield Input(
                    id="secret",
                    password=True,
                    placeholder="secret (further ones: ;;)",
                    max_length=LONGEST_SECRETS,
                )
                yield Static(f"found around: {names}", id="around", markup=False)
            yield FieldList(id="report", empty=HINT)
        yield KeyBar(id="keys")

    def _clear_key(self) -> str:
        clear = next(key for key in with_chosen(DECODE, self._chosen) if key.name == "decode_clear")
        return shown_keys(clear)

    def on_mount(self) -> None:
        self.query_one(KeyBar).show(footer_of("decode", self._chosen))
        self.query_one("#pasted").border_title = "Cookie"
        self.query_one("#secret").border_title = "Secret"
        report = self.query_one("#report")
        report.border_title = "What it is"
        report.border_subtitle = "f2 reveals the marked secret"
        self.query_one("#pasted").focus()
        for text in self._skipped:
            self.notify(text, title="a decoder is skipped", severity="warning", markup=False)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._soon()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._soon()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one("#report").focus()

    def _soon(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PAUSE, self._start)

    def _start(self) -> None:
        text = self.query_one("#pasted", PasteArea).whole
        typed = self.query_one("#secret", Input).value
        # a HAR of a long visit takes a moment: the keys must not wait for it
        self.run_worker(
            lambda: self._examined(text, typed), thread=True, exclusive=True, exit_on_error=False
        )

    def _examined(self, text: str, typed: str) -> None:
        title, fields = self.answer(text, typed)
        self.app.call_from_thread(self._show, title, fields)

    def answer(self, text: str, typed: str) -> tuple[str, tuple[Field, ...]]:
        """Return a title and the lines of the best report; a wrong paste is a line too."""
        if not text.strip():
            return "What it is", ()
        given = [FoundSecret(part, "typed") for part in typed.split(";;") if part]
        question = Question(decoders=self._decoders, secrets=[*given, *self._found])
        now = self._now()
        try:
            reports = [examine(site, question, now) for site in read_paste(text, READERS)]
        except InputError as error:
            problem = Field(depth=0, label="paste", value=error.message, tone="bad")
            return "What it is", (problem,)
        best = max(reports, key=_weight)
        return title_of(best), report_fields(best, now)

    def _show(self, title: str, fields: tuple[Field, ...]) -> None:
        report = self.query_one("#report", FieldList)
        report.border_title = title.replace("[", "(")
        report.revealed = {}
        self._shown = fields
        report.show(wrap_fields(fields, report.scrollable_content_region.width))

    def on_resize(self) -> None:
        self.call_after_refresh(self._wrap)  # the list has its new width only then

    def _wrap(self) -> None:
        report = self.query_one("#report", FieldList)
        if self._shown:
            report.show(wrap_fields(self._shown, report.scrollable_content_region.width))

    def action_reveal(self) -> None:
        report = self.query_one("#report", FieldList)
        row = report.current
        if row is None or row.secret is None or not row.secret.is_at_hand:
            self.notify("mark a line with a secret first (tab, then j and k)", markup=False)
            return
        is_shown = row.secret.digest in report.revealed
        report.revealed = {} if is_shown else {row.secret.digest: row.secret.reveal()}
        report.refresh()

    def action_wipe(self) -> None:
        self.query_one("#pasted", PasteArea).take("")
        self.query_one("#secret", Input).value = ""
        self.query_one("#pasted").focus()

    def action_leave(self) -> None:
        self.app.pop_screen()


def _weight(report: Report) -> float:
    likeliest = report.candidates[0][1] if report.candidates else 0.0
    return likeliest + (10 if report.found else 0)
