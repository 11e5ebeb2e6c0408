"""The name that a client asks for is read from its first message, however that is cut."""

from __future__ import annotations

import ssl

import pytest

from session_inspector.devserver.client_hello import HEADER, MOST, find_server_name
from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.tls import TlsFiles, tls_files
from tests.devserver.hellos import make_hello

NAMES = [
    b"app.localhost",
    "münchen.localhost".encode(),
    b"\xff\xfe",
    b"a" * 200,
    b"x\n.localhost",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_name_is_found_once_the_message_is_whole(name: bytes) -> None:
    hello = make_hello(name)
    for end in range(len(hello)):
        assert find_server_name(hello[:end]) is None
    assert find_server_name(hello) == name
    assert find_server_name(hello + b"more") == name


@pytest.mark.parametrize("size", [1, 7, 100])
def test_a_message_in_many_records_is_joined(size: int) -> None:
    hello = make_hello(b"app.localhost")
    body = hello[HEADER:]
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    records = [hello[:3] + len(part).to_bytes(2) + part for part in parts]
    assert find_server_name(b"".join(records)) == b"app.localhost"
    assert find_server_name(b"".join(records[:-1])) is None


def test_a_client_that_names_nothing_asks_for_nothing() -> None:
    outgoing = ssl.MemoryBIO()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    client = context.wrap_bio(ssl.MemoryBIO(), outgoing)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    assert find_server_name(outgoing.read()) == b""


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n",
        b"\x15\x03\x01\x00\x02\x02\x28",
        b"\x16\x03\x01\x00\x00",
        b"\x16\x03\x01\x00\x04\x01\x00\x00\x00",
        b"\x16\x03\x01\x00\x06\x01\x00\x00\x02\xff\xff",
        b"\x16" * (MOST + 1),
        b"\x16\x03\x01\x00\x05hello",
        b"\x16\x03\x01\x00\x04\x01\xff\xff\xff",
    ],
)
def test_what_is_no_first_message_is_left_to_openssl(data: bytes) -> None:
    assert find_server_name(data) == b""


def test_a_message_with_any_byte_changed_is_read_without_an_error() -> None:
    hello = make_hello(b"app.localhost")
    for at in range(len(hello)):
        for value in (0, 1, 0x7F, 0xFF):
            find_server_name(hello[:at] + bytes([value]) + hello[at + 1 :])


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    return tls_files(tmp_path_factory.mktemp("state"), SystemClock())


@pytest.mark.parametrize("step", [1, 50, 10_000])
def test_a_handshake_begins_with_the_whole_message(step: int, files: TlsFiles) -> None:
    incoming = ssl.MemoryBIO()
    outgoing = ssl.MemoryBIO()
    server = files.server_context().wrap_bio(incoming, outgoing, server_side=True)
    hello = make_hello(b"localhost")
    for at in range(0, len(hello), step):
        incoming.write(hello[at : at + step])
        with pytest.raises(ssl.SSLWantReadError):
            server.do_handshake()
    assert outgoing.read()[:1] == b"\x16", "it has answered"


def test_a_name_that_is_no_ascii_ends_the_handshake_and_prints_nothing(
    files: TlsFiles, capfd: pytest.CaptureFixture[str]
) -> None:
    incoming = ssl.MemoryBIO()
    server = files.server_context().wrap_bio(incoming, ssl.MemoryBIO(), server_side=True)
    incoming.write(make_hello("münchen.localhost".encode()))
    with pytest.raises(ssl.SSLError, match="no ASCII"):
        server.do_handshake()
    assert capfd.readouterr() == ("", "")
