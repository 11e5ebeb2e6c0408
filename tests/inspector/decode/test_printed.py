"""What programs and consoles print of cookies is read."""

from __future__ import annotations

import pytest

from tests.inspector.decode.test_inputs import SENT, WIRE, jar, read

PRINTED = [
    "Map(2) { 'connect.sid' => 's%3Aabc.def', 'theme' => 'dark' }",
    "HeadersList {\n  cookies: null,\n  [Symbol(headers map)]: Map(1) {\n"
    f"    'cookie' => {{ name: 'cookie', value: '{WIRE}' }}\n  }}\n}}",
    'RequestCookies {"connect.sid":{"name":"connect.sid","value":"s%3Aabc.def"},'
    '"theme":{"name":"theme","value":"dark"}}',
    f"<CIMultiDictProxy('Host': 'x', 'Cookie': '{WIRE}')>",
    "ImmutableMultiDict([('connect.sid', 's%3Aabc.def'), ('theme', 'dark')])",
    f"EnvironHeaders([('Host', 'x'), ('Cookie', '{WIRE}')])",
    "<RequestsCookieJar[<Cookie connect.sid=s%3Aabc.def for x/>, <Cookie theme=dark for x/>]>",
    f"map[Accept:[*/*] Cookie:[{WIRE}] User-Agent:[curl/8]]",
    f"{{host=[x], cookie=[{WIRE}], accept=[*/*]}}",
    f'[host:"x", cookie:"{WIRE}", accept:"*/*"]',
    f'"HTTP_COOKIE"=>"{WIRE}"',
    f"'HTTP_COOKIE': '{WIRE}',",
    "Array\n(\n    [connect.sid] => s%3Aabc.def\n    [theme] => dark\n)\n",
    f"Array\n(\n    [HTTP_HOST] => x\n    [HTTP_COOKIE] => {WIRE}\n)\n",
    'array(2) {\n  ["connect.sid"]=>\n  string(11) "s%3Aabc.def"\n'
    '  ["theme"]=>\n  string(4) "dark"\n}',
]
"""As Node, Next, aiohttp, Flask, requests, Go, Java, Spring, Ruby, Python and PHP print them."""


@pytest.mark.parametrize("text", PRINTED)
def test_what_languages_print_is_read(text: str) -> None:
    (found,) = read(text)
    assert (found.kind, jar(found)) == ("a printed object", SENT)


def test_a_row_of_firefox_storage_panel_is_read() -> None:
    row = 'connect.sid:"s%3Aabc.def"\nCreated:"Sun, 29 Nov 2026 10:00:00 GMT"\nDomain:"x"\n'
    (found,) = read(f'{row}Expires / Max-Age:"Session"\nHttpOnly:true\nPath:"/"\nSameSite:"Lax"')
    assert jar(found) == {"connect.sid": "s:abc.def"}


@pytest.mark.parametrize("quote", ["'", '"'])
def test_document_cookie_is_read_with_the_quotes_of_a_console(quote: str) -> None:
    (found,) = read(f"{quote}theme=dark; connect.sid=s%3Aabc.def{quote}")
    assert jar(found) == SENT
