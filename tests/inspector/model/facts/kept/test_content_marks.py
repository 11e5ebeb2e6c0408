"""Marks are equal where the values are, and only there."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from session_inspector.devserver.core.values import Secret, Shown
from session_inspector.inspector.model.facts.kept.content_marks import (
    NOTHING,
    ContentMarks,
    mark_value,
)

SECRETS = st.builds(Secret.of, st.text(max_size=3))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.integers(),
    st.sampled_from([2**61 - 1, 2**61, -(2**61), 2**64]),
    st.floats(allow_nan=False, width=16),
    st.text(max_size=3),
    SECRETS,
)
VALUES: st.SearchStrategy[Shown] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
    ),
    max_leaves=4,
)
MEMBERS = st.dictionaries(st.sampled_from("abcd"), SCALARS, max_size=4)


@given(SCALARS, SCALARS)
def test_marks_are_equal_where_the_values_are(one: Shown, other: Shown) -> None:
    assert (mark_value(one) == mark_value(other)) == (one == other)


@given(VALUES)
def test_a_mark_is_one_of_64_bits_and_always_the_same(value: Shown) -> None:
    assert -(2**63) <= mark_value(value) < 2**63
    assert mark_value(value) == mark_value(value)


def test_what_only_looks_alike_has_another_mark() -> None:
    alike: list[Shown] = ["1", 1, 2, -1, -2, None, "", "None", [1], ["1"], {"1": 1}, 1.5, math.inf]
    alike += [Secret.of("1"), str(Secret.of("1")), True is False, [], {}]
    marks = [mark_value(value) for value in alike]
    assert len(set(marks)) == len(alike)


@given(MEMBERS, MEMBERS)
def test_contents_are_compared_as_mappings_are(
    one: dict[str, Shown], other: dict[str, Shown]
) -> None:
    turned = dict(reversed(one.items()))
    assert ContentMarks(one) == ContentMarks(turned)
    assert (ContentMarks(one) == ContentMarks(other)) == (one == other)
    assert ContentMarks(one).to_dict() == {name: mark_value(one[name]) for name in one}


def test_nothing_is_equal_to_nothing_and_to_no_mapping() -> None:
    assert ContentMarks({}) == NOTHING
    assert NOTHING != {}


def test_no_value_is_in_it() -> None:
    marks = ContentMarks({"tokenSet.accessToken": Secret.of("hidden"), "name": "Zoe"})
    assert repr(marks) == "ContentMarks(tokenSet.accessToken, name)"
