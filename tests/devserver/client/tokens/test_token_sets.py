"""Which stored token answers a question, when it is due, and where a fresh one is put."""

from __future__ import annotations

import pytest

from session_inspector.devserver.client.tokens.token_sets import (
    TokenQuery,
    add_shared,
    default_claims,
    expiry_after,
    expiry_of,
    has_scopes,
    is_due,
    select_token_set,
    store_token_set,
)
from session_inspector.devserver.core.values import JsonObject

DEFAULT = TokenQuery(scope="openid profile")
MAIN: JsonObject = {"accessToken": "main", "refreshToken": "r", "requestedScope": "openid profile"}
EXTRAS: JsonObject = {
    "tokenSet": MAIN,
    "accessTokens": [
        {"accessToken": "wide", "audience": "api", "scope": "a b c", "requestedScope": "a b c"},
        {"accessToken": "narrow", "audience": "api", "scope": "a", "requestedScope": "a b"},
        {"accessToken": "other", "audience": "else", "scope": "a"},
    ],
}


@pytest.mark.parametrize(
    ("asked", "token"),
    [
        (TokenQuery(), "main"),
        (TokenQuery(scope="openid"), "main"),
        (TokenQuery(scope="openid email"), None),
        (TokenQuery(audience="api", scope="a"), "narrow"),
        (TokenQuery(audience="api", scope="a c"), "wide"),
        (TokenQuery(audience="api", scope="d"), None),
        (TokenQuery(audience="else", scope="a"), "other"),
        (TokenQuery(audience="else"), None),  # it was requested with a scope
        (TokenQuery(audience="nobody"), None),
    ],
)
def test_the_narrowest_fitting_token_is_selected(asked: TokenQuery, token: str | None) -> None:
    assert select_token_set(EXTRAS, asked, DEFAULT).get("accessToken") == token


@pytest.mark.parametrize(
    ("expires", "buffer", "due"),
    [
        (101, 0, False),
        (100, 0, True),
        (110, 9, False),
        (110, 10, True),
        ("101", 0, False),
        ("", 0, True),
        (None, 0, True),
    ],
)
def test_a_token_is_due_at_its_exact_second(expires: object, buffer: float, due: bool) -> None:
    found: JsonObject = {"accessToken": "a", "expiresAt": expires}  # type: ignore[dict-item]  # JSON
    assert is_due(found, 100, buffer) is due
    assert is_due({"expiresAt": 999}, 100, 0)


def test_expiry_as_text_is_a_number() -> None:
    assert [expiry_of({"expiresAt": v}) for v in ("12", "x", True, 3)] == [12.0, None, None, 3]


def test_a_fresh_main_token_replaces_the_main_one_and_no_change_is_no_write() -> None:
    fresh: JsonObject = {**MAIN, "accessToken": "new"}
    changed = store_token_set(EXTRAS, fresh, TokenQuery(), DEFAULT)
    assert changed is not None
    assert changed["tokenSet"] == fresh
    assert store_token_set(EXTRAS, MAIN, TokenQuery(), DEFAULT) is None


def test_the_same_token_with_an_unknown_end_is_written_again() -> None:
    unknown: JsonObject = {**MAIN, "expiresAt": None}
    session: JsonObject = {"tokenSet": unknown}
    changed = store_token_set(session, unknown, TokenQuery(), DEFAULT)
    assert changed == session


def test_a_token_of_another_audience_is_appended_and_shares_the_refresh_token() -> None:
    fresh: JsonObject = {"accessToken": "n", "refreshToken": "r2", "idToken": "i", "scope": "x"}
    changed = store_token_set(
        {"tokenSet": MAIN}, fresh, TokenQuery(audience="new", scope="x"), DEFAULT
    )
    assert changed is not None
    assert changed["tokenSet"] == {**MAIN, "refreshToken": "r2", "idToken": "i"}
    assert changed["accessTokens"] == [{"accessToken": "n", "scope": "x", "audience": "new"}]


