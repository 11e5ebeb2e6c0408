"""Copying takes the way that works here, says which, and never crashes."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from session_inspector.inspector.clipboard import LONGEST, copy_text, osc52, write_private

PAYLOAD = base64.b64encode(b"hello").decode()


def program(folder: Path, name: str, *, code: int = 0) -> None:
    """Make a fake clipboard program that keeps what it was given."""
    path = folder / name
    path.write_text(
        f'#!/bin/sh\ncat > "{folder}/{name}.got"\necho "$@" > "{folder}/{name}.args"\nexit {code}\n'
    )
    path.chmod(0o755)


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("sh", "cat"):
        (folder / tool).symlink_to(f"/bin/{tool}")
    return folder


def env(folder: Path, **more: str) -> dict[str, str]:
    return {"PATH": str(folder), **more}


@pytest.mark.parametrize(
    ("name", "variable", "arguments"),
    [
        ("wl-copy", "WAYLAND_DISPLAY", ""),
        ("xclip", "DISPLAY", "-selection clipboard"),
        ("xsel", "DISPLAY", "--clipboard --input"),
        ("pbcopy", "", ""),
        ("clip.exe", "", ""),
    ],
)
def test_the_desktop_s_program_gets_the_text(
    bin_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    variable: str,
    arguments: str,
) -> None:
    program(bin_folder, name)
    monkeypatch.setenv("PATH", str(bin_folder))  # the fake is a shell script
    terminal: list[str] = []
    found = env(bin_folder, **({variable: ":0"} if variable else {}))
    assert copy_text("hello", found, terminal.append, tmp_path) == f"copied with {name}"
    assert (bin_folder / f"{name}.got").read_text() == "hello"
    assert (bin_folder / f"{name}.args").read_text().strip() == arguments
    assert terminal == []


def test_without_its_display_a_program_is_not_asked(bin_folder: Path, tmp_path: Path) -> None:
    program(bin_folder, "xclip")
    terminal: list[str] = []
    assert "OSC 52" in copy_text("hello", env(bin_folder), terminal.append, tmp_path)
    assert terminal == ["hello"]
    assert not (bin_folder / "xclip.got").exists()


def test_a_program_that_fails_is_followed_by_the_next(
    bin_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(bin_folder))
    program(bin_folder, "xclip", code=1)
    program(bin_folder, "xsel")
    found = env(bin_folder, DISPLAY=":0")
    terminal: list[str] = []
    assert copy_text("hello", found, terminal.append, tmp_path) == "copied with xsel"
    program(bin_folder, "xsel", code=1)
    assert "OSC 52" in copy_text("hello", found, terminal.append, tmp_path)
    assert terminal == ["hello"]


def test_a_program_that_is_no_program_is_no_crash(bin_folder: Path, tmp_path: Path) -> None:
    broken = bin_folder / "pbcopy"
    broken.write_bytes(b"\x00\x01 not an executable")
    broken.chmod(0o755)
    terminal: list[str] = []
    assert "OSC 52" in copy_text("hello", env(bin_folder), terminal.append, tmp_path)


def test_over_ssh_the_far_clipboard_is_left_alone(
    bin_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(bin_folder))
    program(bin_folder, "pbcopy")
    terminal: list[str] = []
    found = env(bin_folder, SSH_CONNECTION="10.0.0.1 1 10.0.0.2 22")
    assert "OSC 52" in copy_text("hello", found, terminal.append, tmp_path)
    assert not (bin_folder / "pbcopy.got").exists()


def test_what_no_terminal_takes_is_a_file(bin_folder: Path, tmp_path: Path) -> None:
    terminal: list[str] = []
    fits = "x" * LONGEST
    too_long = "é" * LONGEST
    assert "OSC 52" in copy_text(fits, env(bin_folder), terminal.append, tmp_path)
    said = copy_text(too_long, env(bin_folder), terminal.append, tmp_path / "out")
    assert said == f"too long for the terminal: written to {tmp_path / 'out' / 'copied.txt'}"
    assert (tmp_path / "out" / "copied.txt").read_text() == too_long
    assert terminal == [fits]


def test_a_file_is_for_its_owner_only_even_when_it_was_there(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret.txt"
    write_private(path, "one")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o644)
    write_private(path, "two")
    assert (stat.S_IMODE(path.stat().st_mode), path.read_text()) == (0o600, "two")


def test_the_sequence_for_a_terminal() -> None:
    assert osc52("hello", {}) == f"\x1b]52;c;{PAYLOAD}\x07"


def test_tmux_and_screen_are_asked_to_pass_it_on() -> None:
    wrapped = osc52("hello", {"TMUX": "/tmp/tmux-0/default,1,0"})
    assert wrapped.endswith(f"\x1bPtmux;\x1b\x1b]52;c;{PAYLOAD}\x07\x1b\\")
    assert wrapped.startswith(f"\x1b]52;c;{PAYLOAD}\x07")  # tmux itself takes this one
    assert osc52("hello", {"STY": "1.pts"}) == f"\x1bP\x1b]52;c;{PAYLOAD}\x07\x1b\\"


def test_text_that_is_no_text_is_copied_somehow() -> None:
    assert osc52("\ud800", {})
