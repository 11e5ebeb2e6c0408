"""What exports, events and logs hold is read; what was taken out of them is no value."""

from __future__ import annotations

import json

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.decode.captures import READERS
from session_inspector.inspector.decode.inputs.shell_words import split_words
from session_inspector.inspector.decode.paste import Pasted, read_paste, to_jar

WIRE = "connect.sid=s%3Aabc.def; theme=dark"
SENT = {"connect.sid": "s:abc.def", "theme": "dark"}
AS_OBJECTS = [{"name": "Host", "value": "x"}, {"name": "Cookie", "value": WIRE}]
ANSWER = {"set-cookie": ["connect.sid=s%3Aabc.def; Path=/", "theme=dark"]}
EVENT_V2 = {"version": "2.0", "rawPath": "/", "cookies": WIRE.split("; "), "headers": {"host": "x"}}
EVENT_V1 = {
    "resource": "/",
    "headers": {"Host": "x", "Cookie": WIRE},
    "multiValueHeaders": {"Host": ["x"], "Cookie": [WIRE]},
    "requestContext": {"stage": "prod"},
}
ALB = {"requestContext": {"elb": {}}, "headers": {"host": "x", "cookie": WIRE}}
ALB_MANY = {"requestContext": {"elb": {}}, "multiValueHeaders": {"cookie": WIRE.split("; ")}}
EDGE = {
    "Records": [{"cf": {"request": {"headers": {"cookie": [{"key": "Cookie", "value": WIRE}]}}}}]
}
CLOUDFRONT = {
    "request": {"cookies": {"connect.sid": {"value": "s%3Aabc.def"}, "theme": {"value": "dark"}}}
}
ANSWER_V2 = {
    "statusCode": 200,
    "cookies": ["connect.sid=s%3Aabc.def; Path=/; HttpOnly", "theme=dark"],
}
EDIT_THIS_COOKIE = [
    {
        "domain": ".x.example",
        "expirationDate": 2145916800.5,
        "hostOnly": False,
        "httpOnly": True,
        "name": "connect.sid",
        "path": "/",
        "sameSite": "unspecified",
        "secure": False,
        "session": False,
        "storeId": "0",
        "value": "s%3Aabc.def",
        "id": 1,
    },
    {"domain": "x.example", "name": "theme", "value": "dark", "path": "/", "session": True},
]
COOKIE_EDITOR = [
    {
        "name": "connect.sid",
        "value": "s%3Aabc.def",
        "domain": "x.example",
        "hostOnly": True,
        "path": "/",
        "secure": False,
        "httpOnly": True,
        "sameSite": None,
        "session": True,
        "firstPartyDomain": "",
        "partitionKey": None,
        "storeId": None,
    },
    {"name": "theme", "value": "dark", "domain": "x.example", "path": "/", "sameSite": "lax"},
]
QUICK_MANAGER = [
    {
        "Host raw": "http://x.example/",
        "Name raw": "connect.sid",
        "Path raw": "/",
        "Content raw": "s%3Aabc.def",
        "Expires": "01-01-2038 00:00:00",
        "Expires raw": "2145916800",
        "Send for": "Any type of connection",
        "Send for raw": "false",
        "HTTP only raw": "true",
        "SameSite raw": "lax",
        "This domain only": "Valid for host only",
        "This domain only raw": "true",
        "Store raw": "firefox-default",
        "First Party Domain": "",
    },
    {"Host raw": "http://x.example/", "Name raw": "theme", "Content raw": "dark", "Path raw": "/"},
]
STORAGE_STATE = {
    "cookies": [
        {
            "name": "connect.sid",
            "value": "s%3Aabc.def",
            "domain": "x.example",
            "path": "/",
            "expires": -1,
            "httpOnly": True,
            "secure": False,
            "sameSite": "Lax",
        },
        {"name": "theme", "value": "dark", "domain": "x.example", "path": "/", "expires": -1},
    ],
    "origins": [],
}
FIREFOX_PANEL = {
    "Response Cookies": {"connect.sid": {"httpOnly": True, "path": "/", "value": "s%3Aabc.def"}},
    "Request Cookies": {"theme": "dark"},
}
LWP = """#LWP-Cookies-2.0
Set-Cookie3: connect.sid="s%3Aabc.def"; path="/"; domain=x.example; expires="2038-01-01 00:00:00Z";
Set-Cookie3: theme=dark; path="/"; domain=x.example; discard; version=0
"""
DEVTOOLS = (
    "Name\tValue\tDomain\tPath\tExpires / Max-Age\tSize\tHttpOnly\tSecure\tSameSite\n"
    "connect.sid\ts%3Aabc.def\tx.example\t/\t2038-01-01T00:00:00.000Z\t24\t✓\t\tLax\n"
    "theme\tdark\tx.example\t/\tSession\t9\t\t\t\n"
)
NGINX = (
    '127.0.0.1 - - [28/Nov/2026:17:29:27 +0000] "GET /a?b=1;c=2 HTTP/1.1" 200 12'
    ' "http://x.example/?q=1" "Mozilla/5.0 (X11; rv:140.0)" "connect.sid=s%3Aabc.def; theme=dark"'
)
JSON_LOG = json.dumps({"time": "2026-11-28T17:29:27Z", "status": 200, "http_cookie": WIRE})
CADDY = json.dumps({"request": {"host": "x", "headers": {"Cookie": [WIRE]}}})
PYTHON = "{'Host': 'x', 'Accept': '*/*', 'Cookie': 'connect.sid=s%3Aabc.def; theme=dark'}"
ASGI = "{'headers': [(b'host', b'x'), (b'cookie', b'connect.sid=s%3Aabc.def; theme=dark')]}"
META = "{'HTTP_HOST': 'x', 'HTTP_COOKIE': 'connect.sid=s%3Aabc.def; theme=dark', 'a': True}"


