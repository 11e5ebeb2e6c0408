"""URLs lose their secrets, however their names are written."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from session_inspector.devserver.core.masking import (
    LONGEST_WORDS,
    MASK,
    is_secret_name,
    mask_url,
    mask_urls_in,
    mask_words,
)

SECRETS = [
    "code",
    "state",
    "nonce",
    "id_token",
    "refresh_token",
    "access_token",
    "id_token_hint",
    "logout_token",
    "client_secret",
    "password",
    "pw",
    "new-pw",
    "userPwd",
    "passphrase",
    "SAMLResponse",
    "SAMLart",
    "session_id",
    "jsessionid",
    "PHPSESSID",
    "code_verifier",
    "client_assertion",
    "api_key",
    "X-Amz-Signature",
    "X-Amz-Security-Token",
    "ticket",
    "_csrf",
    "XSRF-TOKEN",
    "wresult",
    "magic_link",
    "recovery_codes",
    "signing-key",
    "_auth_user_hash",
]
PLAIN = [
    "code_challenge_method",
    "token_type",
    "page",
    "country_code",
    "statement",
    "client_id",
    "scope",
    "barcode",
    "monkey",
    "max_age",
    "cache_key",
    "at_hash",
]


def escaped(name: str) -> str:
    return "".join(f"%{ord(letter):02x}" for letter in name)


WAYS: dict[str, Callable[[str], str]] = {
    "as it is": lambda name: name,
    "upper case": lambda name: name.upper(),
    "lower case": lambda name: name.lower(),
    "percent-encoded": lambda name: escaped(name),
    "encoded twice": lambda name: quote(escaped(name)),
}
PLACES = ("?{}", "/cb?a=b&{}", "/cb?a=b;{}", "#{}", "/x;{}", "/x?y[z]=1&{}")


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("way", list(WAYS))
@pytest.mark.parametrize("place", PLACES)
def test_a_secret_s_value_is_masked_wherever_it_stands(name: str, way: str, place: str) -> None:
    written = WAYS[way](name)
    url = f"https://h{place.format(f'{written}=V4lue')}"
    assert mask_url(url) == f"https://h{place.format(f'{written}={MASK}')}"


@pytest.mark.parametrize("name", PLAIN)
def test_other_names_keep_their_values(name: str) -> None:
    assert not is_secret_name(name)
    assert mask_url(f"/x?{name}=V4lue") == f"/x?{name}=V4lue"


def test_a_url_inside_a_url_is_masked_whole() -> None:
    inner = quote("https://app/cb?code=V4lue&x=1", safe="")
    assert mask_url(f"/login?returnTo={inner}&a=b") == f"/login?returnTo={MASK}&a=b"
    twice = quote(inner, safe="")
    assert mask_url(f"/login?returnTo={twice}") == f"/login?returnTo={MASK}"
    harmless = quote("https://app/cb?page=2", safe="")
    assert mask_url(f"/login?returnTo={harmless}") == f"/login?returnTo={harmless}"


def test_a_password_before_the_host_is_masked() -> None:
    assert mask_url("redis://user:V4lue@h/0") == f"redis://user:{MASK}@h/0"


def test_masking_twice_changes_nothing() -> None:
    once = mask_url("/cb?code=a&state=b;jsessionid=c#id_token=d")
    assert once == mask_url(once)
    assert once.count(MASK) == 4


def test_urls_in_a_sentence_are_masked() -> None:
    line = 'HTTP Request: GET http://h/cb?code=V4lue&state=s "HTTP/1.1 302 Found"'
    assert "V4lue" not in mask_url(line)
    assert mask_url(line).endswith('"HTTP/1.1 302 Found"')


def test_only_the_urls_of_a_message_are_masked() -> None:
    message = "'http://me:pw1@h/?code=V4lue' is none. Fix: SECRET=words http://localhost:3000"
    masked = "'http://me:•••@h/?code=•••' is none. Fix: SECRET=words http://localhost:3000"
    assert mask_urls_in(message) == masked


def test_a_long_url_is_masked_in_one_pass() -> None:
    long = "a" * 1_000_000  # a search from each letter on would take a day
    for start in ("/", "/?", "/x?code=1&"):
        assert mask_url(start + long).endswith(long)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain words", "plain words"),
        (" two\r\nlines\tand \x1b[31m red\u202e ", "two lines and [31m red"),
        ("sent hunter2 back", f"sent {MASK} back"),
        ("token eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1In0. is bad", f"token {MASK} is bad"),
        ("see https://op.test/x?code=abc", f"see https://op.test/x?code={MASK}"),
        ("redis://:pw@host", f"redis://:{MASK}@host"),
        ("lone \ud800 end", "lone end"),
    ],
)
def test_words_of_others_are_one_line_without_secrets(text: str, line: str) -> None:
    assert mask_words(text, hidden=["hunter2", "", "w"]) == line


def test_long_words_are_cut() -> None:
    assert mask_words("x" * 5000) == "x" * LONGEST_WORDS + "…"
    assert mask_words("x" * 5000, longest=5) == "xxxxx…"


def test_ids_that_asp_net_keeps_in_the_path_are_masked() -> None:
    found = mask_url("http://h/(S(lit3py55t21z5v55vlm25s55)F(ABC-_1))/a.aspx?page=2")
    assert found == f"http://h/(S({MASK})F({MASK}))/a.aspx?page=2"


@pytest.mark.parametrize("url", ["/wiki/Foo_(S(x))", "/(draft)/a", "/(S)/a", "/a(S(b))"])
def test_brackets_of_a_page_s_name_stay(url: str) -> None:
    assert mask_url(url) == url
