"""What counts of a token endpoint's answer, and what is refused as the SDK does.

The answers of the real package are in tests/vectors/nextjs-auth0-edges.json (`edge_answer_…`).
"""

from __future__ import annotations

import json

import pytest

from session_inspector.devserver.client.tokens.answer import read_token_answer
from session_inspector.devserver.core.errors import OAuthError

GOOD = {"access_token": "a", "token_type": "Bearer"}


def read(**members: object) -> dict[str, object]:
    return {**read_token_answer(json.dumps({**GOOD, **members}).encode())}


def test_only_the_members_of_a_grant_are_read() -> None:
    texts = {"refresh_token": "r", "id_token": "i", "scope": ""}
    found = read(**texts, expires_in=60, error="x", other=1)
    assert found == {"access_token": "a", "token_type": "bearer", **texts, "expires_in": 60}


@pytest.mark.parametrize(
    ("given", "seconds"),
    [(0, 0), (7.5, 7.5), (8.0, 8), ("77", 77), (" 7.5 s", 7.5), ([5], 5), ("-0", 0)],
)
def test_a_lifetime_is_a_number_or_what_a_text_begins_with(given: object, seconds: float) -> None:
    found = read(expires_in=given)["expires_in"]
    assert (found, type(found)) == (seconds, type(seconds))


NO_TEXT: list[object] = [None, 5, []]
REFUSED: dict[str, list[object]] = {
    "expires_in": [-1, "-1", "", "soon", None, True, [], {}, "1e400"],
    "access_token": ["", *NO_TEXT],
    "token_type": ["", "mac", " bearer", "N_A", *NO_TEXT],
    "refresh_token": ["", *NO_TEXT],
    "id_token": ["", *NO_TEXT],
    "scope": NO_TEXT,
}


@pytest.mark.parametrize(
    ("member", "value"), [(name, value) for name, values in REFUSED.items() for value in values]
)
def test_what_the_sdk_refuses_is_refused_by_name(member: str, value: object) -> None:
    with pytest.raises(OAuthError, match=member) as refused:
        read(**{member: value})
    assert refused.value.code == "invalid_token_response"


@pytest.mark.parametrize("member", GOOD)
def test_what_is_missing_is_named(member: str) -> None:
    rest = {name: value for name, value in GOOD.items() if name != member}
    with pytest.raises(OAuthError, match=f"has no {member}"):
        read_token_answer(json.dumps(rest).encode())


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"access_token":"a","x":NaN}'])
def test_what_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"JSON|Expecting|NaN"):
        read_token_answer(text.encode())


def test_a_byte_order_mark_means_nothing() -> None:
    assert read_token_answer(b"\xef\xbb\xbf" + json.dumps(GOOD).encode())["access_token"] == "a"
