"""The cookies of a report are listed, of very many the first, and that is said."""

from __future__ import annotations

from session_inspector.inspector.decode.parts import MOST, describe_parts, describe_unlisted
from session_inspector.inspector.decode.paste import read_cookie_header


def test_each_cookie_has_its_bytes_and_what_browsers_do() -> None:
    (part,) = describe_parts(read_cookie_header("sid=ä1"), "")
    assert (part.name, part.size) == ("sid", 6)
    assert [keeping.browser for keeping in part.browsers] == ["Chrome", "Firefox", "Safari"]


def test_of_very_many_the_first_are_listed_and_that_is_said() -> None:
    cookies = read_cookie_header("; ".join(f"c{number}=v" for number in range(MOST + 1)))
    assert len(describe_parts(cookies, "")) == MOST
    assert describe_unlisted(cookies) == f"only the first {MOST} of {MOST + 1} cookies are listed"
    assert describe_unlisted(cookies[:MOST]) == ""
