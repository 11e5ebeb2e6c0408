"""The control token: random, kept for one user only, found by those who may."""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path

import pytest

from session_inspector.devserver.core.access import (
    find_token,
    is_token,
    keep_token,
    new_token,
    token_path,
)
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.listening import bind, port_of

URL = "http://127.0.0.1:5000"


def test_each_run_has_its_own() -> None:
    first = new_token({})
    second = new_token({})
    assert first != second
    assert len(first) == 43


@pytest.mark.parametrize("given", ["short", "with space in it ok", "new\nline" * 4, "ü" * 20])
def test_a_token_that_cannot_be_one_is_refused(given: str) -> None:
    with pytest.raises(InputError, match="SESSION_INSPECTOR_TOKEN has") as caught:
        new_token({"SESSION_INSPECTOR_TOKEN": given})
    assert given not in str(caught.value)


def test_a_given_one_is_taken() -> None:
    given = {"SESSION_INSPECTOR_TOKEN": "a" * 16}
    assert new_token(given) == "a" * 16
    assert find_token(given, "https://anywhere.test") == "a" * 16


@pytest.mark.parametrize(
    ("sent", "token", "fits"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ("", "", False),
        ("\udcff", "a", False),
        ("ä", "ä", True),
    ],
)
def test_it_is_compared_whole(sent: str, token: str, fits: bool) -> None:
    assert is_token(sent, token) is fits


def test_it_is_kept_for_its_user_and_found_by_port(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path)}
    path = keep_token(env, 5000, "t" * 43)
    assert path == tmp_path / ".local/state/session-inspector/token-5000"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    for url in (URL, "http://localhost:5000/", "http://[::1]:5000"):
        assert find_token(env, url) == "t" * 43
    for url in ("http://127.0.0.1:5001", "http://evil.test:5000", "http://127.0.0.1", "http://[x"):
        assert find_token(env, url) == ""


def test_the_runtime_folder_comes_first(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path / "home"), "XDG_RUNTIME_DIR": str(tmp_path)}
    assert token_path(env, 1) == tmp_path / "session-inspector" / "token-1"
    env["XDG_RUNTIME_DIR"] = str(tmp_path / "gone")
    assert token_path(env, 1).is_relative_to(tmp_path / "home")


def test_a_link_or_an_old_file_never_receives_it(tmp_path: Path) -> None:
    env = {"XDG_RUNTIME_DIR": str(tmp_path)}
    victim = tmp_path / "victim"
    victim.write_text("mine")
    path = token_path(env, 5000)
    path.parent.mkdir()
    path.symlink_to(victim)
    keep_token(env, 5000, "t" * 43)
    assert (victim.read_text(), path.is_symlink()) == ("mine", False)


def test_a_file_that_others_could_read_is_not_believed(tmp_path: Path) -> None:
    env = {"XDG_RUNTIME_DIR": str(tmp_path)}
    keep_token(env, 5000, "t" * 43).chmod(0o644)
    assert find_token(env, URL) == ""


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"cannot be written .* Fix: set SESSION_INSPECTOR_TOKEN"):
        keep_token({"XDG_STATE_HOME": str(tmp_path / "file")}, 1, "t")


def test_the_token_of_a_process_that_was_killed_is_swept(tmp_path: Path) -> None:
    env = {"XDG_STATE_HOME": str(tmp_path)}
    with closing(bind(0)) as running, closing(bind(0)) as own:
        gone = bind(0)
        keep_token(env, port_of(running), "r" * 20)
        dead = keep_token(env, port_of(gone), "g" * 20)
        gone.close()
        folder = dead.parent
        (folder / "token-notes").write_text("no token of ours")
        (folder / "token-99999").write_text("no port")
        keep_token(env, port_of(own), "o" * 20)
        left = {path.name for path in folder.glob("token-*")}
        alive = {f"token-{port_of(running)}", f"token-{port_of(own)}"}
    assert left == {*alive, "token-notes"}


@pytest.mark.parametrize("address", ["127.0.0.2", "::1"])
def test_the_token_of_a_process_that_listens_elsewhere_stays(tmp_path: Path, address: str) -> None:
    env = {"XDG_STATE_HOME": str(tmp_path)}
    with closing(bind(0, address=address)) as running, closing(bind(0)) as own:
        path = keep_token(env, port_of(running), "r" * 20)
        keep_token(env, port_of(own), "o" * 20)
        assert path.exists()


def test_what_a_killed_process_has_left_in_the_kernel_keeps_no_token(tmp_path: Path) -> None:
    env = {"XDG_STATE_HOME": str(tmp_path)}
    gone = bind(0)
    gone.listen()
    port = port_of(gone)
    with socket.create_connection(("127.0.0.1", port)) as browser:
        served, _ = gone.accept()
        dead = keep_token(env, port, "g" * 20)
        served.close()  # as the kernel does for a process that was killed
        gone.close()
        assert browser.recv(1) == b""
    with closing(bind(0)) as own:
        keep_token(env, port_of(own), "o" * 20)
    assert not dead.exists()
