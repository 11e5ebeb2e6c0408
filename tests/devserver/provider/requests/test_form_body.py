"""A body that is no form is named at every endpoint that reads forms."""

from __future__ import annotations

import pytest

from tests.devserver.provider.provider_scene import Scene

ENDPOINTS = (
    *("/oauth/par", "/oauth/device/code", "/oauth/introspect"),
    *("/userinfo", "/authorize", "/oidc/logout", "/u/login"),
)
"""All but those where Auth0 reads JSON (test_json_body.py)."""


@pytest.mark.parametrize("path", ENDPOINTS)
async def test_json_is_named_and_so_is_what_is_read(path: str) -> None:
    answer = await Scene().http.post(path, json={"grant_type": "authorization_code"})
    found = answer.json()
    assert (answer.status_code, found["error"]) == (400, "invalid_request")
    assert "the body is application/json" in found["error_description"]
    assert "application/x-www-form-urlencoded" in found["error_description"]


@pytest.mark.parametrize(
    ("content_type", "words"),
    [
        ("", "without a content type"),
        ('te"xt/\x7f', "of another kind"),
        ("text/plain", "text/plain"),
    ],
)
async def test_any_other_body_is_named_in_plain_ascii(content_type: str, words: str) -> None:
    headers = {"content-type": content_type}
    answer = await Scene().http.post("/oauth/token", content=b"grant_type=x", headers=headers)
    assert words in answer.json()["error_description"]
    assert '"' not in answer.json()["error_description"]


async def test_a_form_of_either_kind_is_read() -> None:
    fields = {"grant_type": "password"}
    for answer in (
        await Scene().http.post("/oauth/token", data=fields),
        await Scene().http.post("/oauth/token", data=fields, files={"unused": b""}),
    ):
        assert answer.json()["error"] == "unsupported_grant_type"


async def test_an_empty_body_lacks_its_fields() -> None:
    answer = await Scene().http.post("/oauth/revoke", content=b"")
    assert answer.json()["error"] == "invalid_client"
