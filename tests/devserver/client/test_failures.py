"""Every failure of a flow is an event and one line of the log, and none of them holds a secret."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Literal

import httpx
import pytest

from session_inspector.devserver.client.client import Auth0Client
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.login import LoginFailed, StepFailed
from session_inspector.devserver.core.events.session import SessionLoaded
from tests.devserver.client.client_scene import APP, ClientScene

TOKEN = "/auth/access-token"
Answer = Callable[[httpx.Request], httpx.Response | None]
Step = Literal["refresh", "connection_token", "logout", "revocation", "logout_token", "connect"]


class Provider:
    """Answers paths that are told how; all else is the real provider's."""

    def __init__(self) -> None:
        self.answers: dict[str, httpx.Response] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response | None:
        return self.answers.get(request.url.path)

    def refuse(self, path: str, status: int = 400, **body: object) -> None:
        self.answers[path] = httpx.Response(status, json=body)


async def signed_in(**options: object) -> tuple[ClientScene, Provider]:
    provider = Provider()
    scene = ClientScene(provider, **options)
    await scene.sign_in()
    return scene, provider


def only_failure(scene: ClientScene, step: str) -> StepFailed:
    (failed,) = [event for event in scene.events if isinstance(event, StepFailed)]
    assert failed.step == step
    return failed


def lines_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    records = [record for record in caplog.records if record.name == "session_inspector.client"]
    assert all(record.levelno == logging.WARNING for record in records)
    return [record.getMessage() for record in records]


async def test_a_refused_refresh_is_told_in_the_providers_own_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene, provider = await signed_in()
    scene.tenant.clock.advance(3600)
    words = "Unknown or invalid refresh token."
    provider.refuse("/oauth/token", 403, error="invalid_grant", error_description=words)
    assert (await scene.get(TOKEN)).status_code == 401
    failed = only_failure(scene, "refresh")
    assert (failed.code, failed.reason) == ("invalid_grant", words)
    (loaded,) = {e.session for e in scene.events if isinstance(e, SessionLoaded)}
    assert failed.session == loaded
    assert failed.cause == ""  # no tap here
    assert lines_of(caplog) == [f"refresh failed: invalid_grant: {words}"]


async def test_what_a_provider_repeats_of_our_secrets_is_masked_and_stays_one_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene, _ = await signed_in()
    scene.tenant.clock.advance(3600)

    def echo(request: httpx.Request) -> httpx.Response | None:
        if request.url.path != "/oauth/token":
            return None
        sent = dict(httpx.QueryParams(request.content.decode()))
        secrets = f"{sent['refresh_token']} {sent['client_secret']}-eyJhbGciOiJub25lIn0.x.y"
        text = f"bad\r\n\x1b[31m{secrets}"
        return httpx.Response(400, json={"error": "x" * 200, "error_description": text})

    scene._handle = echo
    await scene.get(TOKEN)
    failed = only_failure(scene, "refresh")
    assert failed.reason == "bad [31m••• •••-•••"
    assert len(failed.code) == 65
    assert "\n" not in lines_of(caplog)[0]


