"""How an access token may come to userinfo."""

from __future__ import annotations

from tests.devserver.provider.provider_scene import Scene


async def test_userinfo_takes_the_token_of_a_form() -> None:
    scene = Scene()
    token = str((await scene.tokens(scope="openid"))["access_token"])
    answer = await scene.http.post("/userinfo", data={"access_token": token})
    assert (answer.status_code, answer.json()["sub"]) == (200, "local|alice")


async def test_userinfo_takes_one_token_and_none_from_a_url() -> None:
    scene = Scene()
    token = str((await scene.tokens())["access_token"])
    bearer = {"authorization": f"Bearer {token}"}
    twice = await scene.http.post("/userinfo", data={"access_token": token}, headers=bearer)
    in_query = await scene.http.get("/userinfo", params={"access_token": token})
    for answer, words in ((twice, "twice"), (in_query, "in the URL")):
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
        assert words in answer.json()["error_description"]
