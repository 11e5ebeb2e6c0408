"""A kept request is sent again, with its own cookies, none, or others; what may change is asked."""

from __future__ import annotations

import json

import pytest

from session_inspector.devserver.core.commands import InspectRequest, Resend
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.web.kept_requests import KeptRequests
from session_inspector.devserver.web.resending import Resender, first_cookie_line, make_cookie_line

ASPNET = ".AspNetCore.Cookies"
LINE = "__session__0=a; __session__1=b; theme=dark; __session_other=c"


def resender(kept: KeptRequests) -> Resender:
    return Resender(kept, "http://127.0.0.1:1")


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (Resend(exchange="x1"), LINE),
        (Resend(exchange="x1", cookies="none"), ""),
        (
            Resend(exchange="x1", cookies="replaced", cookie="__session=new"),
            "theme=dark; __session_other=c; __session=new",
        ),
        (
            Resend(exchange="x1", cookies="replaced", cookie="__session__0=x; __session__1=y"),
            "theme=dark; __session_other=c; __session__0=x; __session__1=y",
        ),
    ],
)
def test_other_cookies_take_the_place_of_those_of_their_name_in_chunks_too(
    command: Resend, line: str
) -> None:
    assert make_cookie_line(LINE, command) == line


@pytest.mark.parametrize(
    ("line", "name", "stays"),
    [
        ("_a0_session_0=a; _a0_session_1=b; step_2=c", "_a0_session", "step_2=c"),
        (
            ".AspNetCore.Cookies=chunks-2; .AspNetCore.CookiesC1=a; ABC1=c",
            ".AspNetCore.Cookies",
            "ABC1=c",
        ),
        ("h3=__chunked__2; h3.1=a; h3.2=b; v.1=c", "h3", "v.1=c"),
    ],
)
def test_chunks_of_every_family_give_way_and_what_only_looks_like_one_stays(
    line: str, name: str, stays: str
) -> None:
    command = Resend(exchange="x1", cookies="replaced", cookie=f"{name}=new")
    assert make_cookie_line(line, command) == f"{stays}; {name}=new"


def test_several_cookie_lines_are_one() -> None:
    kept = KeptRequests().begin("x1", "GET", "/", ((b"cookie", b"a=1"), (b"cookie", b"b=2")))
    assert first_cookie_line(kept) == "a=1; b=2"


async def test_what_is_kept_is_shown_as_json() -> None:
    kept = KeptRequests()
    kept.begin("x1", "GET", "/a", ())
    reply = await resender(kept).run(InspectRequest(exchange="x1"))
    assert json.loads(reply.value)["target"] == "/a"


@pytest.mark.parametrize("command", [InspectRequest(exchange="x9"), Resend(exchange="x9")])
async def test_what_is_no_longer_kept_says_so(command: InspectRequest | Resend) -> None:
    with pytest.raises(InspectorError, match="no longer kept"):
        await resender(KeptRequests()).run(command)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_anything_but_get_and_head_needs_an_answer_first(method: str) -> None:
    kept = KeptRequests()
    kept.begin("x1", method, "/a", ())
    with pytest.raises(InspectorError, match="may change something"):
        await resender(kept).run(Resend(exchange="x1"))


async def test_half_of_a_body_is_not_sent() -> None:
    kept = KeptRequests()
    kept.begin("x1", "POST", "/a", ()).add_body(b"a" * 100_000)
    with pytest.raises(InspectorError, match="beginning of its body"):
        await resender(kept).run(Resend(exchange="x1", is_sure=True))


async def test_an_app_that_is_away_is_said() -> None:
    kept = KeptRequests()
    kept.begin("x1", "GET", "/a", ())
    with pytest.raises(InspectorError, match="no answer"):
        await resender(kept).run(Resend(exchange="x1"))
