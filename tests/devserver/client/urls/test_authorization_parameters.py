"""Which scopes and authorization parameters are sent, and which are refused."""

from __future__ import annotations

import pytest

from session_inspector.devserver.client.urls.authorization_parameters import (
    DEFAULT_SCOPE,
    AuthorizationParameters,
    merge_scopes,
    read_authorization_parameters,
    split_scope,
)
from session_inspector.devserver.core.errors import InputError


def test_scopes_are_merged_in_order_without_repeats() -> None:
    assert merge_scopes("a b", "b  c", "") == "a b c"


def test_only_spaces_part_scopes() -> None:
    assert split_scope("  a\tb  c ") == ["a\tb", "c"]


@pytest.mark.parametrize("scope", [None, "", {}])
def test_without_a_scope_it_is_the_default(scope: str | dict[str, str] | None) -> None:
    given: AuthorizationParameters = {"audience": "api", "scope": scope}
    found = read_authorization_parameters(given)
    assert found.parameters == {"audience": "api", "scope": DEFAULT_SCOPE}


def test_parameters_are_texts_in_their_order_and_none_is_not_sent() -> None:
    given: AuthorizationParameters = {"max_age": 0, "prompt": None, "ext": True, "scope": "openid"}
    found = read_authorization_parameters(given).parameters
    assert [*found.items()] == [("max_age", "0"), ("ext", "true"), ("scope", "openid")]


@pytest.mark.parametrize(
    "scope", ["profile", "OpenID", "openid2", "openid,profile", " ", "a\nopenid"]
)
def test_a_scope_without_openid_is_refused_with_what_to_do(scope: str) -> None:
    with pytest.raises(InputError, match=r"has no 'openid': .* Fix: scope='openid"):
        read_authorization_parameters({"scope": scope})


def test_a_scope_may_be_one_for_each_audience() -> None:
    given: AuthorizationParameters = {"audience": "a", "scope": {"a": "openid x", "b": "y"}}
    found = read_authorization_parameters(given)
    assert found.parameters["scope"] == "openid x"
    assert found.scopes == {"a": "openid x", "b": "y"}
    others: AuthorizationParameters = {"audience": "a", "scope": {"b": "y"}}
    assert read_authorization_parameters(others).scopes == {"b": "y", "a": DEFAULT_SCOPE}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"scope": {"a": "openid"}}, "no audience is configured"),
        ({"scope": 5}, "scope is 5"),
        ({"prompt": {"a": "b"}}, "prompt in authorization_parameters is"),
        ({"audience": "a", "scope": {"a": "x"}}, "has no 'openid'"),
    ],
)
def test_what_is_no_parameter_is_refused(given: AuthorizationParameters, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_authorization_parameters(given)