async def test_an_expired_token_that_cannot_be_refreshed_is_a_failed_refresh(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene, _ = await signed_in(authorization_parameters={"scope": "openid profile"})
    scene.tenant.clock.advance(3600)
    assert (await scene.get(TOKEN)).status_code == 401
    assert only_failure(scene, "refresh").code == "missing_refresh_token"
    assert len(lines_of(caplog)) == 1


async def test_a_token_that_lasts_and_nobody_logged_in_are_no_failure(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene, _ = await signed_in()
    await scene.get(TOKEN)
    await scene.get(TOKEN, cookie="")
    assert lines_of(caplog) == []


async def test_a_logout_and_a_revocation_that_fail_are_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene, provider = await signed_in()
    provider.refuse("/oauth/revoke", 503)
    assert (await scene.get("/auth/logout")).status_code == 307
    assert only_failure(scene, "revocation").reason.endswith("answered 503")
    assert lines_of(caplog)[0].startswith("revocation failed: revocation_error: http")


async def test_a_logout_that_the_provider_cannot_do_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    provider = Provider()
    scene = ClientScene(provider)
    document = {**await scene.client.relying_party.issuer.metadata()}
    del document["end_session_endpoint"]
    provider.refuse("/.well-known/openid-configuration", 200, **document)
    scene = ClientScene(provider, logout_strategy="oidc")
    await scene.sign_in()
    answer = await scene.get("/auth/logout")
    assert (answer.status_code, "not supported" in answer.text) == (500, True)
    assert only_failure(scene, "logout").code == "unsupported"
    assert len(lines_of(caplog)) == 1


async def test_a_logout_token_that_is_refused_is_told(caplog: pytest.LogCaptureFixture) -> None:
    scene = ClientScene()
    transport = httpx.ASGITransport(scene.app)
    async with httpx.AsyncClient(transport=transport, base_url=APP) as http:
        answer = await http.post("/auth/backchannel-logout", data={"logout_token": "x"})
    assert answer.status_code == 500
    assert only_failure(scene, "logout_token").code == "no_store"
    assert lines_of(caplog)[0].startswith("logout token failed: no_store: ")


async def test_an_exchange_for_a_connection_that_fails_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene, provider = await signed_in()
    provider.refuse("/oauth/token", error="federated_not_linked", error_description="not linked")
    with pytest.raises(Exception, match="connection access token"):
        await scene.get("/gh")
    failed = only_failure(scene, "connection_token")
    assert (failed.code, failed.reason) == ("federated_not_linked", "not linked")
    assert lines_of(caplog) == ["connection token failed: federated_not_linked: not linked"]


async def test_an_account_that_is_not_linked_is_told_with_the_apis_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene, provider = await signed_in(enable_connect_account_endpoint=True)
    provider.refuse("/me/v1/connected-accounts/connect", 400, title="Bad", detail="no scope")
    answer = await scene.get("/auth/connect?connection=github")
    assert answer.status_code == 400
    assert only_failure(scene, "connect").reason.endswith("status 400. Bad: no scope")
    assert len(lines_of(caplog)) == 1


@pytest.mark.parametrize("path", ["/auth/login", "/auth/login?max_age=x"])
async def test_a_login_that_cannot_start_is_one_line(
    path: str, caplog: pytest.LogCaptureFixture
) -> None:
    provider = Provider()
    provider.refuse("/.well-known/openid-configuration", 503)
    scene = ClientScene(provider)
    assert (await scene.get(path)).status_code >= 400
    (failed,) = [event for event in scene.events if isinstance(event, LoginFailed)]
    assert lines_of(caplog) == [f"login failed at authorize: {failed.code}: {failed.reason}"]


async def test_a_provider_without_an_authorization_endpoint_starts_no_login() -> None:
    provider = Provider()
    provider.refuse("/.well-known/openid-configuration", 200, issuer="http://op.test")
    answer = await ClientScene(provider).get("/auth/login")
    assert answer.status_code == 500
    assert "names no authorization_endpoint" in answer.text


async def test_the_words_of_an_authorization_error_are_cleaned(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene = ClientScene()
    start = await scene.get("/auth/login")
    line = start.headers["set-cookie"].partition(";")[0]
    state = line.partition("=")[0].removeprefix("__txn_")
    query = "error=access_denied&error_description=no%0A%1B%5B2J<b>"
    await scene.get(f"/auth/callback?state={state}&{query}", cookie=line)
    (failed,) = [event for event in scene.events if isinstance(event, LoginFailed)]
    assert (failed.code, failed.reason) == ("access_denied", "no [2J<b>")
    assert lines_of(caplog) == ["login failed at callback: access_denied: no [2J<b>"]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html,*/*", "text/html; charset=utf-8"),
        ("application/json", "application/json"),
        ("*/*", "text/plain;charset=UTF-8"),
    ],
)
async def test_the_answer_says_why_in_the_form_the_client_takes(accept: str, kind: str) -> None:
    provider = Provider()
    provider.refuse("/.well-known/openid-configuration", 503)
    answer = await ClientScene(provider).get("/auth/login", accept=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (500, kind)
    assert "it answered 503" in answer.text
    assert "discovery_error" in answer.text


async def test_a_page_escapes_what_somebody_else_says() -> None:
    scene = ClientScene()
    start = await scene.get("/auth/login")
    line = start.headers["set-cookie"].partition(";")[0]
    state = line.partition("=")[0].removeprefix("__txn_")
    query = f"state={state}&error=<script>&error_description=<img src=x>"
    answer = await scene.get(f"/auth/callback?{query}", accept="text/html", cookie=line)
    assert "<script>" not in answer.text
    assert "<img" not in answer.text


async def test_compat_mode_says_what_the_sdk_says() -> None:
    provider = Provider()
    provider.refuse("/.well-known/openid-configuration", 503)
    scene = ClientScene(provider, compat="nextjs-auth0")
    answer = await scene.get("/auth/login", accept="text/html")
    assert answer.text == "An error occurred while trying to initiate the login request."


def test_a_ca_file_that_is_not_there_is_an_error_of_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    with pytest.raises(InputError, match="SSL_CERT_FILE"):
        Auth0Client(domain="t.test", client_id="c", secret="s" * 32, env={})
