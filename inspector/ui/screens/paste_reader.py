"""Answers what a pasted text is: the best report on it, as lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.inspector.decode.captures import READERS
from session_inspector.inspector.decode.examining import examine_pasted
from session_inspector.inspector.decode.panel import SCREEN_FIXES, report_fields, title_of
from session_inspector.inspector.decode.paste import read_paste
from session_inspector.inspector.decode.report import Question, Report, weigh_report
from session_inspector.inspector.decode.secrets import FoundSecret
from session_inspector.inspector.model.facts.rows import Field

TITLE = "What it is"
BETWEEN_SECRETS = ";;"


class PasteReader:
    """Tries all decoders, with typed secrets first, then with those that were found."""

    def __init__(self, found: Sequence[FoundSecret], now: Callable[[], Seconds]) -> None:
        self.found = tuple(found)
        self._now = now
        self.skipped: list[str] = []
        """Why a decoder of a plug-in is not used, one a line."""
        self._decoders = load_decoders(tell=self.skipped.append)

    def sources(self) -> str:
        """Return where secrets were found, as a list of names."""
        names = dict.fromkeys(secret.source for secret in self.found)
        return ", ".join(names) or "none"

    def answer(self, text: str, typed: str) -> tuple[str, tuple[Field, ...]]:
        """Return a title and the lines of the best report; a wrong paste is a line too."""
        if not text.strip():
            return TITLE, ()
        now = self._now()
        try:
            reports = self._examine(text, typed, now)
        except InputError as error:
            problem = Field(depth=0, label="paste", value=error.message, tone="bad")
            return TITLE, (problem,)
        best = max(reports, key=weigh_report)
        return title_of(best), report_fields(best, now, SCREEN_FIXES)

    def _examine(self, text: str, typed: str, now: Seconds) -> list[Report]:
        given = [FoundSecret(part, "typed") for part in typed.split(BETWEEN_SECRETS) if part]
        question = Question(decoders=self._decoders, secrets=[*given, *self.found])
        sites = read_paste(text, READERS)
        return [report for site in sites for report in examine_pasted(site, question, now)]
