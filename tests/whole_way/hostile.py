"""What strangers may send: headers, cookies, rows, tokens, provider answers, recorded lines."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Literal, TypeAlias

from hypothesis import strategies as st
from itsdangerous import TimestampSigner

from session_inspector.devserver.core.wire import event_to_json
from tests.inspector.busy import busy_events

Kind: TypeAlias = Literal[
    "set-cookie", "cookie", "url", "header", "row", "own-row", "token", "provider", "recorded"
]
SECRET = "a-session-secret-of-32-bytes-or-more"
NUMBERS = (
    *("NaN", "Infinity", "-Infinity", "1e400", "-1e999", "1e300", "1e16", "1e15", "-1e15"),
    *("0", "-0.0", "0.1", "1" * 310, "9" * 400, "9" * 4_400, "-" + "9" * 400),
    *("253402300799", "253402300800", "-62135596801", "1760000000", "1760000000000"),
    *("1760000000000000", "9007199254740993"),
)
OTHERS = ["true", "false", "null", '""', "[]", "{}", '"\\ud800"', '"\\u202e\\u001b[2J"', '"NaN"']
MEMBERS = (
    *("exp", "iat", "nbf", "uat", "sub", "sid", "user", "internal", "tokenSet", "expiresAt", "id"),
    *("createdAt", "sessionExpiresAt", "expires_at", "cookie", "expires", "originalMaxAge", "data"),
    *("header", "__metadata__", "created", "lifetime", "last_access", "access_token", "id_token"),
    *("accessToken", "idToken", "name", "email", "passport", "_user_id", "_auth_user_id", "state"),
    *("auth_time", "session_expiry", "expires_in", "scope", "accessTokens", "connectionTokenSets"),
    *("$secret", "$$secret", "type", "__json__"),
)
DEPTHS = [1, 2, 63, 65, 70, 199, 201, 254, 330, 900, 3_000]
MAX_AGES = (
    *("NaN", "Infinity", "-Infinity", "undefined", ""),
    *("0", "-1", "60", "3600.5", "1e9", "+5", "٣"),
)
DATES = (
    *("Invalid Date", "0", "Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"),
    *("Wed, 09 Jun 2021 10:18:14 +9999", "Wed, 09 Jun 2021 10:18:14 -99999999999999", ""),
    *("Mon, 01 Jan 0001 00:00:00 +2359", "Sun, 09 Jun 99999 10:18:14 GMT", "1e400", "-1"),
)
NAMES = (
    *("connect.sid", "__session", "session", "sessionid", "appSession", "appSession.0", "a" * 300),
    *("authjs.session-token", "next-auth.session-token.1", "_a0_session_0", "tok", "", "__Host-x"),
    *("__txn_s", "_oauth2_proxy", "laravel_session", ".AspNetCore.CookiesC1", "sb-x-auth-token.1"),
)
NO_URLS = (
    *(
        "http://[",
        "https://[::1/cb",
        "//[",
        "/\\[",
        "http://[v1.x]/",
        "http://a]/",
        "//\u2100.test/",
    ),
    *("http://h:99999999/", "http://h:٣/", "http://@:@/", "///", "?", "#", ":", "", "%", "http:"),
)
HOLDERS = (
    *("/{}", "{}", "/x?to={}", "/login?returnTo={}", "/callback?code=a&state=b&iss={}"),
    *("{}/authorize?client_id=a&state=b&nonce=c&redirect_uri=http://127.0.0.1/cb", "/x;{}"),
    *("https://id.test/authorize?client_id=a&state=b&redirect_uri={}", "https://id.test/?to={}"),
)
HEADERS = (
    *("Cache-Control", "Expires", "Vary", "Age", "Date", "Location", "X-Clerk-Auth-Reason"),
    *("Content-Type", "WWW-Authenticate", "Strict-Transport-Security", "Set-Cookie2", "Server"),
)


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that a stranger sends."""

    kind: Kind
    text: str
    more: str = ""
    number: float | None = None


def _nested(depth: int, inner: str, is_list: bool) -> str:
    if is_list:
        return "[" * depth + inner + "]" * depth
    return '{"user":' * depth + inner + "}" * depth


plain_texts = st.text(max_size=30).map(lambda text: json.dumps(text))
scalars = st.sampled_from(NUMBERS) | st.sampled_from(OTHERS) | plain_texts
deep = st.builds(_nested, st.sampled_from(DEPTHS), scalars, st.booleans())
names = st.sampled_from(MEMBERS) | st.text(max_size=8)


