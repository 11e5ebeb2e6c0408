"""What is a URL of http or https, and what only looks so."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.configuration.web_urls import is_web_url, read_web_url
from tests.no_urls import NO_WEB_URLS


@pytest.mark.parametrize("text", NO_WEB_URLS)
def test_what_names_no_host_is_none(text: str) -> None:
    assert read_web_url(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "http://localhost:3000",
        "https://app.test/a?b=c#d",
        "http://[::1]:80/",
        "http://[fe80::1]",
        "http://user:pass@h/",
        "http://bücher.test",
        "http://my_app.local.:8080",
        "HTTP://EXAMPLE.TEST",
    ],
)
def test_what_names_one_is_one(text: str) -> None:
    assert is_web_url(text)
