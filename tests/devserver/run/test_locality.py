"""Which stores are on this machine, whatever the URL hides in its query."""

from __future__ import annotations

import pytest

from session_inspector.devserver.run.locality import (
    find_wrong_port,
    hosts_of,
    is_local,
)


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("redis://localhost:6379", True),
        ("redis://[::1]:6379", True),
        ("redis://127.0.0.2", True),
        ("redis://cache.localhost", True),
        ("postgres:///app", True),
        ("postgres:///app?host=/var/run/postgresql", True),
        ("sqlite:///x.db", True),
        ("mongodb://localhost:1,127.0.0.1:2/x", True),
        ("mongodb://localhost:1,db.example.com:2/x", False),
        ("postgres://localhost/app?host=db.example.com", False),
        ("postgres://db.example.com/app?host=/var/run/postgresql", True),
        ("postgres:///app?host=localhost,db.example.com", False),
        ("redis://user:localhost@cache.example.com", False),
        ("redis://localhost.example.com", False),
        ("redis://redis:6379", False),
        ("redis://10.0.0.1", False),
        ("mongodb+srv://localhost/x", False),
    ],
)
def test_only_loopback_is_this_machine(url: str, local: bool) -> None:
    assert is_local(url) is local


def test_the_hosts_are_those_that_the_driver_asks() -> None:
    assert hosts_of("mongodb://u:p@a:1,b:2/x") == ["a:1", "b:2"]
    assert hosts_of("postgres://u:p@a/x?host=db.example.com") == ["db.example.com"]
    assert hosts_of("no url") == []


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("redis://localhost:6379/0", ""),
        ("redis://localhost", ""),
        ("redis://[::1]:65535", ""),
        ("redis://[::1]:65536", "[::1]:65536"),
        ("mongodb://u:p@a:1,b:x/d", "b:x"),
        ("postgres://h:-1/x", "h:-1"),
        ("redis://h:²", "h:²"),
        ("sqlite:///x.db", ""),
    ],
)
def test_a_port_that_is_none_is_found(url: str, wrong: str) -> None:
    assert find_wrong_port(url) == wrong
