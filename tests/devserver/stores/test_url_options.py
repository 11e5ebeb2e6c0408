"""Options of ours never reach a driver; its own do."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.stores.redis.client import connect
from session_inspector.devserver.stores.sqlite.file import parse_location
from session_inspector.devserver.stores.url_options import drop_options, read_options


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        (
            "postgresql://u:p@h/db?table=a.b&sslmode=require",
            "postgresql://u:p@h/db?sslmode=require",
        ),
        ("postgresql://h/db?notify=create", "postgresql://h/db"),
        (
            "mongodb://h1:1,h2:2/auth?replicaSet=r&collection=c",
            "mongodb://h1:1,h2:2/auth?replicaSet=r",
        ),
        ("redis://h/0?prefix=app:", "redis://h/0"),
    ],
)
def test_ours_are_dropped(url: str, bare: str) -> None:
    assert drop_options(url) == bare


def test_others_can_be_named() -> None:
    assert drop_options("mongodb://h/?collection=c&prefix=p", {"collection"}) == (
        "mongodb://h/?prefix=p"
    )


def test_options_are_read_decoded() -> None:
    assert read_options("x://h/p?a=b%20c&d=e&a=f") == {"a": "f", "d": "e"}


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("prefx=shop:", "?prefx= is no option of a Redis URL. Fix: did you mean prefix?"),
        ("decode_responses=True", "?decode_responses= is no option of a Redis URL. Fix: it takes"),
        ("family=6", "?family= is no option of a Redis URL. Fix: it takes client_name, db"),
        ("timeout=abc", "redis://h:6379 is no Redis URL"),
    ],
)
def test_an_option_that_redis_py_cannot_take_is_named(option: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        connect(f"redis://u:secret@h:6379/1?{option}")
    assert str(refused.value).startswith(said)


def test_a_misspelt_table_is_named_and_an_option_of_the_apps_driver_is_not() -> None:
    with pytest.raises(InputError, match=r"\?tabel= is no option of a SQLite URL.*mean table"):
        parse_location("sqlite:///app.db?tabel=x")
    assert parse_location("sqlite:///app.db?mode=rwc&timeout=5").table == "sessions"