def test_a_token_whose_request_covers_it_is_replaced_in_place() -> None:
    fresh: JsonObject = {"accessToken": "n", "scope": "a"}
    changed = store_token_set(EXTRAS, fresh, TokenQuery(audience="api", scope="c"), DEFAULT)
    assert changed is not None
    extras = changed["accessTokens"]
    assert isinstance(extras, list)
    assert [e["accessToken"] for e in extras if isinstance(e, dict)] == ["n", "narrow", "other"]
    assert len(extras) == 3


def test_the_same_token_again_is_no_write() -> None:
    fresh: JsonObject = {"accessToken": "narrow", "scope": "a", "expiresAt": 5}
    assert store_token_set(EXTRAS, fresh, TokenQuery(audience="api", scope="a"), DEFAULT) is None


def test_an_entry_has_the_members_of_a_token_only() -> None:
    fresh: JsonObject = {"more": 1, "token_type": "bearer", "expiresAt": None, "accessToken": "n"}
    changed = store_token_set({"tokenSet": MAIN}, fresh, TokenQuery(audience="new"), DEFAULT)
    assert changed is not None
    entry = {"accessToken": "n", "expiresAt": None, "audience": "new", "token_type": "bearer"}
    assert changed["accessTokens"] == [entry]


def test_a_stored_token_is_read_with_what_all_share() -> None:
    found: JsonObject = {"accessToken": "other"}
    assert add_shared(EXTRAS, found) == {"accessToken": "other", "refreshToken": "r"}


@pytest.mark.parametrize(
    ("stored", "scope", "is_found"),
    [
        ({"requestedScope": "", "scope": "x"}, "", True),
        ({"requestedScope": "", "scope": "x"}, "x", False),
        ({"requestedScope": None, "scope": "x"}, "x", True),
        ({"scope": "x"}, "", False),
        ({"scope": ""}, "", True),
        ({}, "", False),
    ],
)
def test_an_empty_request_is_one_and_only_without_any_the_grant_counts(
    stored: JsonObject, scope: str, is_found: bool
) -> None:
    entry: JsonObject = {"accessToken": "found", "audience": "a", **stored}
    session: JsonObject = {"tokenSet": MAIN, "accessTokens": [entry]}
    found = select_token_set(session, TokenQuery(audience="a", scope=scope), DEFAULT)
    assert (found == entry) is is_found


def test_equal_grants_are_merged() -> None:
    fresh: JsonObject = {"accessToken": "n", "scope": "c b a", "requestedScope": "a z"}
    changed = store_token_set(EXTRAS, fresh, TokenQuery(audience="api", scope="a z"), DEFAULT)
    assert changed is not None
    extras = changed["accessTokens"]
    assert isinstance(extras, list)
    first = extras[0]
    assert isinstance(first, dict)
    assert first["requestedScope"] == "a b c z"


def test_without_an_audience_nothing_is_kept_beside_the_main_token() -> None:
    assert store_token_set(EXTRAS, {"accessToken": "n"}, TokenQuery(scope="more"), DEFAULT) is None


def test_only_known_claims_are_kept_in_their_order() -> None:
    assert list(default_claims({"email": 1, "roles": 2, "sub": 3, "act": {}})) == [
        "email",
        "sub",
        "act",
    ]
    assert default_claims({}) == {}


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        ({"expires_in": 60}, 1060),
        ({"expires_in": 7.5}, 1007.5),
        ({}, None),
        ({"expires_in": 0}, 1000),
    ],
)
def test_a_token_ends_its_lifetime_after_the_whole_second_of_now(
    answer: JsonObject, end: float | None
) -> None:
    assert expiry_after(answer, 1000.9) == end


def test_scopes_are_sets() -> None:
    assert has_scopes("a b", "b") is True
    assert (has_scopes(None, "a"), has_scopes("", ""), has_scopes("a", "a b")) == (
        False,
        True,
        False,
    )
