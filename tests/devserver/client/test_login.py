"""/auth/login: what goes to the provider, what is kept, and what is refused."""

from __future__ import annotations

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from session_inspector.devserver.core.events.login import LoginFailed, LoginStarted
from session_inspector.devserver.core.values import JsonObject
from tests.devserver.client.client_scene import APP, ClientScene
from tests.devserver.provider.provider_scene import parameters
from tests.devserver.session.session_scene import Browser


async def started(
    path: str = "/auth/login", **options: object
) -> tuple[dict[str, str], JsonObject]:
    """Return the authorization parameters and the transaction of a login."""
    scene = ClientScene(**options)  # type: ignore[arg-type]  # options of the client
    answer = await scene.get(path)
    found = parameters(answer)
    browser = Browser()
    for line in answer.headers.get_list("set-cookie"):
        name, _, value = line.partition(";")[0].partition("=")
        browser.cookies[name] = value
    transactions = scene.client.relying_party.transactions
    transaction = transactions.load(browser.request(), found["state"])
    assert transaction is not None
    return found, transaction


async def test_state_nonce_and_challenge_are_those_of_the_transaction() -> None:
    found, transaction = await started()
    assert found["state"] == transaction["state"]
    assert found["nonce"] == transaction["nonce"]
    challenge = create_s256_code_challenge(str(transaction["codeVerifier"]))
    assert (found["code_challenge"], found["code_challenge_method"]) == (challenge, "S256")
    assert found["redirect_uri"] == f"{APP}/auth/callback"


async def test_members_of_a_transaction_are_in_the_sdk_s_order() -> None:
    _, transaction = await started("/auth/login?max_age=5&audience=api&returnTo=/x")
    assert list(transaction) == [
        "nonce",
        "maxAge",
        "codeVerifier",
        "responseType",
        "state",
        "returnTo",
        "scope",
        "audience",
        "exp",
    ]
    assert (transaction["maxAge"], transaction["returnTo"]) == (5, "/x")


async def test_a_query_adds_parameters_but_cannot_replace_the_client_s_own() -> None:
    path = "/auth/login?prompt=login&client_id=evil&state=s&nonce=n&response_type=token"
    found, _ = await started(path + "&returnTo=/x&challengeMode=popup&redirect_uri=http://evil")
    assert (found["prompt"], found["client_id"], found["response_type"]) == ("login", "app", "code")
    assert found["redirect_uri"] == f"{APP}/auth/callback"
    assert not {"returnTo", "challengeMode"} & set(found)


@pytest.mark.parametrize(("size", "is_kept"), [(2048, True), (2049, False)])
async def test_what_is_longer_than_2048_bytes_is_not_kept(size: int, is_kept: bool) -> None:
    path = "/" + "x" * (size - 1)
    long_scope = "s" * size
    found, transaction = await started(f"/auth/login?returnTo={path}&scope={long_scope}")
    assert transaction["returnTo"] == (path if is_kept else "/")
    assert ("scope" in transaction) is is_kept
    assert found["scope"] == long_scope


@pytest.mark.parametrize("return_to", ["//evil.test", "https://evil.test/", "javascript:x"])
async def test_a_foreign_return_to_is_replaced_by_the_default(return_to: str) -> None:
    _, transaction = await started(
        f"/auth/login?returnTo={return_to}", sign_in_return_to_path="/home"
    )
    assert transaction["returnTo"] == "/home"


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("purpose", "prefetch", 204),
        ("sec-purpose", "prefetch", 204),
        ("sec-purpose", "prefetch;prerender", 307),
        ("next-router-prefetch", "1", 204),
        ("next-router-prefetch", "0", 307),
        ("next-router-prefetch", "false", 307),
        ("x-middleware-prefetch", "1", 204),
        ("x-middleware-prefetch", "2", 307),
    ],
)
async def test_a_prefetch_starts_no_login(header: str, value: str, status: int) -> None:
    scene = ClientScene()
    answer = await scene.get("/auth/login", **{header: value})
    assert answer.status_code == status
    assert bool([e for e in scene.events if isinstance(e, LoginStarted)]) is (status == 307)


@pytest.mark.parametrize("max_age", ["-1", "1.5", "x", ""])
async def test_a_max_age_that_is_no_number_is_refused(max_age: str) -> None:
    answer = await ClientScene().get(f"/auth/login?max_age={max_age}")
    text = f'Invalid max_age query param: "{max_age}". Must be a non-negative integer.'
    assert (answer.status_code, answer.text) == (400, text)


async def test_a_login_that_cannot_start_is_reported() -> None:
    scene = ClientScene(app_base_url=[])
    answer = await scene.get("/auth/login", host="evil.test")
    assert answer.status_code == 500
    assert answer.text.startswith("An error occurred while trying to initiate the login request.")
    (failed,) = [e for e in scene.events if isinstance(e, LoginFailed)]
    assert (failed.step, failed.login) == ("authorize", "")
