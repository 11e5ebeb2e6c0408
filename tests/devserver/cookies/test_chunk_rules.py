"""Chunks are told by name, base and number, for each rule; so is what is missing or left over."""

from __future__ import annotations

import pytest

from session_inspector.devserver.cookies.chunk_rules import (
    AUTH0_PYTHON,
    AUTHJS,
    CHUNK_RULES,
    EXPRESS_OIDC,
    NEXTJS_AUTH0,
    OAUTH2_PROXY,
    ChunkGroup,
    ChunkRule,
    find_chunk,
    find_left_over,
    group_chunks,
    recognise_chunks,
)

ASPNET = ChunkRule(
    separator="C", size=4050, first=1, head="chunks-", names=(".AspNetCore.Cookies",)
)
H3 = ChunkRule(separator=".", size=4000, first=1, head="__chunked__", names=("h3",))


def only_group(names: list[str], rule: ChunkRule, **heads: str) -> ChunkGroup:
    (group,) = group_chunks({**dict.fromkeys(names, "x"), **heads}, [rule])
    return group


@pytest.mark.parametrize(
    ("rule", "base", "names"),
    [
        (NEXTJS_AUTH0, "__session", ["__session__0", "__session__1", "__session__2"]),
        (EXPRESS_OIDC, "appSession", ["appSession.0", "appSession.1", "appSession.2"]),
        (AUTHJS, "authjs.session-token", [f"authjs.session-token.{n}" for n in range(3)]),
        (AUTH0_PYTHON, "_a0_session", ["_a0_session_0", "_a0_session_1", "_a0_session_2"]),
        (OAUTH2_PROXY, "_oauth2_proxy", [f"_oauth2_proxy_{n}" for n in range(3)]),
        (ASPNET, ".AspNetCore.Cookies", [f".AspNetCore.CookiesC{n}" for n in (1, 2, 3)]),
        (H3, "h3", ["h3.1", "h3.2", "h3.3"]),
    ],
)
def test_each_rule_groups_its_chunks_and_misses_the_first(
    rule: ChunkRule, base: str, names: list[str]
) -> None:
    group = only_group(names[::-1], rule)
    assert (group.base, list(group.names), group.missing) == (base, names, ())
    assert only_group(names[1:], rule).missing == (names[0],)
    assert only_group([names[0], names[2]], rule).missing == (names[1],)


@pytest.mark.parametrize(("rule", "base"), [(ASPNET, ".AspNetCore.Cookies"), (H3, "h3")])
def test_a_head_announces_the_count(rule: ChunkRule, base: str) -> None:
    first, second, third = (rule.chunk_name(base, number) for number in (1, 2, 3))
    heads = {base: f"{rule.head}2"}
    whole = only_group([first, second], rule, **heads)
    assert (whole.names, whole.missing, whole.left_over) == ((first, second), (), ())
    assert only_group([first], rule, **heads).missing == (second,)
    longer = only_group([first, second, third], rule, **heads)
    assert (longer.names, longer.left_over) == ((first, second), (third,))


@pytest.mark.parametrize("value", ["", "chunks-", "chunks-x", "chunks-1000", "chunks-²", "2"])
def test_what_is_no_head_announces_nothing(value: str) -> None:
    assert ASPNET.read_announced_count(value) is None


@pytest.mark.parametrize("name", ["", "7", "__0", "a__0001", "theme", "a-1", "a__b", "s__0 "])
def test_other_names_are_no_chunks(name: str) -> None:
    assert NEXTJS_AUTH0.split_name(name) is None


def test_two_underscores_are_not_one() -> None:
    assert AUTH0_PYTHON.split_name("__session__0") is None
    assert find_chunk("__session__0", CHUNK_RULES) == ("__session", 0, NEXTJS_AUTH0)


def test_a_rule_that_knows_the_base_wins() -> None:
    assert find_chunk("h3.1", (AUTHJS, H3)) == ("h3", 1, H3)
    assert find_chunk("other.1", (H3, AUTHJS)) == ("other", 1, AUTHJS)
    assert find_chunk("_oauth2_proxy_1", CHUNK_RULES) == ("_oauth2_proxy", 1, OAUTH2_PROXY)


def test_a_common_separator_needs_a_known_name_or_a_full_chunk() -> None:
    sizes = {"step_2": 3, "_a0_session_1": 3, "mine_0": 3900, "mine_1": 20}
    found = [group.names for group in recognise_chunks(sizes)]
    assert found == [("_a0_session_1",), ("mine_0", "mine_1")]


def test_chunks_of_other_writes_are_left_over() -> None:
    names = ["__session", "__session__0", "__session.1", "other__0", "_a0_session_0"]
    assert find_left_over(["__session"], names, CHUNK_RULES) == ["__session__0", "__session.1"]
    assert find_left_over(["__session__0"], names, CHUNK_RULES) == ["__session.1"]
