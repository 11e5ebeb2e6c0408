"""Looks into the files of authorities that a JVM and Go read, for the local one.

A program of theirs would have to be compiled to be asked. A JVM trusts the store that an option
names, else its own (`jssecacerts`, `cacerts`; JSSE Reference Guide); Go reads `SSL_CERT_FILE`, else
the system's file (crypto/x509, root_linux.go).
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from session_inspector.devserver.tls import TlsFiles
from session_inspector.inspector.cli.doctor.diagnosis import Diagnosis
from session_inspector.inspector.cli.doctor.trusting import (
    describe_trust,
    find_program,
    run_program,
)

OPTIONS = ("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS")
"""Where options of a JVM come from; the first that names a store counts."""
STORE = "-Djavax.net.ssl.trustStore="
LARGEST = 5_000_000
"""Bytes of a file that is read."""
SYSTEM_FILES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
ABSENT = "its authorities do not have it"


def look_at_java(files: TlsFiles, env: Mapping[str, str]) -> Iterator[Diagnosis]:
    """Yield whether a JVM trusts the authority; nothing where none is installed."""
    java = _find_in_java(["java"], env)
    keytool = _find_in_java(["keytool"], env)
    if java is None:
        return
    fix = (
        f"{shlex.quote(keytool or 'keytool')} -importcert -cacerts -storepass changeit -noprompt"
        f" -alias session-inspector -file {shlex.quote(str(files.ca))}"
    )
    why: str | None = "keytool is not there to ask"
    if keytool is not None:
        why = _ask_keytool(keytool, files, env)
    yield describe_trust("java", java, why, fix)


def look_at_go(
    files: TlsFiles, env: Mapping[str, str], system: str = sys.platform
) -> Iterator[Diagnosis]:
    """Yield whether Go's programs trust the authority; nothing where it is not installed."""
    go = find_program(["go"], env)
    if go is None or system != "linux":  # elsewhere it asks the system's own keychain
        return
    named = env.get("SSL_CERT_FILE", "")
    path = named or next((path for path in SYSTEM_FILES if Path(path).is_file()), "")
    why: str | None = ABSENT
    if _has(_read(path), files):
        why = None
    yield describe_trust("go", go, why, f"export SSL_CERT_FILE={files.bundle}")


def _find_in_java(names: Sequence[str], env: Mapping[str, str]) -> str | None:
    """Return a program of the JVM that `JAVA_HOME` names, else of the one in PATH."""
    home = env.get("JAVA_HOME", "")
    if home:
        found = find_program(names, {"PATH": os.path.join(home, "bin")})
        if found is not None:
            return found
    return find_program(names, env)


def _ask_keytool(keytool: str, files: TlsFiles, env: Mapping[str, str]) -> str | None:
    """Return why a JVM's store does not have the authority; None: it has."""
    where = ["-cacerts"]
    named = _named_store(env)
    if named:
        where = ["-keystore", named]
    # it needs no password to list, and waits for none: there is no input
    done = run_program([keytool, "-list", "-rfc", *where], env)
    if isinstance(done, str):
        return done
    if _has(done.stdout, files):
        return None
    if done.returncode != 0:
        lines = (done.stdout or done.stderr).strip().splitlines() or ["no reason given"]
        return lines[-1][:120]
    return ABSENT


def _named_store(env: Mapping[str, str]) -> str:
    """Return the store that a JVM's options name; empty: none."""
    for variable in OPTIONS:
        for word in reversed(env.get(variable, "").split()):
            if word.startswith(STORE):
                return word.removeprefix(STORE)
    return ""


def _read(path: str) -> str:
    """Return the text of a file; empty where it cannot be read."""
    try:
        with Path(path).open("rb") as file:
            return file.read(LARGEST).decode("ascii", "replace")
    except (OSError, ValueError):
        return ""


def _has(text: str, files: TlsFiles) -> bool:
    """Check whether a text of certificates has the authority's."""
    return _body_of(files.ca.read_text("ascii")) in re.sub(r"\s", "", text)


def _body_of(pem: str) -> str:
    """Return what stands between the marks of a certificate, in one line."""
    return re.sub(r"-----[^-]+-----|\s", "", pem)
