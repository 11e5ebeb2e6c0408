"""What a row of starsessions is called when it does not open."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from session_inspector.devserver.attach.rows.base import RawRow
from session_inspector.devserver.attach.stored_rows import read_starsessions
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import Material

KEY = Fernet.generate_key().decode()
CONTENT = b'{"user":"ann","__metadata__":{"created":1,"lifetime":60}}'
SEALED = Fernet(KEY.encode()).encrypt(CONTENT)


def row(value: bytes) -> RawRow:
    return RawRow(key="starsessions.abc", value=value, expires=None)


@pytest.mark.parametrize("value", [CONTENT, SEALED], ids=["plain", "sealed"])
def test_a_row_is_read_plain_or_with_its_key(value: bytes) -> None:
    found = read_starsessions(row(value), Material(cookies={}, secrets=["other", KEY]))
    assert found.data is not None
    assert (found.data["user"], found.created) == ("ann", 1)


@pytest.mark.parametrize(
    ("value", "secrets", "code", "said"),
    [
        (SEALED, ["other"], "wrong_secret", "none of the secrets is the key"),
        (SEALED, [], "wrong_secret", "no secret was given"),
        (b"\xff\x00\x81" * 20, ["other"], "wrong_secret", "none of the secrets is the key"),
        ("Grüße\n> Host: a".encode(), ["other"], "not_a_session", "text, and no session"),
        (b"> GET / HTTP/1.1", [], "not_a_session", "text, and no session"),
    ],
    ids=["other key", "no key", "bytes", "lines", "one line"],
)
def test_no_signature_is_named_that_a_row_does_not_have(
    value: bytes, secrets: list[str], code: str, said: str
) -> None:
    with pytest.raises(DecodeError, match=said) as caught:
        read_starsessions(row(value), Material(cookies={}, secrets=secrets))
    assert caught.value.code == code
    assert "signature" not in caught.value.message
