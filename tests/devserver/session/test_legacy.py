"""Sessions of v3 in v4's shape."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.errors import SealError
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.session.legacy import (
    from_legacy,
    from_legacy_record,
    is_legacy,
)


@pytest.mark.parametrize(
    ("header", "found"), [({"iat": 1}, True), ({"iat": 0}, False), ({"exp": 1}, False)]
)
def test_a_truthy_iat_marks_a_header_of_v3(header: JsonObject, found: bool) -> None:
    assert is_legacy(header) is found


def test_each_member_takes_its_new_place_and_absent_ones_stay_absent() -> None:
    old: JsonObject = {"user": {"sub": "u"}, "idToken": "i", "own": 1}
    assert from_legacy(old, 100) == {
        "user": {"sub": "u"},
        "tokenSet": {"idToken": "i"},
        "internal": {"createdAt": 100},
    }


@pytest.mark.parametrize("session", [{"user": None}, {}, None])
def test_a_session_without_a_user_is_an_error(session: Json) -> None:
    with pytest.raises(SealError) as caught:
        from_legacy(session, 100)
    assert caught.value.code == "TypeError"


@pytest.mark.parametrize("user", ["u", 5, [], {}])
def test_a_user_that_is_no_object_is_kept(user: Json) -> None:
    found = from_legacy({"user": user}, 100)
    assert found == {"user": user, "tokenSet": {}, "internal": {"createdAt": 100}}


def test_a_token_that_is_null_is_none() -> None:
    old: JsonObject = {"user": {}, "idToken": None, "accessToken": None, "refreshToken": None}
    assert from_legacy(old, 100)["tokenSet"] == {"refreshToken": None}


def test_a_row_of_v4_is_returned_as_it_is() -> None:
    record: JsonObject = {"user": {"sub": "u"}, "header": {"iat": 0}}
    assert from_legacy_record(record) is record


def test_a_row_of_v3_without_data_is_an_error() -> None:
    with pytest.raises(SealError):
        from_legacy_record({"header": {"iat": 1}})
