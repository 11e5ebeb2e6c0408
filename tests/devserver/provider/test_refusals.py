"""What no endpoint answers itself is an OAuth error for an app, and a page for a browser."""

from __future__ import annotations

import pytest

from tests.devserver.provider.provider_scene import Scene

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("method", "path", "status", "code", "words"),
    [
        ("GET", "/oauth/token", 405, "invalid_request", "'/oauth/token' takes POST, not 'GET'"),
        ("PUT", "/userinfo", 405, "invalid_request", "'/userinfo' takes "),
        ("POST", "/passwordless/start", 404, "not_found", "there is no '/passwordless/start' here"),
        ("GET", '/"%0A', 404, "not_found", "there is no '/?' here"),
    ],
)
async def test_it_names_what_is_wrong(
    method: str, path: str, status: int, code: str, words: str
) -> None:
    answer = await Scene().http.request(method, path)
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert answer.json()["error_description"].startswith(words)
    assert ("allow" in answer.headers) is (status == 405)


@pytest.mark.parametrize(
    ("content_type", "body", "words"),
    [
        ("multipart/form-data", b"x", "Missing boundary"),
        (
            "multipart/form-data; boundary=b",
            b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n",
            "The Content-Disposition header field 'name' must be provided.",
        ),
        (FORM, b"&".join(b"a%d=1" % at for at in range(1001)), "Too many fields"),
        (FORM, b"grant_type=" + b"x" * 2_000_000, "Field exceeded maximum size"),
    ],
)
async def test_a_form_that_cannot_be_read_is_an_invalid_request(
    content_type: str, body: bytes, words: str
) -> None:
    headers = {"content-type": content_type}
    answer = await Scene().http.post("/oauth/token", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert answer.json()["error_description"].startswith(words)


async def test_a_browser_gets_a_page() -> None:
    answer = await Scene().http.get("/u/<b>", headers={"accept": "text/html,*/*"})
    assert answer.status_code == 404
    assert "This request cannot go on" in answer.text
    assert "<b>" not in answer.text
