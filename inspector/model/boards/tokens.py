"""Refresh token families as trees: which token came of which, and who presented it."""

from __future__ import annotations

from collections.abc import Iterator

from devserver.core.values import Seconds
from inspector.model.families import Fate, RefreshToken, tree_of
from inspector.model.logs import Reversed
from inspector.model.rows import Field, Tone
from inspector.model.state import State
from inspector.model.text import clock_text, rough, safe

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
FAMILIES = 50


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
    said = f"{len(tree)} tokens" + ("  the family is DEAD" if is_dead else "")
    yield Field(
        depth=0,
        label=f"{safe(first.sub, 40)}  since {clock_text(first.minted)[:8]}",
        value=said,
        tone="bad" if is_dead else "accent",
        explain=f"Provider session {safe(first.sid, 60)}. Rotation gives a new refresh token with"
        " each refresh; presenting an old one kills the family.",
        key=f"root {root}",
    )
    for digest, depth in tree:
        token = tokens.by_digest[digest]
        yield _token(token, depth, now)
        for at, cause, outcome in token.presented:
            is_bad = outcome.startswith("refused")
            yield Field(
                depth=depth + 2,
                label=clock_text(at),
                value=f"presented by {_asker(state, cause)}: {safe(outcome, 60)}",
                tone="bad" if is_bad else "dim",
                explain=MEANING["reused"] if is_bad else "",
                key=f"{digest} {at} {cause}",
            )


def _token(token: RefreshToken, depth: int, now: Seconds) -> Field:
    mark, tone = MARKS[token.fate]
    ends = "" if token.expires is None else f"  ends in {rough(token.expires - now)}"
    return Field(
        depth=depth + 1,
        label=f"{mark} #{token.digest[:6]}",
        value=f"{token.fate}{ends if token.fate == 'current' else ''}",
        tone=tone,
        explain=f"{token.fate}: {MEANING[token.fate]}",
        key=token.digest,
    )


def _asker(state: State, cause: str) -> str:
    exchange = state.exchanges.get(cause)
    return f"{cause} ({safe(exchange.client, 30)})" if exchange else cause or "somebody"
