"""Lists of cookies as libraries print them, and as tests, settings and spreadsheets keep them."""

from __future__ import annotations

import pytest

from session_inspector.inspector.decode.captures import READERS
from session_inspector.inspector.decode.paste import read_paste

SID = "s%3Aabc.def"
READ = {"connect.sid": "s:abc.def"}
BOTH = READ | {"theme": "dark"}
JAR = (
    "<RequestsCookieJar[Cookie(version=0, name='connect.sid', value='s%3Aabc.def', port=None,"
    " port_specified=False, domain='localhost.local', path='/', secure=False)]>"
)
INSOMNIA = (
    '{"_type":"export","resources":[{"_type":"cookie_jar","cookies":[{"key":"connect.sid",'
    '"value":"s%3Aabc.def","domain":"localhost","path":"/"}]}]}'
)
TOUGH = (
    '{"version":"tough-cookie@4.1.4","cookies":[{"key":"connect.sid","value":"s%3Aabc.def",'
    '"domain":"localhost","path":"/","httpOnly":true,"creation":"2026-11-29T14:00:00.000Z"}]}'
)
ONE = (
    '{"name":"connect.sid","value":"s%3Aabc.def","path":"/","domain":"x.example",'
    '"expires":"2026-12-29T14:00:00.000Z","httpOnly":true}'
)
RUST = 'Cookie { cookie_string: Some("connect.sid=s%3Aabc.def"), name: Indexed(0, 11) }'
FORMS = {
    "Python's http.cookiejar": (JAR, READ),
    "Python's http.cookies": ("<SimpleCookie: connect.sid='s%3Aabc.def' theme='dark'>", BOTH),
    ".NET and Java": (f"connect.sid={SID}, theme=dark", BOTH),
    "a list in brackets": (f"[connect.sid={SID}, theme=dark]", BOTH),
    "Go": (f"[connect.sid={SID} theme=dark]", BOTH),
    "Rust": (RUST, READ),
    "Set-Cookie lines in JSON": (f'["connect.sid={SID}; Path=/","theme=dark; Path=/"]', BOTH),
    "Set-Cookie lines of Node": (f"[ 'connect.sid={SID}; Path=/; HttpOnly' ]", READ),
    "one cookie of an export": (ONE, READ),
    "tough-cookie": (TOUGH, READ),
    "Insomnia": (INSOMNIA, READ),
    "YAML": (f"cookies:\n  connect.sid: {SID}\n  theme: dark\n", BOTH),
    "TOML": (f'[cookies]\n"connect.sid" = "{SID}"\ntheme = "dark"', BOTH),
    "Hurl": (f"GET http://localhost:3000/\n[Cookies]\nconnect.sid: {SID}\n", READ),
    "CSV": (f"name,value,domain,path\nconnect.sid,{SID},localhost,/", READ),
    "a shell's variable": (f"export COOKIE='connect.sid={SID}; theme=dark'", BOTH),
    "a program": (f"const params = {{ headers: {{ Cookie: 'connect.sid={SID}' }} }};", READ),
}


@pytest.mark.parametrize("name", FORMS)
def test_each_form_is_read(name: str) -> None:
    text, cookies = FORMS[name]
    (site,) = read_paste(text, READERS)
    assert {cookie.name: cookie.value for cookie in site.cookies} == cookies


@pytest.mark.parametrize(
    "text",
    [
        "session=abc,def=ghi",
        'session={"cookie":"a=b"}',
        "session=a cookie: none",
        "cookies=all; session=abc",
    ],
)
def test_what_could_be_a_cookie_by_itself_is_one(text: str) -> None:
    (site,) = read_paste(text, READERS)
    name, _, value = text.split("; ")[-1].partition("=")
    assert (site.cookies[-1].name, site.cookies[-1].value) == (name, value)


def test_a_row_of_a_store_is_no_cookie() -> None:
    (site,) = read_paste(
        '[{"sid":"abc","sess":{"cookie":{"path":"/"}},"expire":"2026-12-01"}]', READERS
    )
    assert [row.key for row in site.rows] == ["abc"]
    assert not site.cookies
