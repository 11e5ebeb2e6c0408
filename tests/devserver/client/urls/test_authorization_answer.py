"""An answer counts once it is of this login and of this provider, each parameter once."""

from __future__ import annotations

import pytest
from starlette.datastructures import QueryParams

from session_inspector.devserver.client.urls.authorization_answer import (
    AUTHORIZATION_FAILED,
    CODE_MISSING,
    CODE_TWICE,
    IMPLICIT,
    JARM,
    NO_CODE,
    NO_ISS,
    OTHER_LOGIN,
    SUPPORTS_ISS,
    CallbackError,
    quote_provider,
    read_code,
)
from session_inspector.devserver.core.events.login import LoginFailed
from session_inspector.devserver.core.values import JsonObject
from tests.devserver.client.client_scene import ClientScene
from tests.devserver.provider.provider_scene import ISSUER, parameters

PLAIN: JsonObject = {"issuer": "https://op.test/"}
ANNOUNCED: JsonObject = {**PLAIN, SUPPORTS_ISS: True}
RIGHT = "iss=https%3A%2F%2Fop.test%2F"


def read(query: str, metadata: JsonObject = PLAIN) -> str:
    return read_code(QueryParams(query), metadata, "s")


@pytest.mark.parametrize(
    "query", ["code=c&state=s", f"code=c&state=s&{RIGHT}", "code=c&state=s&iss="]
)
def test_a_code_of_this_login_is_read(query: str) -> None:
    assert read(query) == "c"


def test_an_issuer_that_is_announced_is_there() -> None:
    assert read(f"code=c&state=s&{RIGHT}", ANNOUNCED) == "c"
    with pytest.raises(CallbackError) as caught:
        read("code=c&state=s", ANNOUNCED)
    assert caught.value.why == NO_ISS


@pytest.mark.parametrize(
    ("query", "text", "why"),
    [
        ("code=c&state=s&state=s", AUTHORIZATION_FAILED, "state twice"),
        ("code=c&code=d&state=s", CODE_TWICE, "code twice"),
        ("error=a&error=b&state=s", AUTHORIZATION_FAILED, "error twice"),
        (f"code=c&state=s&{RIGHT}&{RIGHT}", AUTHORIZATION_FAILED, "iss twice"),
        ("code=c&state=t", AUTHORIZATION_FAILED, OTHER_LOGIN),
        ("code=c&state=s&iss=https%3A%2F%2Fop.test", AUTHORIZATION_FAILED, "'https://op.test'"),
        ("code=c&state=s&iss=https%3A%2F%2Fevil.test%2F", AUTHORIZATION_FAILED, "(RFC 9207)"),
        ("error=e&state=s&iss=https%3A%2F%2Fevil.test%2F", AUTHORIZATION_FAILED, "evil.test"),
        ("response=x.y.z&state=s", AUTHORIZATION_FAILED, JARM),
        ("code=c&id_token=&state=s", AUTHORIZATION_FAILED, IMPLICIT),
        ("code=c&token=t&state=s", AUTHORIZATION_FAILED, IMPLICIT),
        ("state=s", CODE_MISSING, NO_CODE),
        ("code=&state=s", CODE_MISSING, NO_CODE),
    ],
)
def test_any_other_answer_is_refused_with_its_reason(query: str, text: str, why: str) -> None:
    with pytest.raises(CallbackError) as caught:
        read(query)
    assert (caught.value.message, caught.value.code) == (text, "invalid_response")
    assert why in caught.value.why


def test_an_error_is_in_the_provider_s_words() -> None:
    with pytest.raises(CallbackError) as caught:
        read("error=access_denied&error_description=no&code=c&state=s")
    assert (caught.value.code, caught.value.why) == ("access_denied", "no")
    assert quote_provider(QueryParams("error=a&error_description=b")) == "; it says a: b"
    assert quote_provider(QueryParams("error=")) == ""


async def test_a_transaction_cookie_under_another_name_signs_nobody_in() -> None:
    scene = ClientScene()
    begun = await scene.get("/auth/login")
    value = begun.headers["set-cookie"].partition(";")[0].partition("=")[2]
    asked_before = len(scene.asked)
    answer = await scene.get("/auth/callback?code=c&state=other", cookie=f"__txn_other={value}")
    assert (answer.status_code, len(scene.asked)) == (500, asked_before)
    (failed,) = [event for event in scene.events if isinstance(event, LoginFailed)]
    assert (failed.code, failed.reason) == ("invalid_response", OTHER_LOGIN)


async def test_a_code_of_another_provider_is_not_sent_to_this_one() -> None:
    scene = ClientScene()
    begun = await scene.get("/auth/login")
    cookie = begun.headers["set-cookie"].partition(";")[0]
    state = parameters(begun)["state"]
    path = f"/auth/callback?code=c&state={state}&iss={ISSUER}other"
    assert (await scene.get(path, cookie=cookie)).status_code == 500
    assert scene.asked == []
