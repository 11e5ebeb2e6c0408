"""What a format has beside its values."""

from __future__ import annotations

from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.traits import TimeMembers, Traits


def test_a_format_s_own_clocks_are_no_content() -> None:
    koa = Traits(clock_members=frozenset({"_expire", "_maxAge"}))
    before: JsonObject = {"user": "bob", "_expire": 5, "_maxAge": 9}
    assert koa.without_clocks(before) == {"user": "bob"}
    assert Traits().without_clocks(before) == before, "of another format it is a member as others"
    asp = Traits(time_members=TimeMembers(inside="p", created="made", expires="ends"))
    assert asp.without_clocks({"p": {"made": 1, "ends": 2, "by": 3}, "ends": 4}) == {
        "p": {"made": 1, "by": 3},
        "ends": 4,
    }


def test_a_session_of_clocks_and_of_what_visitors_get_is_a_visitor_s() -> None:
    times = TimeMembers(inside="meta", created="made", touched="used")
    found = Traits(
        time_members=times,
        clock_members=frozenset({"_expire"}),
        visitor_members=frozenset({"csrf"}),
    )
    assert found.is_of_visitor({"meta": {"made": 1, "used": 2}, "_expire": 3, "csrf": "x"})
    assert not found.is_of_visitor({"meta": {"made": 1, "by": "bob"}, "csrf": "x"})
    assert not Traits().is_of_visitor({"csrf": "x"}), "what it is there nobody has said"
