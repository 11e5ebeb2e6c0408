"""URLs of strangers: what is none has no parts, and raises nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from session_inspector.devserver.cookies.url_parts import NO_URL, head_of, split_url, target_path

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


@pytest.mark.parametrize(
    "url",
    [
        "http://a.test",
        "http://a.test:80/b?c=://d/e#f",
        "https://user:word@[::1]:8443?x",
        "HTTP://A.test#/x",
        "http:///path",
        "http://",
        "http://a\tb.test/x",
        "http://a b.test/x",
        " http://a.test/x",
        "http://[/x",
        "http://℀.test/x",
        "ws+unix://a.test\\b/x",
        "data:text/plain,http://a.test/",
        "//a.test/x",
        "/x?y=http://a.test",
        "a.test:80/x",
        "",
    ],
)
def test_the_head_of_a_url_has_its_scheme_and_authority(url: str) -> None:
    whole = split_url(url)
    head = split_url(head_of(url))
    assert (head.scheme, head.netloc) == (whole.scheme, whole.netloc)
    assert url.startswith(head_of(url))


def test_urls_that_differ_behind_their_authority_have_one_head() -> None:
    urls = ["http://a.test:80/b", "http://a.test:80?c", "http://a.test:80", "http://a.test:80#d"]
    assert {head_of(url) for url in urls} == {"http://a.test:80"}
