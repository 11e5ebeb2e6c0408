"""URLs and forms as the SDK writes them."""

from __future__ import annotations

import pytest

from session_inspector.devserver.client.relying_party import (
    JARS,
    add_query,
    encode_form,
    find_jars,
)
from session_inspector.devserver.cookies.jar import Jars


def test_a_form_is_written_as_url_search_params_writes_it() -> None:
    assert encode_form({"a b": "*~/é", "c": ""}) == "a+b=*%7E%2F%C3%A9&c="


@pytest.mark.parametrize(("url", "found"), [("http://a/", "http://a/?x=1"), ("a?y", "a?y&x=1")])
def test_a_query_is_added_to_what_is_there(url: str, found: str) -> None:
    assert add_query(url, {"x": "1"}) == found


def test_the_cookies_of_a_scope_are_the_middleware_s_else_the_header_s() -> None:
    jars = Jars()
    headers = [(b"host", b"a"), (b"cookie", b"a=1; b=2")]
    assert find_jars({JARS: jars, "headers": headers}) is jars
    found = find_jars({"headers": headers})
    assert list(found.request.items()) == [("a", "1"), ("b", "2")]
    assert list(find_jars({"headers": []}).request.items()) == []
