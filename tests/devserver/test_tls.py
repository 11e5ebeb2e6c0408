"""The local authority: kept, renewed at its end, private, and good for loopback only."""

from __future__ import annotations

import datetime
import ipaddress
import os
import socket
import ssl
import stat
import threading
from pathlib import Path

import pytest
from cryptography import x509

from session_inspector.devserver.core.clock import ManualClock, SystemClock
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.tls import TlsFiles, tls_files

DAY = 86_400


def loaded(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_files_are_private_and_kept(tmp_path: Path) -> None:
    clock = ManualClock()
    first = tls_files(tmp_path, clock)
    for path in (tmp_path / "tls").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    serials = [loaded(p).serial_number for p in (first.ca, first.certificate)]
    again = tls_files(tmp_path, clock)
    assert [loaded(p).serial_number for p in (again.ca, again.certificate)] == serials


@pytest.mark.parametrize(
    ("days", "new_leaf", "new_ca"), [(389, False, False), (391, True, False), (3644, True, True)]
)
def test_what_is_at_its_end_is_made_anew(
    days: int, new_leaf: bool, new_ca: bool, tmp_path: Path
) -> None:
    clock = ManualClock()
    files = tls_files(tmp_path, clock)
    before = [loaded(p).serial_number for p in (files.certificate, files.ca)]
    clock.advance(days * DAY)
    files = tls_files(tmp_path, clock)
    after = [loaded(p).serial_number for p in (files.certificate, files.ca)]
    assert [one != two for one, two in zip(before, after, strict=True)] == [new_leaf, new_ca]
    moment = datetime.datetime.fromtimestamp(clock.now(), datetime.UTC)
    assert loaded(files.certificate).not_valid_after_utc > moment


def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    clock = ManualClock()
    files = tls_files(tmp_path, clock)
    files.certificate.write_text("no certificate")
    assert tls_files(tmp_path, clock).certificate.read_bytes().startswith(b"-----BEGIN")


def test_the_authority_signs_for_loopback_only(tmp_path: Path) -> None:
    files = tls_files(tmp_path, ManualClock())
    limits = loaded(files.ca).extensions.get_extension_for_class(x509.NameConstraints)
    assert limits.critical
    assert [name.value for name in limits.value.permitted_subtrees or []] == [
        "localhost",
        ipaddress.ip_network("127.0.0.1"),
        ipaddress.ip_network("::1"),
    ]


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1"])
def test_a_client_that_trusts_the_bundle_shakes_hands(name: str, tmp_path: Path) -> None:
    files = tls_files(tmp_path, SystemClock())
    ours, theirs = socket.socketpair()
    served: list[bytes] = []
    thread = threading.Thread(target=lambda: served.append(_serve(files, theirs)))
    thread.start()
    with files.client_context().wrap_socket(ours, server_hostname=name) as client:
        client.sendall(b"hello")
    thread.join(10)
    assert served == [b"hello"]


def _serve(files: TlsFiles, raw: socket.socket) -> bytes:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    with context.wrap_socket(raw, server_side=True) as server:
        return server.recv(5)


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(InputError) as error:
        tls_files(tmp_path / "state", ManualClock())
    assert "set XDG_STATE_HOME" in error.value.message
    assert os.linesep not in error.value.message
