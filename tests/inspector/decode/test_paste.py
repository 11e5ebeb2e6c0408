from __future__ import annotations

import json

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.decode.captures import READERS
from session_inspector.inspector.decode.paste import Pasted, read_paste, to_jar

HAR = {
    "log": {
        "entries": [
            {
                "startedDateTime": "2026-01-01T00:00:00Z",
                "request": {
                    "url": "https://a.example/x",
                    "headers": [{"name": "Cookie", "value": "s=1; t=2"}],
                },
                "response": {
                    "headers": [{"name": "Set-Cookie", "value": "s=3; Path=/; Max-Age=60"}]
                },
            },
            {
                "request": {"url": "https://a.example/y", "headers": []},
                "response": {
                    "headers": [{"name": "set-cookie", "value": "t=; Max-Age=0\nu=4; Path=/"}]
                },
            },
            {
                "request": {
                    "url": "http://b.example/",
                    "headers": [{"name": "cookie", "value": "z=9"}],
                },
                "response": {"headers": []},
            },
        ]
    }
}

POWERSHELL = """$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession
$session.Cookies.Add((New-Object System.Net.Cookie("a", "say `"hi`"", "/", "x.example")))
$session.Cookies.Add((New-Object System.Net.Cookie("b", "`$2", "/", "x.example")))
Invoke-WebRequest -UseBasicParsing -Uri "https://x.example/a" -WebSession $session"""
REQUEST = {"url": "https://x/", "headers": [], "cookies": [{"name": "a", "value": "1"}, None]}
LISTED = {"log": {"entries": [{"request": REQUEST}]}}
TABLE = "a\t1\tx.example\t/\t2030-01-01T00:00:00Z\t9\t✓\t✓\tLax"


def read(text: str) -> list[Pasted]:
    return read_paste(text, READERS)


def jar(pasted: Pasted) -> dict[str, str]:
    return dict(to_jar(pasted.cookies).items())


@pytest.mark.parametrize(
    ("text", "kind", "cookies"),
    [
        ("abc.def", "a bare value", {"": "abc.def"}),
        ("eyJhbGciOiJub25lIn0=", "a bare value", {"": "eyJhbGciOiJub25lIn0="}),
        ("Authorization: Bearer eyJh.e30.AA", "a bare value", {"": "Bearer eyJh.e30.AA"}),
        ("a=1", "a cookie", {"a": "1"}),
        ("a=1; b=2%20x", "a Cookie header", {"a": "1", "b": "2 x"}),
        ("Cookie: a=1; b=2==", "a Cookie header", {"a": "1", "b": "2=="}),
        ("cookie: a=+/", "a Cookie header", {"a": "+/"}),
        ("> Cookie: a=1", "a Cookie header", {"a": "1"}),
        ("Set-Cookie: a=1; Path=/; HttpOnly", "a Set-Cookie header", {"a": "1"}),
        ("a=1; Path=/; Secure", "a Set-Cookie header", {"a": "1"}),
        ("Set-Cookie: a=1\nSet-Cookie: b=2", "a Set-Cookie header", {"a": "1", "b": "2"}),
        ("Set-Cookie: a=1\nSet-Cookie: a=; Max-Age=0", "a Set-Cookie header", {}),
        ("a=1\nb=2\n", "a cookie", {"a": "1", "b": "2"}),
        ("curl https://x.example -H 'Cookie: a=1; b=2'", "a curl command", {"a": "1", "b": "2"}),
        ("curl -b 'a=1' \\\n 'https://x.example/'", "a curl command", {"a": "1"}),
        ("curl https://x -H $'cookie: a=\\u'", "a curl command", {"a": "u"}),
        ("wget --header='Cookie: a=1' https://x.example", "a wget command", {"a": "1"}),
        ("https x.example 'Cookie:a=1; b=2'", "a https command", {"a": "1", "b": "2"}),
        ("GET / HTTP/1.1\r\nHost: x\r\nCookie: a=1\r\n\r\n", "a Cookie header", {"a": "1"}),
        ("HTTP/1.1 200 OK\nServer: z\nSet-Cookie: a=1", "a Set-Cookie header", {"a": "1"}),
        ('{"a": "1", "b": "x%20y"}', "a browser's export", {"a": "1", "b": "x y"}),
        (POWERSHELL, "a PowerShell command", {"a": 'say "hi"', "b": "$2"}),
        (json.dumps(LISTED), "a HAR", {"a": "1"}),
        ("curl --cookie=a=1 https://x.example", "a curl command", {"a": "1"}),
        ("curl https://x -H $'cookie: a=\\u0041\\'b'", "a curl command", {"a": "A'b"}),
        ('curl ^"https://x^" ^\n -H ^"cookie: a=1^"', "a curl command", {"a": "1"}),
        (
            'fetch("https://x.example/", {"headers": {"cookie": "a=1; b=\\"q\\""}})',
            "a fetch call",
            {"a": "1", "b": '"q"'},
        ),
        (json.dumps([{"name": "a", "value": "1"}]), "a browser's export", {"a": "1"}),
        (
            json.dumps({"cookies": [{"name": "a", "value": "1%21", "domain": "x.example"}]}),
            "a browser's export",
            {"a": "1!"},
        ),
        (
            "# Netscape HTTP Cookie File\n#HttpOnly_.x.example\tTRUE\t/\tTRUE\t1893456000\ta\t1\n",
            "a browser's export",
            {"a": "1"},
        ),
        (TABLE, "a browser's export", {"a": "1"}),
    ],
)
def test_everything_people_paste(text: str, kind: str, cookies: dict[str, str]) -> None:
    (found,) = read(text)
    assert (found.kind, jar(found)) == (kind, cookies)


def test_a_har_gives_what_each_site_held_at_its_end() -> None:
    first, second = read(json.dumps(HAR))
    assert (first.origin, jar(first)) == ("https://a.example", {"s": "3", "u": "4"})
    assert (second.origin, jar(second)) == ("http://b.example", {"z": "9"})
    cookie = next(cookie for cookie in first.cookies if cookie.name == "s")
    assert (cookie.line.max_age, cookie.at) == (60, 1767225600)


def test_an_export_keeps_attributes_and_end() -> None:
    (found,) = read("#HttpOnly_.x.example\tTRUE\t/app\tTRUE\t1893456000\ta\t1\n# c\t\t")
    (cookie,) = found.cookies
    line = cookie.line
    assert (line.path, line.domain, line.secure, line.http_only) == (
        "/app",
        ".x.example",
        True,
        True,
    )
    assert (found.origin, cookie.expires, cookie.is_whole) == (
        "https://x.example",
        1893456000,
        True,
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the input is empty"),
        ("  \n ", "the input is empty"),
        ("curl 'https://x", "does not parse"),
        ("curl https://x", "has no cookies"),
        ("{}", "neither a HAR nor"),
        ("{nonsense", "starts as JSON"),
        (json.dumps({"log": {"entries": []}}), "has no cookies"),
        ("a=%E0%A4%A", "does not percent-decode"),
        ('fetch("https://x", {"headers": {"cookie": "a=\\x41"}})', "fetch call's cookie"),
        ("x" * 20_000_001, "more than"),
    ],
)
def test_a_wrong_paste_is_one_line(text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert said in caught.value.message
    assert "\n" not in caught.value.message
