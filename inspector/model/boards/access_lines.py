"""Access tokens on the token board: those of clients, bound, introspected or revoked ones."""

from __future__ import annotations

from collections.abc import Iterator

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.families import KnownAccess, Presentation
from session_inspector.inspector.model.facts.logs import Reversed
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.words.text import clock_text, round_duration, safe

SHOWN = 30
"""Access tokens."""
HEAD = (
    "Access tokens that are more than a plain bearer token of a login: those of a client itself or"
    " a device, bound to a key, for an organisation, after a second factor, introspected, revoked."
)
BOUND = (
    "It is bound to a key (DPoP, RFC 9449): who copies it cannot use it without that key, and must"
    " not send it as Bearer."
)
BEARER = "A bearer token: whoever holds it may use it until it ends."


def access_fields(state: State, now: Seconds) -> Iterator[Field]:
    """Yield a head and the newest access tokens of which something is known; none: nothing."""
    families = state.families
    tokens = [families.access.get(name) for name in Reversed(families.notable)[:SHOWN]]
    shown = [token for token in tokens if token is not None]
    if not shown:
        return
    yield Field(
        depth=0,
        lead=(("access tokens", "accent"),),
        label="",
        value=f"{len(families.notable):,}",
        explain=HEAD,
        key="access tokens",
    )
    for token in shown:
        yield _token_line(token, now, is_last=token is shown[-1])
        for number, check in enumerate(token.checks):
            yield _check_line(token, check, number)


def describe_binding(jkt: str, organization: str) -> Iterator[str]:
    """Yield what a token is bound to."""
    if jkt:
        yield f"bound to key {safe(jkt[:8])}"
    if organization:
        yield safe(organization, 40)


def name_grant(grant: str) -> str:
    """Return the last word of a grant type, which may be a URN or a URL; of none: a login."""
    return safe(grant.rpartition(":")[2].rpartition("/")[2] or "login", 40)


def _token_line(token: KnownAccess, now: Seconds, *, is_last: bool) -> Field:
    life, tone = _describe_life(token, now)
    facts = [safe(token.sub, 40), name_grant(token.grant), life]
    facts += describe_binding(token.jkt, token.organization)
    if token.acr:
        facts.append("after a second factor")
    branch = "  ├─ "
    if is_last:
        branch = "  └─ "
    explain = BEARER
    if token.jkt:
        explain = BOUND
    return Field(
        depth=0,
        lead=((branch, "dim"),),
        label=f"#{token.digest[:6]}",
        value=" · ".join(facts),
        tone=tone,
        explain=f"Of client {safe(token.client_id, 60)}. {explain}",
        key=f"access {token.digest}",
    )


def _describe_life(token: KnownAccess, now: Seconds) -> tuple[str, Tone]:
    if token.is_revoked:
        return "revoked", "bad"
    if token.expires is None:
        return "", "plain"
    if token.expires <= now:
        return "ended", "dim"
    return f"ends in {round_duration(token.expires - now)}", "good"


def _check_line(token: KnownAccess, check: Presentation, number: int) -> Field:
    explain = ""
    if check.cause:
        explain = f"By {safe(check.cause, 30)}."
    return Field(
        depth=0,
        lead=(("     ↳ ", "dim"),),
        label=clock_text(check.at)[:8],
        value=safe(check.outcome, 80),
        tone="dim",
        explain=explain,
        key=f"access {token.digest} {number}",
    )
