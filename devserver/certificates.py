"""Makes the certificates of the local authority: its own, and leaves that it signs.

The authority may sign for loopback names only (name constraints, RFC 5280 §4.2.1.10), so that
whoever steals its key cannot impersonate another host.
"""

from __future__ import annotations

import datetime
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from session_inspector.devserver.core.values import Seconds

CA_DAYS = 3650
LEAF_DAYS = 397
ADDRESSES = ("127.0.0.1", "::1")
LOCALHOST = "localhost"
PEM = serialization.Encoding.PEM


def make_key() -> ec.EllipticCurvePrivateKey:
    """Return a new key."""
    return ec.generate_private_key(ec.SECP256R1())


def make_authority(key: ec.EllipticCurvePrivateKey, now: Seconds) -> x509.Certificate:
    """Return a certificate that may sign leaves for loopback names."""
    name = _name("Session Inspector local CA")
    networks = [ipaddress.ip_network(a) for a in ADDRESSES]
    permitted = [x509.DNSName(LOCALHOST), *(x509.IPAddress(network) for network in networks)]
    return (
        _builder(name, name, key, now, CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def make_leaf(
    key: ec.EllipticCurvePrivateKey,
    authority: x509.Certificate,
    signer: ec.EllipticCurvePrivateKey,
    now: Seconds,
    name: str = LOCALHOST,
) -> x509.Certificate:
    """Return a server's certificate for a name; that of localhost has the addresses too."""
    names = x509.SubjectAlternativeName([x509.DNSName(name), *_addresses_of(name)])
    whose = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    for_servers = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    return (
        _builder(_name(name), authority.subject, key, now, LEAF_DAYS)
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(for_servers, critical=False)
        .add_extension(whose, critical=False)
        .sign(signer, hashes.SHA256())
    )


def _addresses_of(name: str) -> list[x509.IPAddress]:
    if name != LOCALHOST:
        return []
    return [x509.IPAddress(ipaddress.ip_address(address)) for address in ADDRESSES]


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


def to_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a key as its file has it."""
    plain = serialization.NoEncryption()
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, plain)
