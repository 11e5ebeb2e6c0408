"""Answers go back as the app asked: in the query, the fragment, or a form that sends itself."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from session_inspector.devserver.core.events.login import KnobApplied
from session_inspector.devserver.core.knobs import Knobs
from session_inspector.devserver.provider.faults import WRONG_ISSUER, WRONG_NONCE
from session_inspector.devserver.provider.registrations import ClientRegistration
from tests.devserver.provider.provider_scene import BACK, CLIENT, Scene, parameters, verified
from tests.posted_form import PostedForm

IMPLICIT = {
    "response_type": "id_token",
    "response_mode": "form_post",
    "scope": "openid profile email",
    "code_challenge": "",
    "code_challenge_method": "",
}
"""What express-openid-connect asks for unless told otherwise."""


def posted(answer: httpx.Response) -> dict[str, str]:
    """Return the fields of a form that goes to the app."""
    form = PostedForm(answer.text)
    assert (answer.status_code, form.action, form.method) == (200, BACK, "post"), answer.text
    return form.fields


def scene_of(**changes: object) -> Scene:
    client = ClientRegistration(
        client_id="app",
        client_secret="secret",
        redirect_uris=(BACK, "http://[::1]/cb", "http://127.0.0.1/c;b'x"),
        response_types=("code", "id_token"),
    )
    return Scene(clients=[client], **changes)


async def test_an_id_token_is_posted_to_the_app() -> None:
    scene = scene_of()
    fields = posted(await scene.sign_in(**IMPLICIT))
    assert set(fields) == {"id_token", "state"}
    claims = await verified(scene, fields["id_token"])
    assert (claims["sub"], claims["aud"], claims["nonce"]) == ("local|alice", "app", "no")
    assert (claims["email"], fields["state"]) == ("a@example.com", "st")


async def test_the_page_sends_itself_and_has_a_button_and_may_do_no_more() -> None:
    answer = await scene_of().sign_in(**IMPLICIT)
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in answer.headers["content-security-policy"].split(";")
    )
    script = PostedForm(answer.text).scripts[-1]
    assert script == "document.forms[0].submit()"
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert policy["script-src"] == f"'sha256-{digest}'"
    assert (policy["form-action"], policy["default-src"]) == (BACK, "'none'")
    assert '<button class="go">Continue</button>' in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_what_is_posted_is_escaped() -> None:
    hostile = "\"><script>alert(1)</script>&amp;'"
    answer = await scene_of().sign_in(**{**IMPLICIT, "state": hostile})
    assert posted(answer)["state"] == hostile
    assert answer.text.count("<script>") == 1


@pytest.mark.parametrize(
    ("uri", "source"),
    [
        ("http://[::1]:3000/cb", "http:"),
        ("http://127.0.0.1:8/c;b'x", "http://127.0.0.1:8/c%3Bb%27x"),
    ],
)
async def test_the_policy_names_any_redirect_uri(uri: str, source: str) -> None:
    answer = await scene_of().sign_in(**{**IMPLICIT, "redirect_uri": uri})
    assert PostedForm(answer.text).action == uri
    found = re.search("form-action ([^;]*)$", answer.headers["content-security-policy"])
    assert found is not None
    assert found[1] == source


async def test_a_code_can_be_posted_too() -> None:
    scene = scene_of()
    fields = posted(await scene.sign_in(response_mode="form_post"))
    assert (await scene.exchange(fields["code"])).status_code == 200


async def test_without_a_mode_an_id_token_is_in_the_fragment_and_a_code_in_the_query() -> None:
    answer = await scene_of().sign_in(**{**IMPLICIT, "response_mode": ""})
    parts = urlsplit(answer.headers["location"])
    assert (set(dict(parse_qsl(parts.fragment))), parts.query) == ({"id_token", "state"}, "")
    answer = await scene_of().sign_in(response_mode="fragment")
    assert "code" in dict(parse_qsl(urlsplit(answer.headers["location"]).fragment))
    assert "code" in parameters(await scene_of().sign_in(response_mode="query"))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"nonce": ""}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"prompt": "none"}, "login_required"),
        ({"response_type": "id_token token"}, "unsupported_response_type"),
    ],
)
async def test_errors_are_posted(changes: dict[str, str], error: str) -> None:
    fields = posted(await scene_of().ask(**{**IMPLICIT, **changes}))
    assert (fields["error"], fields["state"]) == (error, "st")


async def test_refused_consent_is_posted() -> None:
    scene = scene_of(skips_consent=False)
    page = await scene.sign_in(**IMPLICIT)
    hidden = {"authorize": PostedForm(page.text).fields["authorize"], "consent": "no"}
    fields = posted(await scene.http.post("/u/consent", data=hidden))
    assert (fields["error"], fields["state"]) == ("access_denied", "st")


@pytest.mark.parametrize("mode", ["query", "web_message"])
async def test_a_mode_that_cannot_be_is_an_error_where_the_token_would_be(mode: str) -> None:
    answer = await scene_of().ask(**{**IMPLICIT, "response_mode": mode})
    fragment = dict(parse_qsl(urlsplit(answer.headers["location"]).fragment))
    assert (fragment["error"], fragment["state"]) == ("invalid_request", "st")


async def test_a_client_that_registered_codes_only_gets_no_id_token() -> None:
    scene = Scene(clients=[CLIENT])
    assert posted(await scene.ask(**IMPLICIT))["error"] == "unauthorized_client"


async def test_a_nonce_counts_once() -> None:
    scene = scene_of()
    assert "id_token" in posted(await scene.sign_in(**IMPLICIT))
    again = posted(await scene.ask(**IMPLICIT))
    assert (again["error"], again["error_description"]) == ("invalid_request", "Replay attack")


async def test_who_is_signed_in_needs_no_page() -> None:
    scene = scene_of()
    await scene.sign_in(**IMPLICIT)
    assert "id_token" in posted(await scene.ask(**{**IMPLICIT, "nonce": "n2", "prompt": "none"}))
    assert "code" in parameters(await scene.ask(nonce="n3", prompt="none"))


async def test_knobs_spoil_the_id_token() -> None:
    scene = scene_of()
    scene.provider.turn_knobs(Knobs(wrong_issuer="id_token", wrong_nonce=True, expired_token="id"))
    claims = await verified(scene, posted(await scene.sign_in(**IMPLICIT))["id_token"])
    assert (claims["iss"], claims["nonce"]) == (WRONG_ISSUER, WRONG_NONCE)
    assert int(str(claims["exp"])) < scene.clock.now()
    knobs = {event.knob for event in scene.events if isinstance(event, KnobApplied)}
    assert knobs == {"wrong_issuer", "wrong_nonce", "expired_token"}


async def test_the_app_is_told_when_the_session_ends() -> None:
    scene = scene_of()
    await scene.sign_in(**IMPLICIT)
    (sid,) = scene.provider.storage.sessions.by_sid
    assert scene.provider.storage.sessions.clients_of(sid) == ["app"]


async def test_discovery_says_so() -> None:
    found = (await scene_of().http.get("/.well-known/openid-configuration")).json()
    assert found["response_types_supported"] == ["code", "id_token"]
    assert found["response_modes_supported"] == ["query", "fragment", "form_post"]
    assert "implicit" in found["grant_types_supported"]
