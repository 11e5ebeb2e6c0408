"""Refresh token families as trees: which token came of which, and who presented it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from session_inspector.devserver.core.numbers import count_noun
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.boards.access_lines import access_fields, describe_binding
from session_inspector.inspector.model.facts.families import (
    FamilyToken,
    Fate,
    Presentation,
)
from session_inspector.inspector.model.facts.logs import Reversed
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.presenter import Presenter, find_presenter
from session_inspector.inspector.model.views.selectors.target import (
    exchange_of,
    session_of_cause,
    session_of_sid,
)
from session_inspector.inspector.model.words.text import (
    clock_text,
    round_duration,
    safe,
    sentence,
)

MARKS: dict[Fate, tuple[str, Tone]] = {
    "current": ("●", "good"),
    "exchanged": ("○", "dim"),
    "reused": ("✖", "bad"),
    "revoked": ("⊖", "bad"),
}
MEANING: dict[Fate, str] = {
    "current": "the newest of its family: the next refresh presents this one.",
    "exchanged": "it was exchanged for the one below. Within the grace period it may be presented"
    " again (a second tab, a lost answer); after that the provider treats it as stolen.",
    "reused": "it was presented again after it had been exchanged. The provider cannot tell"
    " a thief from a slow tab: it revoked the whole family, and the session can no longer be"
    " refreshed.",
    "revoked": "it was revoked with its family, or by itself (RFC 7009).",
}
OTHER = (
    "{owner} logged in, and another browser presented this token: either the session moved, or its"
    " cookie was copied. A copy that refreshes first leaves the owner with a token that the"
    " provider treats as stolen."
)
ROTATION = (
    "Rotation gives a new refresh token with each refresh; presenting an old one ends the family."
)
SHOWN = 50
"""Families."""
FIRST = 3
"""Tokens of a long family that are shown from its beginning; and all that were refused."""
LAST = 30
"""Tokens of a long family that are shown from its end."""


def token_fields(state: State, now: Seconds) -> tuple[Field, ...]:
    """Return the newest families, each as a tree."""
    fields: list[Field] = []
    for root in Reversed(state.families.roots)[:SHOWN]:
        if root in state.families.by_digest:
            fields += _Family.collect(state, root).make_lines(now)
    fields += access_fields(state, now)
    return tuple(fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Family:
    """One tree of tokens."""

    state: State
    tokens: list[tuple[FamilyToken, int]]
    """(token, depth), parents before children."""
    owner: str
    """The browser that logged in; empty: not known."""
    session: str
    """The session that was given its tokens; empty: not known."""

    @staticmethod
    def collect(state: State, root: str) -> _Family:
        """Read a tree below its root."""
        families = state.families
        tokens = [(families.by_digest[name], depth) for name, depth in families.walk_tree(root)]
        owner = find_presenter(state, families.by_digest[root].cause).browser
        first = families.by_digest[root]
        session = session_of_cause(state, first.cause) or session_of_sid(state, first.sid)
        return _Family(state=state, tokens=tokens, owner=owner, session=session)

    def make_lines(self, now: Seconds) -> Iterator[Field]:
        """Yield the head, the tokens that are shown, and gaps between them."""
        yield self._head_line()
        last = len(self.tokens) - 1
        before = -1
        for number, (token, depth) in enumerate(self.tokens):
            if not self._is_shown(number):
                continue
            if number > before + 1:
                yield replace(_gap_line(number - before - 1, token.digest), session=self.session)
            before = number
            line = _token_line(token, depth, now, is_last=number == last)
            exchange = self._find_request(token.cause)
            yield replace(line, session=self.session, exchange=exchange)
            rail = "  │  "
            if number == last:
                rail = "     "
            for presentation in token.presented:
                yield self._presentation_line(token, presentation, depth, rail)

    def _head_line(self) -> Field:
        first = self.tokens[0][0]
        value = count_noun(len(self.tokens), "token")
        explain = f"Provider session {safe(first.sid, 60)}."
        if self.owner:
            value += f" · {self.owner}"
            explain += f" {self.owner} logged in."
        name_tone: Tone = "accent"
        tone: Tone = "plain"
        for fact in describe_binding(first.jkt, first.organization):
            value += f" · {fact}"
        if self._is_dead():
            value += "  the family is DEAD"
            name_tone = "bad"
            tone = "bad"
        return Field(
            depth=0,
            session=self.session,
            lead=((safe(first.sub, 40), name_tone),),
            label=f"  since {clock_text(first.minted)[:8]}",
            value=value,
            tone=tone,
            explain=f"{explain} {ROTATION}",
            key=f"root {first.digest}",
        )

    def _find_request(self, cause: str) -> str:
        """Return the request of a browser behind one to the provider, else that one itself."""
        trigger = self.state.families.presenters.triggers.get(cause)
        behind = ""
        if trigger is not None:
            behind = exchange_of(self.state, trigger.exchange)
        return behind or exchange_of(self.state, cause)

    def _is_dead(self) -> bool:
        fates = {token.fate for token, _ in self.tokens}
        return "reused" in fates or "current" not in fates

    def _is_shown(self, number: int) -> bool:
        if number < FIRST or number >= len(self.tokens) - LAST:
            return True
        token = self.tokens[number][0]
        return token.fate == "reused" or len(token.presented) > 1

    def _presentation_line(
        self, token: FamilyToken, presentation: Presentation, depth: int, rail: str
    ) -> Field:
        presenter = find_presenter(self.state, presentation.cause)
        text, tone = self._describe_presentation(presentation, presenter)
        return Field(
            depth=depth,
            lead=((rail, "dim"), ("↳ ", tone)),
            label=clock_text(presentation.at),
            value=text,
            tone=tone,
            explain=self._explain_presentation(presentation, presenter),
            session=session_of_cause(self.state, presentation.cause) or self.session,
            exchange=self._find_request(presentation.cause),
            key=f"{token.digest} {presentation.at} {presentation.cause}",
        )

    def _describe_presentation(
        self, presentation: Presentation, presenter: Presenter
    ) -> tuple[str, Tone]:
        outcome = safe(presentation.outcome, 60)
        who = presenter.text
        is_other = self._is_other_browser(presenter)
        if is_other:
            who = f"ANOTHER BROWSER: {who}"
        if _is_refused(presentation):
            return f"{outcome} · from {who}", "bad"
        if is_other:
            return f"{outcome} by {who}", "warn"
        return f"{outcome} by {who}", "dim"

    def _explain_presentation(self, presentation: Presentation, presenter: Presenter) -> str:
        sentences = [f"Presented by {presenter.text}: {safe(presentation.outcome, 60)}."]
        if self._is_other_browser(presenter):
            sentences.append(OTHER.format(owner=sentence(self.owner)))
        if _is_refused(presentation):
            sentences.append(sentence(MEANING["reused"]))
        return " ".join(sentences)

    def _is_other_browser(self, presenter: Presenter) -> bool:
        """Check for a browser that is not the owner's: that is what a thief looks like."""
        return bool(self.owner and presenter.browser and presenter.browser != self.owner)


def _is_refused(presentation: Presentation) -> bool:
    return presentation.outcome.startswith("refused")


def _gap_line(count: int, before: str) -> Field:
    return Field(
        depth=0,
        lead=(("  ⋮  ", "dim"),),
        label="",
        value=f"{count:,} more, exchanged one after the other",
        tone="dim",
        explain="Each was presented once, and exchanged for the next.",
        key=f"gap {before}",
    )


def _token_line(token: FamilyToken, depth: int, now: Seconds, *, is_last: bool) -> Field:
    mark, tone = MARKS[token.fate]
    branch = "  ├─ "
    if is_last:
        branch = "  └─ "
    value: str = token.fate
    if token.fate == "current" and token.expires is not None:
        value += f"  ends in {round_duration(token.expires - now)}"
    return Field(
        depth=depth,
        lead=((branch, "dim"), (f"{mark} ", tone)),
        label=f"#{token.digest[:6]}",
        value=value,
        tone=tone,
        explain=f"{token.fate}: {MEANING[token.fate]}",
        key=token.digest,
    )
