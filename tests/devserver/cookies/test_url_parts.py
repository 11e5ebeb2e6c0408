"""URLs of strangers: what is none has no parts, and raises nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from session_inspector.devserver.cookies.url_parts import NO_URL, split_url, target_path

ROOT = Path(__file__).parents[3]
OF_STRANGERS = ("inspector/model", "devserver/cookies", "devserver/attach/traffic")
"""Folders whose URLs come from requests, responses and recordings."""


@pytest.mark.parametrize("text", ["http://[", "//[", "https://]/cb", "//℀.test/"])
def test_what_is_no_url_has_no_parts(text: str) -> None:
    assert split_url(text) == NO_URL
    assert (split_url(text).hostname, split_url(text).port) == (None, None)


def test_a_url_has_its_parts() -> None:
    found = split_url("https://app.test:1/a?b=c#d")
    assert (found.scheme, found.netloc, found.path) == ("https", "app.test:1", "/a")
    assert (found.query, found.fragment) == ("b=c", "d")


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/a/b?to=http://x/y", "/a/b"),
        ("//[", "//["),
        ("//evil.test/a?b", "//evil.test/a"),
        ("/a:b", "/a:b"),
        ("http://app.test/a?b", "/a"),
        ("http://app.test", "/"),
        ("http://[", "/"),
        ("?a", "/"),
        ("", "/"),
        ("/", "/"),
    ],
)
def test_the_path_of_a_target_is_what_the_app_is_asked_for(target: str, path: str) -> None:
    assert target_path(target) == path


@pytest.mark.parametrize("folder", OF_STRANGERS)
def test_urls_of_strangers_are_split_here_alone(folder: str) -> None:
    found = [
        str(file.relative_to(ROOT))
        for file in sorted((ROOT / folder).rglob("*.py"))
        if file.name != "url_parts.py"
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module == "urllib.parse"
        and {"urlsplit", "urlparse"} & {name.name for name in node.names}
    ]
    assert found == []
