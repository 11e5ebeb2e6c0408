"""Whom an app trusts in a run: the local authority, beside those that its environment names.

A variable that names a file of authorities replaces what stood in it. So an app behind a company's
proxy gets a file with that proxy's authority and ours, written for the project.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from cryptography import x509
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.utils import CryptographyDeprecationWarning

from session_inspector.devserver.core.private_file import write_whole
from session_inspector.devserver.tls import TlsFiles

LARGEST = 5_000_000
"""Bytes of a file of authorities that is read."""
MARK = b"-----BEGIN CERTIFICATE-----"
END = b"-----END CERTIFICATE-----"
JAVA_OPTIONS = "JAVA_TOOL_OPTIONS"
"""What each JVM reads, also one that Maven or Gradle forks."""
JAVA_PROGRAMS = frozenset(
    {"java", "mvn", "mvnw", "gradle", "gradlew", "kotlin", "sbt", "lein", "clj", "jbang", "mill"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustFiles:
    """Files of authorities, for one project."""

    ca: Path
    """What Node adds to its own: ours, and what the environment added before."""
    bundle: Path
    """All that others trust: the public ones or those that the environment names, and ours."""


def gather_trust(folder: Path, tls: TlsFiles, env: Mapping[str, str]) -> TrustFiles:
    """Return files that add the local authority to what an environment trusts.

    Raises: OSError when they cannot be written to `folder`.
    """
    return TrustFiles(
        ca=_join(folder / "ca.pem", tls, tls.ca, env.get("NODE_EXTRA_CA_CERTS", "")),
        bundle=_join(
            folder / "bundle.pem",
            tls,
            tls.bundle,
            env.get("SSL_CERT_FILE", "") or env.get("REQUESTS_CA_BUNDLE", ""),
        ),
    )


def _join(path: Path, tls: TlsFiles, alone: Path, named: str) -> Path:
    """Return `alone`, or where the environment names a file, that file with ours at its end."""
    theirs = _read_authorities(named)
    if not theirs:
        return alone
    ours = tls.ca.read_bytes()
    if ours.strip() in theirs:
        return Path(named)  # a run within a run
    write_whole(path, theirs + b"\n" + ours)
    return path


def _read_authorities(name: str) -> bytes:
    """Return the text of a file with certificates; empty: it is none."""
    if not name:
        return b""
    try:
        with Path(name).open("rb") as file:
            text = file.read(LARGEST)
    except (OSError, ValueError):
        return b""
    return text if MARK in text else b""


def is_java(language: str, command: Sequence[str]) -> bool:
    """Check whether a JVM is part of what runs: by the project, or by the command's first word."""
    names = {PurePath(word).name.removesuffix(".cmd").removesuffix(".bat") for word in command[:1]}
    return language == "Java" or bool(names & JAVA_PROGRAMS)


def java_variables(folder: Path, trust: TrustFiles, env: Mapping[str, str]) -> dict[str, str]:
    """Return what makes a JVM trust the same: it reads no PEM, so a key store is written.

    The store has no password: certificates are no secret, and the option would be seen by all.
    Raises: OSError.
    """
    store = folder / "truststore.p12"
    found = [
        pkcs12.PKCS12Certificate(certificate, f"authority-{number}".encode())
        for number, certificate in enumerate(_read_certificates(trust.bundle.read_bytes()))
    ]
    write_whole(store, pkcs12.serialize_java_truststore(found, NoEncryption()))
    options = [
        env.get(JAVA_OPTIONS, ""),
        f"-Djavax.net.ssl.trustStore={store}",
        "-Djavax.net.ssl.trustStoreType=PKCS12",
    ]
    return {JAVA_OPTIONS: " ".join(filter(None, options))}


def _read_certificates(text: bytes) -> Iterator[x509.Certificate]:
    """Yield the certificates of a PEM text; one that cannot be read is left out."""
    for part in text.split(MARK)[1:]:
        body = part.partition(END)[0]
        with warnings.catch_warnings():  # public roots of old have serial numbers below 1
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            try:
                yield x509.load_pem_x509_certificate(MARK + body + END + b"\n")
            except ValueError:
                continue
