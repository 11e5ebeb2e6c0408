"""Whom an app trusts: the local authority, and all that it has trusted before."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.run.trust import gather_trust, is_java, java_variables
from session_inspector.devserver.tls import TlsFiles, tls_files
from tests.servers import binary

ISSUERS = """
import javax.net.ssl.*;
public class Issuers { public static void main(String[] words) throws Exception {
  var factory = TrustManagerFactory.getInstance("PKIX");
  factory.init((java.security.KeyStore) null);
  for (var each : ((X509TrustManager) factory.getTrustManagers()[0]).getAcceptedIssuers())
    System.out.println(each.getSubjectX500Principal().getName());
} }
"""


@pytest.fixture
def tls(tmp_path: Path) -> TlsFiles:
    return tls_files(tmp_path / "state", SystemClock())


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """Return the authority of somebody else."""
    return tls_files(tmp_path / "company", SystemClock()).ca


def test_an_app_that_names_no_authorities_gets_ours(tls: TlsFiles, tmp_path: Path) -> None:
    found = gather_trust(tmp_path / "p", tls, {"SSL_CERT_FILE": "", "NODE_EXTRA_CA_CERTS": "/no"})
    assert (found.ca, found.bundle) == (tls.ca, tls.bundle)
    assert not (tmp_path / "p").exists()


def test_authorities_that_the_environment_names_stay(
    tls: TlsFiles, company: Path, tmp_path: Path
) -> None:
    env = {"NODE_EXTRA_CA_CERTS": str(company), "REQUESTS_CA_BUNDLE": str(company)}
    found = gather_trust(tmp_path / "p", tls, env)
    both = {company.read_text().strip(), tls.ca.read_text().strip()}
    for path in (found.ca, found.bundle):
        text = path.read_text()
        assert all(one in text for one in both)
    again = gather_trust(tmp_path / "p", tls, {"NODE_EXTRA_CA_CERTS": str(found.ca)})
    assert again.ca == found.ca, "a run within a run adds nothing"


def test_a_file_that_is_no_pem_is_no_authority(tls: TlsFiles, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\xff" * 100)
    found = gather_trust(tmp_path / "p", tls, {"SSL_CERT_FILE": str(tmp_path / "x")})
    assert found.bundle == tls.bundle


@pytest.mark.parametrize(
    ("language", "command", "expected"),
    [
        ("Java", ["make"], True),
        ("", ["./gradlew", "bootRun"], True),
        ("", ["mvnw.cmd"], True),
        ("Node", ["npm", "run", "dev"], False),
        ("", [], False),
    ],
)
def test_a_jvm_is_known_by_project_or_command(
    language: str, command: list[str], expected: bool
) -> None:
    assert is_java(language, command) is expected


def test_a_real_jvm_trusts_it_and_keeps_its_other_options(tls: TlsFiles, tmp_path: Path) -> None:
    java = binary("java")
    trust = gather_trust(tmp_path / "p", tls, {})
    (name, options), *others = java_variables(
        tmp_path / "p", trust, {"JAVA_TOOL_OPTIONS": "-Xmx200m"}
    ).items()
    assert (name, others) == ("JAVA_TOOL_OPTIONS", [])
    assert options.startswith("-Xmx200m ")
    source = tmp_path / "Issuers.java"
    source.write_text(ISSUERS)
    done = subprocess.run(
        [java, str(source)], env={name: options}, capture_output=True, text=True, check=True
    )
    issuers = done.stdout.splitlines()
    assert "CN=Session Inspector local CA" in issuers
    assert len(issuers) > 100, "the public ones too"
