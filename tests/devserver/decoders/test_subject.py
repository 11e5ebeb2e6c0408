"""Whose session it is, wherever frameworks put the user."""

from __future__ import annotations

import base64
import json

import pytest

from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.subject import (
    find_accounts,
    find_label,
    find_subject,
    is_another_account,
    is_another_user,
    is_of_nobody,
    token_claims,
)


def token(claims: JsonObject) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"e30.{body}.signature"


@pytest.mark.parametrize(
    ("payload", "subject"),
    [
        ({"user": {"sub": "google|1", "email": "zoe@example.com"}}, "google|1 · zoe@example.com"),
        ({"passport": {"user": 7}}, "7"),
        ({"_auth_user_id": "3"}, "3"),
        ({"deep": {"userinfo": {"name": "Zoe"}}}, "Zoe"),
        ({"id_token": token({"sub": "auth0|2"})}, "auth0|2"),
        ({"user": {"sub": "same", "email": "same"}}, "same"),
        ({"user": {"sub": ""}, "cart": [1]}, ""),
        ({"id_token": "no.token"}, ""),
        ({}, ""),
    ],
)
def test_the_user_is_found(payload: JsonObject, subject: str) -> None:
    assert find_subject(payload) == subject


ZOE: JsonObject = {"sub": "local|zoe", "email": "zoe@example.com", "name": "Zoe"}
CODED = "local|zoe · zoe@example.com"


@pytest.mark.parametrize(
    ("payload", "label"),
    [
        ({"id_token": token(ZOE)}, "Zoe"),
        ({"cookie": {}, "data": {"idToken": token(ZOE)}}, "Zoe"),
        ({"id_token": token({**ZOE, "name": ""})}, CODED),
        ({"id_token": token({**ZOE, "name": 7})}, CODED),
        ({"user": {"sub": "bob"}, "id_token": token(ZOE)}, "bob"),
        ({"id_token": "no.token"}, ""),
        (ZOE, CODED),
    ],
)
def test_people_read_the_name_of_the_id_token_that_names_the_user(
    payload: JsonObject, label: str
) -> None:
    assert find_label(payload) == label


@pytest.mark.parametrize("text", ["", "a.b", "a.%%.c", "a.e30", "a.W10.c"])
def test_a_text_that_is_no_token_has_no_claims(text: str) -> None:
    assert token_claims(text) == {}


@pytest.mark.parametrize(
    ("before", "after", "is_another"),
    [
        ("ann", "bob", True),
        ("1 · ann", "2 · ann", True),
        ("1 · ann@a", "1 · ann@b", False),
        ("ann@a", "1 · ann@a", False),
        ("1 · ann@a", "ann@a", False),
        ("", "ann", False),
        ("ann", "", False),
    ],
)
def test_two_users_are_told_apart_by_what_is_known_of_both(
    before: str, after: str, is_another: bool
) -> None:
    assert is_another_user(before, after) is is_another


@pytest.mark.parametrize(
    ("content", "is_nobodys"),
    [
        ({}, True),
        ({"iat": 1, "exp": 2}, True),
        ({"user": None, "roles": [], "state": "deleted", "passport": {}}, True),
        ({"_csrf/login": "x", "flash": ["bye"]}, True),
        ({"_csrf": "x"}, False),
        ({"flash": ["bye"], "cart": 0}, False),
        ({"flash": ["bye"], "user": "bob"}, False),
    ],
)
def test_a_session_of_nobody_holds_nothing_or_what_visitors_get(
    content: JsonObject, is_nobodys: bool
) -> None:
    assert is_of_nobody(content, {"_csrf/*", "flash"}) is is_nobodys


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"_user_id": "1"}, {"_user_id": "2"}, True),
        ({"passport": {"user": 7}}, {"passport": {"user": 8}}, True),
        ({"user": {"id": 1, "name": "Zoe"}}, {"user": {"id": 2, "name": "Zoe"}}, True),
        ({"id_token": token({"sub": "a"})}, {"id_token": token({"sub": "b"})}, True),
        ({"user": "zoe"}, {"user": "bob"}, True),
        ({"user": {"id": 1, "name": "Zoe"}}, {"user": {"id": 1, "name": "Bob"}}, False),
        ({"email": "zoe@a"}, {"email": "zoe@b"}, False),
        ({"user": "zoe"}, {"user": "zoe", "user_id": 1}, False),
        ({"user": "zoe"}, {"user_id": 1}, False),
        ({"pending": "zoe"}, {"user_id": 1}, False),
    ],
)
def test_another_account_is_another_user_whatever_he_is_called(
    before: JsonObject, after: JsonObject, *, expected: bool
) -> None:
    assert is_another_account(before, after) is expected


def test_a_name_or_an_address_is_no_account() -> None:
    assert find_accounts({"email": "zoe@a", "name": "Zoe", "cart": {"user_id": 1}}) == {}