def read(text: str) -> list[Pasted]:
    return read_paste(text, READERS)


def jar(pasted: Pasted) -> dict[str, str]:
    return dict(to_jar(pasted.cookies).items())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (json.dumps({"host": "x", "user-agent": "y", "cookie": WIRE}), "headers as JSON"),
        (json.dumps({"Host": ["x"], "Cookie": [WIRE]}), "headers as JSON"),
        (json.dumps(["Host", "x", "Cookie", WIRE]), "headers as JSON"),
        (json.dumps([["host", "x"], ["cookie", WIRE]]), "headers as JSON"),
        (json.dumps(AS_OBJECTS), "headers as JSON"),
        (json.dumps({"method": "GET", "headers": {"cookie": WIRE}}), "headers as JSON"),
        (json.dumps(ANSWER), "headers as JSON"),
        (json.dumps(EVENT_V2), "an AWS event"),
        (json.dumps(EVENT_V1), "an AWS event"),
        (json.dumps(ALB), "an AWS event"),
        (json.dumps(ALB_MANY), "an AWS event"),
        (json.dumps(EDGE), "an AWS event"),
        (json.dumps(CLOUDFRONT), "headers as JSON"),
        (json.dumps(ANSWER_V2), "headers as JSON"),
        (json.dumps(EDIT_THIS_COOKIE), "a browser's export"),
        (json.dumps(COOKIE_EDITOR), "a browser's export"),
        (json.dumps(QUICK_MANAGER), "a browser's export"),
        (json.dumps(STORAGE_STATE), "a browser's export"),
        (json.dumps(FIREFOX_PANEL), "headers as JSON"),
        (LWP, "a browser's export"),
        (DEVTOOLS, "a browser's export"),
        (f"accept:\n*/*\ncookie:\n{WIRE}\nhost:\nx", "headers of a network panel"),
        (f":authority\nx\nCookie\n{WIRE}", "headers of a network panel"),
        (NGINX, "log lines"),
        (f"{NGINX}\n{NGINX}", "log lines"),
        (f'2026-11-28T17:29:27Z GET / status=200 cookie="{WIRE}"', "log lines"),
        (f"2026-11-28 17:29:27 INFO request Cookie: {WIRE}", "log lines"),
        (JSON_LOG, "headers as JSON"),
        (f"{JSON_LOG}\n{JSON_LOG}", "JSON log lines"),
        (CADDY, "headers as JSON"),
        (PYTHON, "a printed object"),
        (ASGI, "a printed object"),
        (META, "a printed object"),
    ],
)
def test_what_people_have_at_hand_is_read(text: str, kind: str) -> None:
    (found,) = read(text)
    assert (found.kind, jar(found)) == (kind, SENT)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        (json.dumps(EDIT_THIS_COOKIE[:1]), 2145916800.5),
        (json.dumps(QUICK_MANAGER[:1]), 2145916800.0),
        (json.dumps([{"name": "a", "value": "1", "expiry": 2145916800}]), 2145916800.0),
        (json.dumps([{"name": "a", "value": "1", "expires": 2145916800000}]), 2145916800.0),
        (LWP.rpartition("Set-Cookie3")[0], 2145916800.0),
        (DEVTOOLS.rpartition("theme")[0], 2145916800.0),
    ],
)
def test_an_export_says_when_a_cookie_ends(text: str, end: float) -> None:
    (found,) = read(text)
    assert [cookie.expires for cookie in found.cookies] == [end]


