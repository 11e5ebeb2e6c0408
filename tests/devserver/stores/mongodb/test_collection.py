"""Which collection a URL names, and how a server that is late is told."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.core.listening import bind, port_of
from session_inspector.devserver.stores.mongodb.client import (
    TIMEOUT,
    add_timeouts,
    connect_mongo,
    mongo_errors,
)
from session_inspector.devserver.stores.mongodb.collection import CollectionLocation, parse_location


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("mongodb://h", CollectionLocation("mongodb://h/", "auth", "sessions")),
        ("mongodb://h/app", CollectionLocation("mongodb://h/", "app", "sessions")),
        (
            "mongodb://u:p@h1:1,h2:2/app?collection=web&replicaSet=r",
            CollectionLocation("mongodb://u:p@h1:1,h2:2/?replicaSet=r", "app", "web"),
        ),
    ],
)
def test_a_url_names_a_database_and_a_collection(url: str, location: CollectionLocation) -> None:
    assert parse_location(url) == location


@pytest.mark.parametrize("name", ["system.users", "a$b", "a%00b"])
def test_a_name_that_no_collection_has_is_bad_input(name: str) -> None:
    with pytest.raises(InputError, match="no collection's name"):
        parse_location(f"mongodb://h/?collection={name}")


def test_limits_of_waiting_that_a_url_names_stay() -> None:
    url = add_timeouts("mongodb://h/?socketTimeoutMS=1")
    assert url.count("socketTimeoutMS") == 1
    assert f"connectTimeoutMS={TIMEOUT}" in url
    assert add_timeouts("mongodb://h/").startswith("mongodb://h/?server")
    assert add_timeouts(url) == url


async def test_a_server_that_says_nothing_is_told_as_late() -> None:
    with bind(0) as silent:
        url = f"mongodb://127.0.0.1:{port_of(silent)}/?serverSelectionTimeoutMS=1"
        async with connect_mongo(url) as client:
            with pytest.raises(StoreUnavailable, match="no server answered"), mongo_errors():
                await client.admin.command("ping")
