"""Stores are opened by URL; what is wrong is said in one line, passwords masked."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.stores.memory import MemoryStore
from session_inspector.devserver.stores.urls import (
    check_driver,
    list_schemes,
    mask_store_url,
    open_store,
)


async def test_a_scheme_opens_its_store() -> None:
    assert isinstance(await open_store("memory://", ManualClock(), may_create=True), MemoryStore)


async def test_a_class_can_be_named() -> None:
    target = "session_inspector.devserver.stores.memory:MemoryStore"
    assert isinstance(await open_store(target, ManualClock(), may_create=True), MemoryStore)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://u:hunter2@h/db", "'mysql://u:•••@h/db' has no scheme we know.*sqlite://"),
        ("sessions.db", "'sessions.db' has no scheme we know"),
        ("", "'' has no scheme we know"),
        ("no.such.module:Store", "cannot be imported"),
        ("session_inspector.devserver.stores.memory:Nothing", "cannot be imported"),
    ],
)
async def test_an_unknown_store_is_one_clear_line(url: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        await open_store(url, ManualClock(), may_create=True)
    assert "\n" not in caught.value.message
    assert "hunter2" not in caught.value.message


async def test_a_class_of_the_current_folder_is_found_behind_what_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "from session_inspector.devserver.stores.memory import MemoryStore as Own\n"
    (tmp_path / "a_store_of_mine.py").write_text(text)
    (tmp_path / "httpx.py").write_text("raise RuntimeError\n")
    monkeypatch.chdir(tmp_path)
    before = list(sys.path)
    store = await open_store("a_store_of_mine:Own", ManualClock(), may_create=True)
    assert isinstance(store, MemoryStore)
    assert sys.path == before
    with pytest.raises(InputError, match="cannot be imported"):
        await open_store("httpx:Own", ManualClock(), may_create=True)


@pytest.mark.parametrize(
    "url", ["redis://h", "rediss+cluster://h", "postgres://h/d", "dynamodb://h"]
)
def test_a_driver_that_is_missing_is_named(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("session_inspector.devserver.stores.urls.find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"needs a driver .* Fix: pip install 'sess"):
        check_driver(url)
    check_driver("sqlite://x")
    check_driver("package.module:Class")


def test_schemes_are_listed() -> None:
    assert {"memory", "sqlite", "redis", "rediss"} <= set(list_schemes())


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("redis://:pw@h:6379/0", "redis://:•••@h:6379/0"),
        ("redis://h", "redis://h"),
        ("postgres://u:p%40@[::1]/x?y=z", "postgres://u:•••@[::1]/x?y=z"),
        ("redis://[", "redis://…"),
        ("sqlite:///tmp/x.db", "sqlite:///tmp/x.db"),
    ],
)
def test_passwords_are_masked(url: str, masked: str) -> None:
    assert mask_store_url(url) == masked