def _object(pairs: list[tuple[str, str]]) -> str:
    return "{" + ",".join(f"{json.dumps(name)}:{value}" for name, value in pairs) + "}"


flat = st.lists(st.tuples(names, scalars | deep), max_size=5).map(_object)
objects = st.lists(st.tuples(names, scalars | deep | flat), max_size=6).map(_object)
"""Texts of JSON objects, and of what Python's JSON allows beside."""
texts = objects | deep | scalars | st.text(max_size=60)


def _base64url(text: str) -> str:
    raw = base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass"))
    return raw.rstrip(b"=").decode()


def _token(header: str, payload: str) -> str:
    return f"{_base64url(header)}.{_base64url(payload)}.c2ln"


def _signed(text: str) -> str:
    """Return Starlette's cookie, signed with the right secret: whatever is inside is opened."""
    raw = base64.b64encode(text.encode("utf-8", "surrogatepass"))
    return TimestampSigner(SECRET).sign(raw).decode()


headers = st.sampled_from(['{"alg":"RS256"}', '{"alg":"HS256"}', '{"alg":1e400}']) | objects
tokens = st.builds(_token, headers, texts)
opaque = st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=120)
values = tokens | texts.map(_signed) | texts.map(_base64url) | opaque
cookie_names = st.sampled_from(NAMES) | st.text(
    st.characters(min_codepoint=33, max_codepoint=126), max_size=10
)
digits = st.integers(0, 400).map(lambda count: "9" * count)


def _line(name: str, value: str, attributes: list[str]) -> str:
    return "; ".join([f"{name}={value}", *attributes])


attributes = st.lists(
    st.one_of(
        (st.sampled_from(MAX_AGES) | digits).map(lambda text: f"Max-Age={text}"),
        (st.sampled_from(DATES) | st.text(max_size=20)).map(lambda text: f"Expires={text}"),
        st.text(max_size=20).map(lambda text: f"Path={text}"),
        st.text(max_size=20).map(lambda text: f"Domain={text}"),
        st.sampled_from(["Secure", "HttpOnly", "SameSite", "SameSite=None", "=", "Partitioned"]),
    ),
    max_size=5,
)
lines = st.builds(_line, cookie_names, values, attributes)
pairs = st.builds(lambda name, value: f"{name}={value}", cookie_names, values)
urls = st.builds(
    lambda holder, url: holder.replace("{}", url),
    st.sampled_from(HOLDERS),
    st.sampled_from(NO_URLS) | st.text(max_size=20),
)
header_lines = st.builds(
    lambda name, value: f"{name}: {value}",
    st.sampled_from(HEADERS),
    urls
    | scalars
    | st.sampled_from(MAX_AGES + DATES).map(lambda text: f"no-cache, max-age={text}"),
)
ends = st.sampled_from([None, 0.0, 1.76e9, 253402300799.0, 1e12, -1.0])
RECORDED = [event_to_json(event) for event in busy_events()]


def _bend(line: str, start: int, length: int, put: str) -> str:
    at = start % (len(line) + 1)
    return line[:at] + put + line[at + length :]


def _with_literal(line: str, which: int, literal: str) -> str:
    """Return a recorded line with one of its values replaced."""
    found: dict[str, object] = json.loads(line)
    members = [name for name in found if name != "type"]
    name = members[which % len(members)]
    text = json.dumps(found[name])
    return json.dumps(found).replace(f'"{name}": {text}', f'"{name}": {literal}', 1)


recorded = st.one_of(
    st.builds(_bend, st.sampled_from(RECORDED), st.integers(0, 5_000), st.integers(0, 20), scalars),
    st.builds(_with_literal, st.sampled_from(RECORDED), st.integers(0, 20), scalars | deep | flat),
    texts,
)


def _made(
    kind: Kind, text: st.SearchStrategy[str], more: st.SearchStrategy[str]
) -> st.SearchStrategy[Case]:
    return st.builds(Case, st.just(kind), text, more, ends)


nothing = st.just("")
cases = st.one_of(
    _made("set-cookie", lines, lines),
    _made("cookie", st.lists(pairs, min_size=1, max_size=3).map("; ".join), lines),
    _made("url", urls, urls),
    _made("header", header_lines, header_lines),
    _made(
        "row", texts, st.sampled_from(["sess:a", "sess:b.c", "session:x"]) | st.text(max_size=12)
    ),
    _made("own-row", objects, nothing),
    _made("token", tokens, tokens),
    _made("provider", objects, st.sampled_from(["token", "claims", "discovery", "keys"])),
    _made("recorded", recorded, recorded),
)
