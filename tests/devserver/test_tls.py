"""The local authority: kept, renewed at its end, private, and good for loopback only."""

from __future__ import annotations

import datetime
import ipaddress
import os
import socket
import ssl
import stat
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509

from session_inspector.devserver.core.clock import ManualClock, SystemClock
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.tls import MOST_NAMES, ServerNames, TlsFiles, tls_files
from tests.waiting import PATIENCE

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


@pytest.mark.parametrize(
    "name",
    ["localhost", "127.0.0.1", "::1", "app.localhost", "API.v1.localhost", "my_app.localhost"],
)
def test_a_client_that_trusts_the_bundle_shakes_hands(name: str, tmp_path: Path) -> None:
    files = tls_files(tmp_path, SystemClock())
    assert ask(files, name).served == [b"hello"]


def test_a_name_below_localhost_has_a_certificate_of_its_own_which_is_kept(tmp_path: Path) -> None:
    files = tls_files(tmp_path, SystemClock())
    first = ask(files, "app.localhost").shown
    names = first.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names == x509.SubjectAlternativeName([x509.DNSName("app.localhost")])
    assert ask(files, "app.localhost").shown == first, "an exception in a browser stays good"
    assert ask(files, "localhost").shown == loaded(files.certificate)
    (kept,) = (tmp_path / "tls" / "names").iterdir()
    assert (kept.name, stat.S_IMODE(kept.stat().st_mode)) == ("app.localhost.pem", 0o600)


def test_a_kept_certificate_of_another_authority_is_replaced(tmp_path: Path) -> None:
    files = tls_files(tmp_path, SystemClock())
    first = ask(files, "app.localhost").shown
    for name in ("ca.pem", "leaf.pem"):
        (tmp_path / "tls" / name).unlink()
    files = tls_files(tmp_path, SystemClock())
    assert ask(files, "app.localhost").shown != first


@pytest.mark.parametrize(
    "name",
    [
        "example.com",
        "localhost.example.com",
        "evil-localhost",
        "xn--lcalhost-54a",
        "127.0.0.2.nip.io",
        "-a.localhost",
    ],
)
def test_a_name_that_is_not_ours_is_refused_before_any_certificate(
    name: str, tmp_path: Path
) -> None:
    files = tls_files(tmp_path, SystemClock())
    with pytest.raises(ssl.SSLError, match=r"(?i)unrecognized.name"):
        ask(files, name)
    assert not (tmp_path / "tls" / "names").exists()


@pytest.mark.parametrize(
    "name",
    [
        "../../x.localhost",
        "a/b.localhost",
        ".localhost",
        "a..localhost",
        "a\n.localhost",
        "a.localhost\n",
        f"{'a' * 64}.localhost",
        "a." * 9 + "localhost",
    ],
)
def test_a_hostile_name_is_refused_and_names_no_file(name: str, tmp_path: Path) -> None:
    files = tls_files(tmp_path, SystemClock())
    names = ServerNames(files, SystemClock())
    context = files.server_context()
    connection = context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_side=True)
    refused = ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
    assert names.choose(connection, name, context) == refused
    assert connection.context is context
    assert not (tmp_path / "tls" / "names").exists()


def test_a_page_that_asks_for_ever_more_names_gets_no_more_files(tmp_path: Path) -> None:
    files = tls_files(tmp_path, SystemClock())
    names = ServerNames(files, SystemClock())
    context = files.server_context()
    connection = context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_side=True)
    answers = [
        names.choose(connection, f"n{number}.localhost", context)
        for number in range(MOST_NAMES + 3)
    ]
    assert answers == [None] * MOST_NAMES + [ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME] * 3
    assert names.choose(connection, "n0.localhost", context) is None, "those known are served on"
    assert len(list((tmp_path / "tls" / "names").iterdir())) == MOST_NAMES


def test_a_folder_that_is_full_ends_the_handshake_and_nothing_else(tmp_path: Path) -> None:
    files = tls_files(tmp_path, SystemClock())
    (tmp_path / "tls" / "names").write_text("a file")
    with pytest.raises(ssl.SSLError, match=r"(?i)internal.error"):
        ask(files, "app.localhost")
    assert ask(files, "localhost").served == [b"hello"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client was shown, and what the server got of it."""

    shown: x509.Certificate
    served: list[bytes]


def ask(files: TlsFiles, name: str) -> Answer:
    """Shake hands under a name. Raises: ssl.SSLError when it is refused."""
    ours, theirs = socket.socketpair()
    served: list[bytes] = []
    thread = threading.Thread(target=lambda: served.append(_serve(files, theirs)))
    thread.start()
    try:
        with files.client_context().wrap_socket(ours, server_hostname=name) as client:
            shown = client.getpeercert(binary_form=True)
            client.sendall(b"hello")
            thread.join(PATIENCE)
    finally:
        ours.close()
        thread.join(PATIENCE)
    assert shown is not None
    return Answer(x509.load_der_x509_certificate(shown), served)


def _serve(files: TlsFiles, raw: socket.socket) -> bytes:
    with raw:
        try:
            with files.server_context().wrap_socket(raw, server_side=True) as server:
                return server.recv(5)
        except ssl.SSLError:
            return b""


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(InputError) as error:
        tls_files(tmp_path / "state", ManualClock())
    assert "set XDG_STATE_HOME" in error.value.message
    assert os.linesep not in error.value.message
