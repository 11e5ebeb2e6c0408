"""Which collection a URL names."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.stores.mongodb.client import TIMEOUT, add_timeouts
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
