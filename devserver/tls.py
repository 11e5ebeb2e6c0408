"""TLS for loopback: a certificate authority of the lab's own and a leaf for localhost.

    STATE/tls/ca.pem        what clients must trust (NODE_EXTRA_CA_CERTS adds it to their own)
    STATE/tls/bundle.pem    the public authorities and ours (SSL_CERT_FILE replaces theirs)
    STATE/tls/ca.key  leaf.key  leaf.pem        mode 0600, as everything here

The authority may sign for loopback names only (name constraints, RFC 5280 §4.2.1.10), so that
whoever steals its key cannot impersonate another host. Validity is judged by the machine's own
clock, as clients do: time travel of the lab does not end it.
"""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.private_file import write_whole
from session_inspector.devserver.core.values import Seconds

CA_DAYS = 3650
LEAF_DAYS = 397
SPARE = 7 * 86_400
"""Seconds before its end at which a certificate is made anew."""
ADDRESSES = ("127.0.0.1", "::1")
PEM = serialization.Encoding.PEM


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

    def server_context(self) -> ssl.SSLContext:
        """Return a context that answers as localhost, in HTTP/1.1."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        context.set_alpn_protocols(["http/1.1"])
        return context


def tls_files(state: Path, clock: Clock) -> TlsFiles:
    """Return the files, made or renewed where they are missing or at their end.

    `clock` is the machine's own. Raises: InputError when the folder cannot be written.
    """
    folder = state / "tls"
    files = TlsFiles(
        ca=folder / "ca.pem",
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
    ca_key_file = folder / "ca.key"
    is_old = not (_is_good(files.ca, now) and ca_key_file.exists())
    if is_old:
        key = ec.generate_private_key(ec.SECP256R1())
        write_whole(ca_key_file, _key_bytes(key))
        write_whole(files.ca, _authority(key, now).public_bytes(PEM))
    if is_old or not (_is_good(files.certificate, now) and files.key.exists()):
        authority = x509.load_pem_x509_certificate(files.ca.read_bytes())
        signer = serialization.load_pem_private_key(ca_key_file.read_bytes(), None)
        if not isinstance(signer, ec.EllipticCurvePrivateKey):
            raise InputError(f"{ca_key_file} is no EC key. Fix: delete the folder {folder}")
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = _leaf(key, authority, signer, now)
        write_whole(files.key, _key_bytes(key))
        write_whole(files.certificate, leaf.public_bytes(PEM))
    write_whole(files.bundle, Path(certifi.where()).read_bytes() + b"\n" + files.ca.read_bytes())


def _is_good(path: Path, now: Seconds) -> bool:
    """Report whether a certificate is there, readable, and valid for some days more."""
    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return False
    is_begun = found.not_valid_before_utc.timestamp() <= now
    return is_begun and now + SPARE < found.not_valid_after_utc.timestamp()


def _authority(key: ec.EllipticCurvePrivateKey, now: Seconds) -> x509.Certificate:
    name = _name("Session Inspector local CA")
    networks = [ipaddress.ip_network(a) for a in ADDRESSES]
    permitted = [x509.DNSName("localhost"), *(x509.IPAddress(network) for network in networks)]
    return (
        _builder(name, name, key, now, CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _leaf(
    key: ec.EllipticCurvePrivateKey,
    authority: x509.Certificate,
    signer: ec.EllipticCurvePrivateKey,
    now: Seconds,
) -> x509.Certificate:
    addresses = [x509.IPAddress(ipaddress.ip_address(address)) for address in ADDRESSES]
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), *addresses])
    whose = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    for_servers = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    return (
        _builder(_name("localhost"), authority.subject, key, now, LEAF_DAYS)
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(for_servers, critical=False)
        .add_extension(whose, critical=False)
        .sign(signer, hashes.SHA256())
    )


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: Seconds,
    days: int,
) -> x509.CertificateBuilder:
    start = datetime.datetime.fromtimestamp(now - 3600, datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=days))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _key_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    plain = serialization.NoEncryption()
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, plain)
