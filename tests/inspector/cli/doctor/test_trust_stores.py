"""`doctor`: whether a JVM and Go trust the authority, judged by real programs of theirs."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.run.trust import gather_trust, java_variables
from session_inspector.devserver.tls import TlsFiles, tls_files
from session_inspector.inspector.cli.doctor.authority import serving
from session_inspector.inspector.cli.doctor.trust_stores import look_at_go, look_at_java
from tests.servers import binary
from tests.waiting import PATIENCE

ASK = """
class Ask {
  public static void main(String[] words) throws Exception {
    new java.net.URL(words[0]).openConnection().getInputStream();
  }
}
"""


@pytest.fixture
def files(tmp_path: Path) -> TlsFiles:
    return tls_files(tmp_path / "state", SystemClock())


def own(**env: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], **env}


def connects(files: TlsFiles, folder: Path, env: Mapping[str, str]) -> bool:
    """Let a real JVM connect to a server of the authority."""
    (folder / "Ask.java").write_text(ASK)
    with serving(files) as url:
        done = subprocess.run(
            [binary("java"), str(folder / "Ask.java"), url],
            env=dict(env),
            capture_output=True,
            timeout=PATIENCE,
        )
    return done.returncode == 0


def test_a_jvm_that_has_not_been_told_is_named_with_the_fix(
    files: TlsFiles, tmp_path: Path
) -> None:
    binary("java")
    (found,) = look_at_java(files, own())
    assert (found.state, connects(files, tmp_path, own())) == ("missing", False)
    assert "keytool -importcert -cacerts" in found.fix
    assert str(files.ca) in found.fix


def test_the_fix_makes_a_real_jvm_trust_it(files: TlsFiles, tmp_path: Path) -> None:
    keytool = binary("keytool")
    (before,) = look_at_java(files, own())
    store = tmp_path / "cacerts"
    shutil.copy(cacerts(), store)
    store.chmod(0o600)
    words = before.fix.replace("-cacerts", f"-keystore {store}").split()
    subprocess.run([keytool, *words[1:]], check=True, capture_output=True, timeout=PATIENCE)
    env = own(JAVA_TOOL_OPTIONS=f"-Xmx256m -Djavax.net.ssl.trustStore={store}")
    (after,) = look_at_java(files, env)
    assert (after.state, connects(files, tmp_path, env)) == ("ok", True)


def cacerts() -> Path:
    """Return the store of the JVM in PATH."""
    home = Path(binary("java")).resolve().parent.parent
    return home / "lib" / "security" / "cacerts"


def test_the_store_that_run_writes_is_recognised(files: TlsFiles, tmp_path: Path) -> None:
    binary("keytool")
    env = own(**java_variables(tmp_path, gather_trust(tmp_path, files, {}), {}))
    (found,) = look_at_java(files, env)
    assert found.state == "ok", found


def test_a_store_that_is_not_there_is_the_reason(files: TlsFiles, tmp_path: Path) -> None:
    binary("keytool")
    env = own(JAVA_TOOL_OPTIONS=f"-Djavax.net.ssl.trustStore={tmp_path / 'none'}")
    (found,) = look_at_java(files, env)
    assert found.state == "missing"
    assert "\n" not in found.text


def test_java_home_names_the_jvm_before_path_does(files: TlsFiles, tmp_path: Path) -> None:
    home = tmp_path / "jvm" / "bin"
    home.mkdir(parents=True)
    for name, does in {"java": "exit 0", "keytool": f"cat {files.ca}"}.items():
        (home / name).write_text(f"#!/bin/sh\n{does}\n")
        (home / name).chmod(0o700)
    (found,) = look_at_java(files, own(JAVA_HOME=str(tmp_path / "jvm")))
    assert (found.state, found.text) == ("ok", f"{home / 'java'} trusts it")


def test_what_is_not_installed_is_not_spoken_of(files: TlsFiles) -> None:
    assert list(look_at_java(files, {"PATH": ""})) == []
    assert list(look_at_go(files, {"PATH": ""})) == []


def test_go_trusts_it_by_the_variable_of_the_fix(files: TlsFiles) -> None:
    binary("go")
    (before,) = look_at_go(files, own(), "linux")
    assert (before.state, before.fix) == ("missing", f"export SSL_CERT_FILE={files.bundle}")
    (after,) = look_at_go(files, own(SSL_CERT_FILE=str(files.bundle)), "linux")
    assert after.state == "ok"
    assert list(look_at_go(files, own(), "darwin")) == [], "it asks the keychain there"


@pytest.mark.parametrize("name", ["/", "/nowhere", "\0"])
def test_a_variable_that_names_no_file_is_no_trust(name: str, files: TlsFiles) -> None:
    binary("go")
    (found,) = look_at_go(files, own(SSL_CERT_FILE=name), "linux")
    assert found.state == "missing"
