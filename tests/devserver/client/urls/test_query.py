"""Of a repeated parameter the first counts, as in the SDK."""

from __future__ import annotations

import pytest
from starlette.datastructures import QueryParams

from session_inspector.devserver.client.urls.query import read_first
from tests.devserver.client.client_scene import APP, ClientScene
from tests.devserver.provider.provider_scene import parameters


@pytest.mark.parametrize(
    ("query", "found"),
    [("", None), ("b=1", None), ("a=", ""), ("a=1&a=2", "1"), ("a=&a=2", ""), ("a=%FF", "\ufffd")],
)
def test_the_first_value_is_read(query: str, found: str | None) -> None:
    assert read_first(QueryParams(query), "a") == found


async def test_a_logout_goes_where_the_first_says() -> None:
    scene = ClientScene()
    await scene.sign_in()
    answer = await scene.get(f"/auth/logout?returnTo={APP}/first&returnTo={APP}/second")
    assert parameters(answer)["post_logout_redirect_uri"] == f"{APP}/first"
