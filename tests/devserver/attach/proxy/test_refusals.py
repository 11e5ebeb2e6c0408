"""What the proxy answers itself: one whole response, harmless, and never cached."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.proxy.refusals import (
    REASONS,
    build_refusal,
    describe_foreign_host,
)


@pytest.mark.parametrize("status", REASONS)
def test_a_refusal_is_a_whole_response_that_ends_the_connection(status: int) -> None:
    head, _, body = build_refusal(status, "Title", "detail").partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} {REASONS[status]}\r\n".encode())
    assert f"Content-Length: {len(body)}\r\n".encode() in head
    assert b"Cache-Control: no-store" in head
    assert head.endswith(b"Connection: close")


def test_the_answer_to_head_has_no_body() -> None:
    assert build_refusal(502, "T", "d", has_body=False).endswith(b"\r\n\r\n")


def test_what_a_stranger_wrote_is_escaped_and_short() -> None:
    title, detail = describe_foreign_host("<script>" + "x" * 200)
    page = build_refusal(421, title, detail)
    assert b"<script>" not in page
    assert b"x" * 100 not in page
