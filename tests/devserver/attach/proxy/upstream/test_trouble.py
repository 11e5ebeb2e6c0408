"""What is wrong on the way to the app is named, with the fix that helps there."""

from __future__ import annotations

import socket
import ssl

import pytest

from session_inspector.devserver.attach.proxy.route import route_to
from session_inspector.devserver.attach.proxy.upstream.trouble import (
    HTTP2_ONLY,
    SPEAKS_TLS,
    Trouble,
    describe_connect_error,
    describe_strange_answer,
    is_no_answer_of_http1,
)
from session_inspector.devserver.run.origins import read_origins

NODE = bytes.fromhex("000000040000000000000008070000000000000000")
GRPC = bytes.fromhex("00001804000000000000040040000000050040000000060000400000")


def certificate_error(code: int, message: str) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    error.verify_message = message
    return error


def tls_error(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, reason)
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("code", "message", "fix"),
    [
        (18, "self-signed certificate", "SSL_CERT_FILE=CA.pem"),
        (19, "self-signed certificate in certificate chain", "SSL_CERT_FILE=CA.pem"),
        (20, "unable to get local issuer certificate", "SSL_CERT_FILE=CA.pem"),
        (62, "Hostname mismatch", "a name that the certificate has"),
        (10, "certificate has expired", "renew it"),
        (9, "certificate is not yet valid", "renew it"),
    ],
)
def test_a_certificate_has_the_fix_for_its_fault(code: int, message: str, fix: str) -> None:
    found = describe_connect_error(certificate_error(code, message))
    assert (found.kind, message in found.reason) == ("unusable", True)
    assert fix in found.fix
    assert "--insecure" in found.fix
    assert "Start it" not in found.fix


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (
            ConnectionRefusedError(111, "Connect call failed ('::1', 9)"),
            "away",
            "connection refused",
        ),
        (
            OSError("Multiple exceptions: [Errno 111] to ::1, [Errno 111] to 127.0.0.1"),
            "away",
            "connection refused",
        ),
        (TimeoutError(), "away", "did not take the connection in time"),
        (socket.gaierror(-2, "Name or service not known"), "away", "host name is not known"),
        (tls_error("WRONG_VERSION_NUMBER"), "unusable", "attach http://"),
        (tls_error("TLSV1_ALERT_NO_APPLICATION_PROTOCOL"), "unusable", "only HTTP/2"),
        (
            ssl.SSLError(1, "[SSL] tlsv1 alert no application protocol (_ssl.c:1006)"),
            "unusable",
            "only HTTP/2",
        ),
        (tls_error("SSLV3_ALERT_HANDSHAKE_FAILURE"), "unusable", "sslv3 alert handshake failure"),
    ],
)
def test_a_connection_that_fails_has_a_kind_and_words(
    error: Exception, kind: str, text: str
) -> None:
    found = describe_connect_error(error)
    assert found.kind == kind
    assert text in f"{found.reason} {found.fix}"
    assert "Errno" not in found.summary


def test_the_first_bytes_tell_what_an_answer_is() -> None:
    assert describe_strange_answer(NODE, "") is HTTP2_ONLY
    assert describe_strange_answer(GRPC, "") is HTTP2_ONLY
    assert describe_strange_answer(b"\x15\x03\x01\x00\x02\x02\x46", "") is SPEAKS_TLS
    assert describe_strange_answer(b"junk\r\n\r\n", "no status line").kind == "request"
    not_settings = NODE[:3] + b"\x07" + NODE[4:]
    assert describe_strange_answer(not_settings, "?").kind == "request"


@pytest.mark.parametrize(
    ("start", "is_none"),
    [(b"", False), (b"H", False), (b"HTTP/1.1 ", False), (b"\x00\x00", False), (b"SSH-2.0", True)],
)
def test_what_cannot_begin_an_answer_is_known_at_once(start: bytes, is_none: bool) -> None:
    assert is_no_answer_of_http1(start) is is_none


@pytest.mark.parametrize(
    ("trouble", "fix"),
    [
        (describe_connect_error(certificate_error(18, "self-signed")), "SSL_CERT_FILE=CA.pem"),
        (describe_connect_error(certificate_error(62, "Hostname mismatch")), "--with NAME=https"),
        (describe_connect_error(certificate_error(10, "has expired")), "renew it"),
        (describe_connect_error(tls_error("WRONG_VERSION_NUMBER")), "--with NAME=http://"),
        (describe_connect_error(socket.gaierror(-2, "not known")), "--with"),
        (SPEAKS_TLS, "run --https"),
        (HTTP2_ONLY, "HTTP/1.1 too"),
    ],
)
def test_in_a_run_the_fix_is_one_that_run_takes(trouble: Trouble, fix: str) -> None:
    for route in (
        route_to("http://localhost:3000", is_started_here=True),
        read_origins(["api=https://localhost:4000"])["api"],
    ):
        found = trouble.with_fix_of(route)
        assert fix in found.fix
        assert "attach" not in found.fix
        assert "--insecure" not in found.fix
    assert trouble.with_fix_of(route_to("http://localhost:3000")) == trouble
