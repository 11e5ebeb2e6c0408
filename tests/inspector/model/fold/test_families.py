"""Tokens are minted, exchanged, refused and revoked, each with its family."""

from __future__ import annotations

from session_inspector.devserver.core.events.login import TokenRefused, TokenRevoked
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.model.facts.families import (
    FamilyToken,
    Fate,
    Presentation,
    TokenFamilies,
)
from session_inspector.inspector.model.fold.families import fold_families
from tests.inspector.model.events import EXPIRES, minted

ONE = Secret.of("one").digest
TWO = Secret.of("two").digest


def families(*events: Event) -> TokenFamilies:
    found = TokenFamilies()
    for event in events:
        found = fold_families(found, event)
    return found


def fates(found: TokenFamilies) -> dict[str, Fate]:
    return {digest: token.fate for digest, token in found.by_digest.items()}


def refused(digest: str, code: str) -> TokenRefused:
    return TokenRefused(at=3, cause="x3", token="refresh", digest=digest, code=code, reason="r")


def test_a_minted_token_begins_a_family() -> None:
    found = families(minted("one"))
    token = FamilyToken(digest=ONE, sub="u", sid="p", minted=1, expires=EXPIRES, cause="x2")
    assert (dict(found.by_digest), list(found.roots)) == ({ONE: token}, [ONE])


def test_a_child_exchanges_its_parent() -> None:
    found = families(minted("one"), minted("two", ONE, "x9"))
    assert fates(found) == {ONE: "exchanged", TWO: "current"}
    assert dict(found.children) == {ONE: (TWO,)}
    exchanged = Presentation(1, "x9", f"exchanged for #{TWO[:6]}")
    assert found.by_digest[ONE].presented == (exchanged,)
    assert list(found.roots) == [ONE]


def test_a_child_of_a_token_that_was_not_seen_is_a_root() -> None:
    assert list(families(minted("two", ONE)).roots) == [TWO]


def test_reuse_revokes_what_is_current_in_the_family() -> None:
    found = families(
        minted("one"), minted("two", ONE), minted("other"), refused(ONE, "refresh_reused")
    )
    assert fates(found) == {ONE: "reused", TWO: "revoked", Secret.of("other").digest: "current"}
    assert found.by_digest[ONE].presented[-1] == Presentation(3, "x3", "refused: refresh_reused")


def test_another_refusal_changes_no_fate() -> None:
    found = families(minted("one"), refused(ONE, "invalid_grant"))
    assert fates(found) == {ONE: "current"}
    assert found.by_digest[ONE].presented == (Presentation(3, "x3", "refused: invalid_grant"),)


def test_a_revoked_token_is_revoked() -> None:
    revoked = TokenRevoked(at=2, token="refresh", digest=ONE)
    assert fates(families(minted("one"), revoked)) == {ONE: "revoked"}


def test_tokens_that_were_not_seen_change_nothing() -> None:
    revoked = TokenRevoked(at=2, token="refresh", digest=TWO)
    assert families(revoked, refused(TWO, "refresh_reused")) == TokenFamilies()
