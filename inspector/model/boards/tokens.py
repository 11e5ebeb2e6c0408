"""Refresh token families as trees: which token came of which, and who presented it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.families import Fate, RefreshToken, Tokens, tree_of
from session_inspector.inspector.model.facts.logs import Reversed
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.asker import Asker, asker
from session_inspector.inspector.model.words.text import clock_text, rough, safe, sentence

MARKS: dict[Fate, tuple[str, Tone]] = {
    "current": ("●", "good"),
    "exchanged": ("○", "dim"),
    "reused": ("✖", "bad"),
    "revoked": ("⊖", "bad"),
}
MEANING: dict[Fate, str] = {
    "current": "the newest of its family: the next refresh presents this one.",
    "exchanged": "it was exchanged for the one below. Within the grace period it may be presented"
    " again (a second tab, a lost answer); after it that counts as theft.",
    "reused": "it was presented again after it had been exchanged. The provider cannot tell a thief"
    " from a slow tab: the whole family died, and the session cannot be refreshed any more.",
    "revoked": "it died with its family, or was revoked (RFC 7009).",
}
OTHER = (
    "It was {owner} that logged in: either the session moved, or its cookie was copied. A copy that"
    " refreshes first leaves the owner with a token that counts as stolen."
)
FAMILIES = 50
FIRST, LAST = 3, 30
"""Tokens of a long family that are shown from its beginning and its end; all that were refused."""


def token_fields(state: State, now: Seconds) -> tuple[Field, ...]:
    """Return the newest families, each as a tree."""
    roots = Reversed(state.tokens.roots)[:FAMILIES]
    kept = [root for root in roots if root in state.tokens.by_digest]
    return tuple(field for root in kept for field in _family(state, root, now))


def _family(state: State, root: str, now: Seconds) -> Iterator[Field]:
    tokens = state.tokens
    first = tokens.by_digest[root]
    tree = list(tree_of(tokens, root))
    fates = {tokens.by_digest[digest].fate for digest, _ in tree}
    is_dead = "reused" in fates or "current" not in fates
    owner = asker(state, first.cause).browser
    said = f"{len(tree)} token{'s' * (len(tree) > 1)}" + (f" · {owner}" if owner else "")
    yield Field(
        depth=0,
        lead=((safe(first.sub, 40), "bad" if is_dead else "accent"),),
        label=f"  since {clock_text(first.minted)[:8]}",
        value=said + ("  the family is DEAD" if is_dead else ""),
        tone="bad" if is_dead else "plain",
        explain=f"Provider session {safe(first.sid, 60)}."
        + (f" {owner} logged in." if owner else "")
        + " Rotation gives a new refresh token with each refresh; presenting an old one kills the"
        " family.",
        key=f"root {root}",
    )
    shown = [number for number in range(len(tree)) if _is_shown(tokens, number, tree)]
    for before, number in zip([-1, *shown], shown, strict=False):
        digest, depth = tree[number]
        token, is_last = tokens.by_digest[digest], number == len(tree) - 1
        if number > before + 1:
            yield _gap(number - before - 1, digest)
        yield _token(token, depth, now, is_last=is_last)
        for at, cause, outcome in token.presented:
            line = _Presented(at=at, cause=cause, outcome=outcome, owner=owner)
            rail = "     " if is_last else "  │  "
            yield line.field(asker(state, cause), depth, rail, f"{digest} {at} {cause}")


def _is_shown(tokens: Tokens, number: int, tree: list[tuple[str, int]]) -> bool:
    if number < FIRST or number >= len(tree) - LAST:
        return True
    token = tokens.by_digest[tree[number][0]]
    return token.fate == "reused" or len(token.presented) > 1


def _gap(count: int, before: str) -> Field:
    return Field(
        depth=0,
        lead=(("  ⋮  ", "dim"),),
        label="",
        value=f"{count:,} more, exchanged one after the other",
        tone="dim",
        explain="Each was presented once, and exchanged for the next.",
        key=f"gap {before}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Presented:
    """One time that a token was presented."""

    at: Seconds
    cause: str
    outcome: str
    owner: str
    """The browser that logged in; empty: not known."""

    def field(self, who: Asker, depth: int, rail: str, key: str) -> Field:
        """Return its line; a browser that is not the owner's is what a thief looks like."""
        is_bad = self.outcome.startswith("refused")
        is_other = bool(self.owner and who.browser and who.browser != self.owner)
        tone: Tone = "bad" if is_bad else "warn" if is_other else "dim"
        outcome, by = safe(self.outcome, 60), "· from" if is_bad else "by"
        said = [f"Presented by {who.text}: {outcome}."]
        said += [OTHER.format(owner=self.owner)] if is_other else []
        said += [sentence(MEANING["reused"])] if is_bad else []
        return Field(
            depth=depth,
            lead=((rail, "dim"), ("↳ ", tone)),
            label=clock_text(self.at),
            value=f"{outcome} {by} {'ANOTHER BROWSER: ' if is_other else ''}{who.text}",
            tone=tone,
            explain=" ".join(said),
            key=key,
        )


def _token(token: RefreshToken, depth: int, now: Seconds, *, is_last: bool) -> Field:
    mark, tone = MARKS[token.fate]
    ends = "" if token.expires is None else f"  ends in {rough(token.expires - now)}"
    return Field(
        depth=depth,
        lead=(("  └─ " if is_last else "  ├─ ", "dim"), (f"{mark} ", tone)),
        label=f"#{token.digest[:6]}",
        value=f"{token.fate}{ends if token.fate == 'current' else ''}",
        tone=tone,
        explain=f"{token.fate}: {MEANING[token.fate]}",
        key=token.digest,
    )
