"""Any session cookie: paste it, give secrets, and read what it is, or why it does not open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Input, Static, TextArea

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.decode.panel import wrap_fields
from session_inspector.inspector.decode.secrets import FoundSecret
from session_inspector.inspector.keys import DECODE, footer_of, spell_keys, with_chosen
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.ui.messages import RowMarked
from session_inspector.inspector.ui.screens.paste_reader import TITLE, PasteReader
from session_inspector.inspector.ui.screens.zoom import ZoomScreen, offer_unzoom
from session_inspector.inspector.ui.spelling import spell_in
from session_inspector.inspector.ui.widgets.field_list import FieldList
from session_inspector.inspector.ui.widgets.key_bar import KeyBar
from session_inspector.inspector.ui.widgets.notice_line import NoticeLine
from session_inspector.inspector.ui.widgets.paste_area import PasteArea

PAUSE = 0.15
"""Seconds of quiet after which what was typed is decoded."""
REVEALS = mark_keys("<decode_reveal> reveals the selected secret")
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


class DecodeScreen(ZoomScreen):
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
        self._reader = PasteReader(found, now)
        self._pause: Timer | None = None
        self._fields: tuple[Field, ...] = ()
        self._asked = ("", "")
        """What was read last, or is being read: the paste, and the secrets."""
        self._is_reading = False

    def compose(self) -> ComposeResult:
        with Horizontal(id="decode"):
            with Vertical(id="asked"):
                yield PasteArea(id="pasted", clear_key=_clear_key(self._chosen))
                yield Input(
                    id="secret",
                    password=True,
                    placeholder="secret (further ones: ;;)",
                    max_length=LONGEST_SECRETS,
                )
                yield Static(f"also found: {self._reader.sources()}", id="around", markup=False)
            yield FieldList(id="report", empty=HINT)
        yield NoticeLine(id="said")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        _draw_keys(self)
        self.query_one("#pasted").border_title = "Cookie"
        self.query_one("#secret").border_title = "Secret"
        self._report.entitle(TITLE)
        self.query_one("#pasted").focus()
        for text in self._reader.skipped:
            self.notify(text, title="a decoder is skipped", severity="warning", markup=False)

    @property
    def is_up_to_date(self) -> bool:
        """True when the report is on what stands in the fields now."""
        return not self._is_reading and self._asked == self._question()

    def on_row_marked(self, message: RowMarked) -> None:
        message.stop()
        _draw_keys(self)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        _draw_keys(self)
        self._read_soon()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        _draw_keys(self)
        self._read_soon()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._report.focus()

    def on_resize(self) -> None:
        self.call_after_refresh(self._show_wrapped)  # the list has its new width only then

    def action_do(self, name: str) -> None:
        """Do what a key of the table says."""
        match name:
            case "decode_reveal":
                _reveal(self)
            case "decode_clear":
                _clear(self)
            case _ if self.is_active:  # a second key of one breath comes too late
                self.dismiss()

    @property
    def _report(self) -> FieldList:
        return self.query_one("#report", FieldList)

    def _question(self) -> tuple[str, str]:
        pasted = self.query_one("#pasted", PasteArea).whole
        return pasted, self.query_one("#secret", Input).value

    def _read_soon(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(
            PAUSE, lambda: self.run_worker(self._read(), exclusive=True, exit_on_error=False)
        )

    async def _read(self) -> None:
        """Read in a thread: a HAR of a long visit takes a moment, and keys must not wait."""
        self._asked = self._question()
        self._is_reading = True
        title, fields = await asyncio.to_thread(self._reader.answer, *self._asked)
        self._is_reading = False
        hint = ""
        if _has_secret(fields):
            hint = spell_in(REVEALS, self._chosen)
        self._report.entitle(title, hint)
        self._report.revealed = {}
        self._fields = fields
        self._show_wrapped()

    def _show_wrapped(self) -> None:
        width = self._report.scrollable_content_region.width
        self._report.show(wrap_fields(self._fields, width))
        _draw_keys(self)


def _draw_keys(screen: DecodeScreen) -> None:
    """Offer the keys that do something now."""
    row = screen._report.current
    useless: set[str] = set()
    if row is None or not _is_at_hand(row):
        useless.add("decode_reveal")
    if not any(screen._question()):
        useless.add("decode_clear")
    keys = [key for key in footer_of("decode", screen._chosen) if key.name not in useless]
    screen.query_one(KeyBar).show([*offer_unzoom(screen, screen._chosen), *keys])


def _reveal(screen: DecodeScreen) -> None:
    report = screen._report
    row = report.current
    if row is None or row.secret is None or not _is_at_hand(row):
        screen.notify("select a line with a secret first: tab goes to them", markup=False)
        return
    digest = row.secret.digest
    if digest in report.revealed:
        report.revealed = {}
    else:
        report.revealed = {digest: row.secret.reveal()}
    report.refresh()


def _clear(screen: DecodeScreen) -> None:
    screen.query_one("#pasted", PasteArea).take("")
    screen.query_one("#secret", Input).value = ""
    screen.query_one("#pasted").focus()


def _has_secret(fields: Sequence[Field]) -> bool:
    return any(_is_at_hand(field) for field in fields)


def _is_at_hand(row: Field) -> bool:
    """Check whether a line has a secret that can be shown."""
    return row.secret is not None and row.secret.is_at_hand


def _clear_key(chosen: Mapping[str, str]) -> str:
    """Return the key that empties the screen, as a person reads it."""
    clear = next(key for key in with_chosen(DECODE, chosen) if key.name == "decode_clear")
    return spell_keys(clear)
