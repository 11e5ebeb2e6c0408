"""What the lines of a response ask for, and what those of a request repeat."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.proxy.head_texts import asks_other, echoed_cookies
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


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ((b"x-xsrf-token", b"Zx81kQ2mVb7L"), {"XSRF-TOKEN"}),
        ((b"x-csrf-token", b"Zx81kQ2mVb7L"), {"XSRF-TOKEN"}),
        ((b"x-xsrf-token", b"another"), set()),
        ((b"x-request-id", b"Zx81kQ2mVb7L"), set()),
        ((b"authorization", b"Bearer Zx81kQ2mVb7L"), set()),
    ],
)
def test_a_header_for_forms_that_repeats_a_cookie_is_found(
    line: tuple[bytes, bytes], found: set[str]
) -> None:
    pairs = [("sid", "k7Qp2Zx81mVb"), ("XSRF-TOKEN", "Zx81kQ2mVb7L")]
    assert echoed_cookies(HeaderTexts([line]), pairs) == found
