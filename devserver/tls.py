"""TLS for loopback: a certificate authority of the lab's own, and what servers answer with.

    STATE/tls/ca.pem        what clients must trust (NODE_EXTRA_CA_CERTS adds it to their own)
    STATE/tls/bundle.pem    the public authorities and ours (SSL_CERT_FILE replaces theirs)
    STATE/tls/ca.key  leaf.key  leaf.pem        mode 0600, as everything here
    STATE/tls/names/app.localhost.pem           key and certificate of a name below localhost

A name below localhost gets a certificate when a client first asks for it (SNI, RFC 6066 §3):
browsers take no wildcard for `*.localhost`. Validity is judged by the machine's own clock, as
clients do: time travel of the lab does not end it.
"""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from session_inspector.devserver.certificates import (
    LOCALHOST,
    PEM,
    make_authority,
    make_key,
    make_leaf,
    to_pem,
)
from session_inspector.devserver.client_hello import GreetingContext
from session_inspector.devserver.core.clock import Clock, SystemClock
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.private_file import write_whole
from session_inspector.devserver.core.values import Seconds

CA = "ca.pem"
CA_KEY = "ca.key"
SPARE = 7 * 86_400
"""Seconds before its end at which a certificate is made anew."""
MOST_NAMES = 64
"""Names that one server answers to: a page can ask for as many as it likes."""
NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.){1,8}localhost")
"""Names that get a certificate, and a file of that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFiles:
    """Where the files are."""

    ca: Path
    bundle: Path
    certificate: Path
    key: Path

    def client_context(self) -> ssl.SSLContext:
        """Return a context that trusts the public authorities and ours."""
        return ssl.create_default_context(cafile=str(self.bundle))

    def server_context(self, clock: Clock | None = None) -> ssl.SSLContext:
        """Return a context that answers as localhost, in HTTP/1.1, and as each name below it.

        `clock` is the machine's own. Names that are no loopback name are refused (alert 112).
        """
        context = make_context(self.certificate, self.key)
        names = ServerNames(self, clock or SystemClock())
        context.sni_callback = names.choose
        return context


def make_context(certificate: Path, key: Path | None = None) -> ssl.SSLContext:
    """Return a server's context with one certificate. Raises: OSError; ssl.SSLError."""
    context = GreetingContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.set_alpn_protocols(["http/1.1"])
    return context


class ServerNames:
    """What one server answers as, by the name that a client asks for."""

    def __init__(self, files: TlsFiles, clock: Clock) -> None:
        self._folder = files.ca.parent
        self._clock = clock
        self._contexts: dict[str, ssl.SSLContext] = {}

    def choose(
        self, connection: ssl.SSLObject, name: str | None, _context: ssl.SSLContext
    ) -> int | None:
        """Answer as the name that is asked for; returns an alert for one that is not ours.

        A client that names none, as of an address, gets the certificate of localhost.
        """
        wanted = (name or LOCALHOST).lower()
        if wanted == LOCALHOST:
            return None
        try:
            found = self._find(wanted)
        except (OSError, ValueError, InputError):
            return ssl.ALERT_DESCRIPTION_INTERNAL_ERROR  # no file can be written, or read
        if found is None:
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        connection.context = found
        return None

    def _find(self, name: str) -> ssl.SSLContext | None:
        """Return the context of a name; None: it gets none. Raises: OSError; InputError."""
        known = self._contexts.get(name)
        if known is not None or len(self._contexts) >= MOST_NAMES or not NAME.fullmatch(name):
            return known
        path = self._folder / "names" / f"{name}.pem"
        if not self._may_serve(path):
            write_whole(path, b"".join(_sign_leaf(self._folder, name, self._clock.now())))
        self._contexts[name] = make_context(path)
        return self._contexts[name]

    def _may_serve(self, path: Path) -> bool:
        """Check whether a file holds a leaf of the present authority that has not ended."""
        if not _is_good(path, self._clock.now()):
            return False
        authority = x509.load_pem_x509_certificate((self._folder / CA).read_bytes())
        try:
            x509.load_pem_x509_certificate(path.read_bytes()).verify_directly_issued_by(authority)
        except (ValueError, TypeError, InvalidSignature):
            return False
        return True


def tls_files(state: Path, clock: Clock) -> TlsFiles:
    """Return the files, made or renewed where they are missing or at their end.

    `clock` is the machine's own. Raises: InputError when the folder cannot be written.
    """
    folder = state / "tls"
    files = TlsFiles(
        ca=folder / CA,
        bundle=folder / "bundle.pem",
        certificate=folder / "leaf.pem",
        key=folder / "leaf.key",
    )
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _renew(folder, files, clock.now())
    except OSError as error:
        raise InputError(
            f"{folder} cannot be written ({error.strerror}); the local certificates are kept there."
            " Fix: set XDG_STATE_HOME to a folder of yours"
        ) from error
    return files


def _renew(folder: Path, files: TlsFiles, now: Seconds) -> None:
    ca_key_file = folder / CA_KEY
    is_old = not (_is_good(files.ca, now) and ca_key_file.exists())
    if is_old:
        key = make_key()
        write_whole(ca_key_file, to_pem(key))
        write_whole(files.ca, make_authority(key, now).public_bytes(PEM))
    if is_old or not (_is_good(files.certificate, now) and files.key.exists()):
        leaf_key, leaf = _sign_leaf(folder, LOCALHOST, now)
        write_whole(files.key, leaf_key)
        write_whole(files.certificate, leaf)
    write_whole(files.bundle, Path(certifi.where()).read_bytes() + b"\n" + files.ca.read_bytes())


def _sign_leaf(folder: Path, name: str, now: Seconds) -> tuple[bytes, bytes]:
    """Return key and certificate for a name. Raises: InputError; OSError."""
    authority = x509.load_pem_x509_certificate((folder / CA).read_bytes())
    signer = serialization.load_pem_private_key((folder / CA_KEY).read_bytes(), None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise InputError(f"{folder / CA_KEY} is no EC key. Fix: delete the folder {folder}")
    key = make_key()
    return to_pem(key), make_leaf(key, authority, signer, now, name).public_bytes(PEM)


def _is_good(path: Path, now: Seconds) -> bool:
    """Report whether a certificate is there, readable, and valid for some days more."""
    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return False
    is_begun = found.not_valid_before_utc.timestamp() <= now
    return is_begun and now + SPARE < found.not_valid_after_utc.timestamp()
