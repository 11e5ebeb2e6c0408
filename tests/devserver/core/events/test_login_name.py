"""A login has one name, at the proxy and at the provider."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.login_name import find_carrier, name_login
from session_inspector.devserver.core.values import fingerprint


@pytest.mark.parametrize(
    ("request_", "carrier"),
    [
        ({"state": "s", "code_challenge": "c", "nonce": "n"}, "state"),
        ({"state": "", "code_challenge": "c", "nonce": "n"}, "code_challenge"),
        ({"nonce": "n"}, "nonce"),
        ({"client_id": "x"}, ""),
    ],
)
def test_it_is_named_by_the_first_that_comes_back(request_: dict[str, str], carrier: str) -> None:
    assert find_carrier(request_) == carrier
    assert name_login(request_) == (fingerprint(request_[carrier]) if carrier else "")
