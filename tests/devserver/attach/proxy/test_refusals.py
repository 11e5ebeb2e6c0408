"""What the proxy answers itself: one whole response, harmless, and never cached."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.proxy.refusals import (
    REASONS,
    build_refusal,
    describe_foreign_host,
    describe_outage,
)
from session_inspector.devserver.attach.proxy.upstream.trouble import (
    START_IT,
    describe_connect_error,
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


def test_a_name_is_allowed_by_what_the_command_takes() -> None:
    assert "If it is yours: --allow-host NAME." in describe_foreign_host("shop.test")[1]
    detail = describe_foreign_host("shop.test", is_in_run=True)[1]
    assert "attach with --allow-host NAME; run answers localhost" in detail


def test_an_app_that_run_has_started_need_not_be_started() -> None:
    trouble = describe_connect_error(ConnectionRefusedError(111, "refused"))
    _, detail = describe_outage("http://127.0.0.1:3000", trouble)
    assert START_IT in detail
    title, detail = describe_outage("http://127.0.0.1:3000", trouble, is_started_here=True)
    assert (title, START_IT in detail) == ("Your app does not answer", False)
    assert detail.endswith("Its own output says why; load this page again once it listens.")
    assert b"session-inspector attach" not in build_refusal(502, title, detail)
