"""Options of ours never reach a driver; its own do."""

from __future__ import annotations

import pytest

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
