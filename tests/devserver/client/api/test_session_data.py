"""A session that an app changed: what JSON holds, and what it does not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from session_inspector import InputError, SessionData
from session_inspector.devserver.client.api.session_data import read_session

SESSION: SessionData = {
    "user": {"sub": "alice"},
    "tokenSet": {"accessToken": "a"},
    "internal": {"createdAt": 1},
}


class Cart(SessionData, total=False):
    """A session with a member of an app's own."""

    cart: list[str]


def test_members_of_an_app_s_own_are_kept() -> None:
    mine: Cart = {**SESSION, "cart": ["tea"]}
    assert read_session(mine) == {**SESSION, "cart": ["tea"]}
    assert read_session({"a": (1, 2.5, None, True, {"b": "c"})}) == {
        "a": [1, 2.5, None, True, {"b": "c"}]
    }


@pytest.mark.parametrize(
    ("session", "said"),
    [
        ({"user": {"seen": datetime(2026, 1, 1, tzinfo=UTC)}}, "user.seen is a datetime"),
        ({"cart": ["tea", {"x"}]}, r"cart\[1\] is a set"),
        ({"raw": b"x"}, "raw is a bytes"),
        ({"prices": {7: "tea"}}, "prices has the key 7"),
    ],
)
def test_what_json_cannot_hold_is_named(session: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=f"the session's {said}.*Fix: "):
        read_session(session)