def har(*entries: dict[str, object]) -> str:
    return json.dumps({"log": {"entries": list(entries)}})


def exchange(sent: str, *made: str) -> dict[str, object]:
    return {
        "startedDateTime": "2026-11-28T16:13:12.046Z",
        "request": {
            "url": "http://x.example/",
            "headers": [{"name": "Cookie", "value": sent}] if sent else [],
        },
        "response": {"headers": [{"name": "Set-Cookie", "value": line} for line in made]},
    }


@pytest.mark.parametrize(
    "line",
    [
        "a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "a=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0",
        "a=x; Path=/; Expires=Sat, 28 Nov 2026 16:13:11 GMT",
    ],
)
def test_a_cookie_of_a_har_is_deleted_by_expires_too(line: str) -> None:
    (found,) = read(har(exchange("a=1; b=2", line)))
    assert jar(found) == {"b": "2"}
    with pytest.raises(InputError, match="a response deleted a"):
        read(har(exchange("a=1", line)))


def test_a_har_without_cookies_names_the_right_export() -> None:
    with pytest.raises(InputError, match=r"Export HAR \(with sensitive data\)"):
        read(har(exchange("")))


def test_a_pasted_deletion_is_no_cookie_and_an_old_cookie_is_one() -> None:
    (found,) = read(
        "Set-Cookie: a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT\nSet-Cookie: b=2"
    )
    assert jar(found) == {"b": "2"}
    (found,) = read("Set-Cookie: a=1; Path=/; Expires=Thu, 01 Jan 2015 00:00:00 GMT")
    assert jar(found) == {"a": "1"}


@pytest.mark.parametrize("mask", ["•••", "•••••• 43 chars #0011", "***", "[REDACTED]", "REDACTED"])
def test_a_mask_is_no_value(mask: str) -> None:
    with pytest.raises(InputError, match="are masked"):
        read(f"connect.sid={mask}")
    (found,) = read(f"connect.sid={mask}; theme=dark")
    assert jar(found) == {"theme": "dark"}


@pytest.mark.parametrize("text", ["[1, 2", "{a: }", "{ 'a': [1, ", "[" * 500 + "]" * 500])
def test_half_an_object_is_one_line(text: str) -> None:
    with pytest.raises(InputError):
        read(text)


def test_headers_without_a_cookie_are_no_cookies() -> None:
    with pytest.raises(InputError, match="have no cookie"):
        read(json.dumps({"host": "x", "accept": "*/*"}))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('curl \'a b\' "c \\"d\\"" e\\ f', ["curl", "a b", 'c "d"', "e f"]),
        ("curl 'it'\\''s' $'\\u00e4\\n\\'x'", ["curl", "it's", "ä\n'x"]),
        ('curl ^"a^&b^" ^\n  -H ^"x^"', ["curl", "a&b", "-H", "x"]),
        ("curl a \\\n  b \\", ["curl", "a", "b", ""]),
        ("curl '' \"\" $HOME", ["curl", "", "", "$HOME"]),
    ],
)
def test_the_words_of_a_command_are_those_of_its_shell(text: str, words: list[str]) -> None:
    assert split_words(text) == words


def test_a_har_whose_url_is_none_is_read() -> None:
    request = {"url": "http://[", "headers": [{"name": "cookie", "value": "a=b"}]}
    (site,) = read_paste(json.dumps({"log": {"entries": [{"request": request}]}}), READERS)
    assert (site.origin, [cookie.name for cookie in site.cookies]) == ("", ["a"])


def test_quotes_that_do_not_close_are_said() -> None:
    with pytest.raises(InputError, match="no closing quotation"):
        split_words("curl 'a")
