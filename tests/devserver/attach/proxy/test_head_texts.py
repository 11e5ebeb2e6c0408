"""What the lines of a response ask for."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.proxy.head_texts import asks_other
from session_inspector.devserver.cookies.header_text import HeaderTexts


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([b'Basic realm="m"'], True),
        ([b"Negotiate", b"NTLM"], True),
        ([b'DIGEST realm="m", nonce="n"'], True),
        ([], False),
        ([b"Bearer"], False),
        ([b'Basic realm="m"', b"Bearer"], False),
        ([b'Cookie realm="m", form-action="/login"'], False),
        ([b""], False),
    ],
)
def test_only_what_a_browser_asks_its_user_for_is_no_cookie(
    lines: list[bytes], expected: bool
) -> None:
    texts = HeaderTexts([(b"www-authenticate", line) for line in lines])
    assert asks_other(texts) is expected
