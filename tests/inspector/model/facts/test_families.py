"""A family is walked from its root, parents before children."""

from __future__ import annotations

from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.model.facts.families import TokenFamilies
from tests.inspector.model.events import minted, state_of

A, B, C, D = (Secret.of(text).digest for text in "abcd")


def tree() -> TokenFamilies:
    """A chain a, b, c, and a second child d of a."""
    return state_of(minted("a"), minted("b", A), minted("c", B), minted("d", A)).families


def test_a_chain_is_flat_and_a_second_child_goes_deeper() -> None:
    assert list(tree().walk_tree(A)) == [(A, 0), (B, 0), (C, 0), (D, 1)]


def test_the_root_is_found_from_any_token() -> None:
    families = tree()
    assert [families.find_root(digest) for digest in (A, B, C, D)] == [A] * 4
    assert families.find_root("unknown") == "unknown"


def test_a_family_is_the_same_from_any_of_its_tokens() -> None:
    assert list(tree().walk_family(C)) == list(tree().walk_family(A)) == [A, B, C, D]
