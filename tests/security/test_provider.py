"""Odd requests at the provider end in an OAuth error or a page, never in a 500."""

from __future__ import annotations

import re
from itertools import product
from urllib.parse import urlencode

import httpx
import pytest

from tests.devserver.provider.provider_scene import BACK, QUESTION, Scene, parameters

FORM = "application/x-www-form-urlencoded"
POSTED = (
    "/authorize",
    "/oauth/token",
    "/oauth/par",
    "/oauth/revoke",
    "/oauth/introspect",
    "/oauth/device/code",
    "/userinfo",
    "/oidc/logout",
    "/activate",
    "/mfa/challenge",
    "/mfa/associate",
    "/u/login",
    "/u/mfa",
    "/u/consent",
)
BODIES = {
    "nothing": ("", b""),
    "null bytes": (FORM, b"grant_type=%00&client_id=\0&\0=1"),
    "no UTF-8": (FORM, b"grant_type=%ff&client_id=\xff\xfe&token=%ed%a0%80"),
    "UTF-16": (f"{FORM}; charset=utf-16", "grant_type=x".encode("utf-16")),
    "unknown charset": (f'{FORM}; charset="nope', b"client_id=app"),
    "only marks": (FORM, b"&&&===&=&%&%zz"),
    "a file": (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="client_id"; filename="f"\r\n'
        b"\r\nx\r\n--b--\r\n",
    ),
    "a cut multipart": ("multipart/form-data; boundary=b", b"--b\r\nnonsense"),
    "deep JSON": ("application/json", b"[" * 100_000),
    "a JSON list": ("application/json", b"[1]"),
    "NaN": ("application/json", b'{"mfa_token":NaN,"client_id":["app"]}'),
    "text": ("text/plain", b"x"),
}
VALUES = ("", "\0", "\udcff", "x" * 5000, "\r\nx: y", "<b>", "☃", "-1", "1e999", "9" * 40, "²", "{")
NAMES = (
    *QUESTION,
    *("prompt", "max_age", "response_mode", "audience", "resource", "id_token_hint", "login_hint"),
    *("acr_values", "organization", "claims", "dpop_jkt", "request", "request_uri", "display"),
)
HEADERS: list[tuple[str, bytes]] = [
    *(("authorization", text) for text in (b"Basic", b"Basic !", b"Basic \xff", b"Basic Og==")),
    ("authorization", b"Basic " + b"A" * 60_000),
    *(("authorization", text) for text in (b"Bearer", b"Bearer \xff", b"DPoP x", b"Digest x")),
    *(("dpop", text) for text in (b"", b"..", b"\xff.\xff.\xff", b"e30.e30.AA", b"W1td.W1td.AA")),
    ("dpop", b"eyJhbGciOiJFUzI1NiIsImp3ayI6eyJrdHkiOiJFQyIsIngiOjF9fQ.e30.AA"),
    *(("cookie", text) for text in (b"op_session=\xff", b'op_session="', b"op_session=a.b.c")),
]


def assert_error(answer: httpx.Response) -> None:
    """Check that an answer is no accident: a page, a redirect, or JSON as RFC 6749 §5.2 has it."""
    assert answer.status_code < 500, answer.text
    if answer.status_code < 400 or answer.headers["content-type"].startswith("text/html"):
        return
    found = answer.json()
    assert re.fullmatch("[a-z_]+", found["error"])
    assert re.fullmatch(r"[\x20-\x21\x23-\x5b\x5d-\x7e]+", found["error_description"])


@pytest.mark.parametrize("path", POSTED)
@pytest.mark.parametrize("name", BODIES)
async def test_a_body_of_any_kind_is_answered(path: str, name: str) -> None:
    content_type, body = BODIES[name]
    headers = {"content-type": content_type} if content_type else {}
    assert_error(await Scene().http.post(path, content=body, headers=headers))


@pytest.mark.parametrize("name", NAMES)
async def test_a_parameter_of_any_text_goes_back_or_is_a_page(name: str) -> None:
    scene = Scene()
    for value in VALUES:
        query = urlencode({**QUESTION, name: value}, errors="surrogateescape")
        answer = await scene.http.get(f"/authorize?{query}")
        assert_error(answer)
        if answer.is_redirect:
            assert answer.headers["location"].startswith(f"{BACK}?")


@pytest.mark.parametrize(("header", "path"), product(range(len(HEADERS)), POSTED))
async def test_a_header_of_any_kind_is_answered(header: int, path: str) -> None:
    name, value = HEADERS[header]
    headers = [(name.encode(), value), (b"content-type", FORM.encode())]
    content = b"grant_type=client_credentials&token=x"
    assert_error(await Scene().http.post(path, content=content, headers=headers))


@pytest.mark.parametrize("name", [name for name in NAMES if name != "resource"])
async def test_an_authorization_request_has_each_parameter_once(name: str) -> None:
    fields = [*{**QUESTION, name: QUESTION.get(name, "x")}.items(), (name, "other")]
    answer = await Scene().http.get(f"/authorize?{urlencode(fields)}")
    words = f"{name} is there twice"
    if name in ("client_id", "redirect_uri", "request_uri"):
        assert (answer.status_code, words in answer.text) == (400, True)
        return
    found = parameters(answer)
    assert (found["error"], found["state"]) == ("invalid_request", "st")
    assert name in found["error_description"]


@pytest.mark.parametrize(
    "path", [path for path in POSTED if path.startswith("/oauth/")] + ["/oidc/logout"]
)
@pytest.mark.parametrize("name", ["client_id", "client_secret", "grant_type", "token", "else"])
async def test_a_posted_form_has_each_field_once(path: str, name: str) -> None:
    fields = {"client_id": "app", "client_secret": "secret", name: "x"}
    body = f"{urlencode(fields)}&{name}=y"
    answer = await Scene().http.post(path, content=body, headers={"content-type": FORM})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert answer.json()["error_description"] == f"'{name}' is there twice: send it once"


@pytest.mark.parametrize("name", ["max_age", "request", "prompt", "resource", "id_token_hint"])
async def test_a_parameter_without_a_value_is_as_if_left_out(name: str) -> None:
    answer = await Scene().http.get("/authorize", params={**QUESTION, name: ""})
    assert (answer.status_code, "Who are you today?" in answer.text) == (200, True)
