"""A provider's issuer is compared as a URL."""

from __future__ import annotations

import pytest

from session_inspector.devserver.client.urls.issuer import is_same_issuer


@pytest.mark.parametrize(
    "found",
    ["https://op.test/", "https://op.test", "HTTPS://OP.test", "https://op.test:443/"],
)
def test_case_port_and_one_slash_mean_nothing(found: str) -> None:
    assert is_same_issuer(found, "https://op.test/")


@pytest.mark.parametrize(
    "found",
    [
        "https://evil.test/",
        "https://op.test//",
        "https://op.test/Realm",
        "http://op.test/",
        "https://op.test:8443/",
        "https://op.test:x/",
        "https://op.test@evil.test/",
        "https://[",
        "op.test",
        "",
        None,
        5,
        ["https://op.test/"],
    ],
)
def test_another_issuer_is_another(found: object) -> None:
    assert not is_same_issuer(found, "https://op.test/")


def test_the_case_of_a_path_counts() -> None:
    assert is_same_issuer("https://OP.test/realms/a/", "https://op.test/realms/a")
    assert not is_same_issuer("https://op.test/realms/A", "https://op.test/realms/a")
