"""What stands on a command line is overwritten in the process list, whatever the command."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest

from session_inspector.inspector.cli.argv import hide_secrets
from session_inspector.inspector.cli.sessions.foreign_rows import mask_key

needs_proc = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux tells where the arguments are"
)
HUSH = "hush-hush-hush-hush"
SHOW = """
import sys
from pathlib import Path
import session_inspector.inspector.entry as main
def seen(*_):
    print(Path("/proc/self/cmdline").read_text().replace(chr(0), " "))
    raise SystemExit(0)
main.open_lab = main._open_elsewhere = seen
import session_inspector.inspector.cli.main as cli
cli.run = seen
main.main()
"""
"""Runs the command line up to the command itself, and prints what `ps` would show."""


@needs_proc
@pytest.mark.parametrize(
    "words",
    [
        ["decode", "cookie.txt", "--secret", HUSH],
        ["decode", f"--secret={HUSH}"],
        ["decode", f"__session={HUSH}"],
        ["weak", HUSH],
        ["reseal", "cookie.txt", "--with-secret", HUSH, "--set", f"user.token={HUSH}"],
        ["attach", "http://localhost:3000", "--secret", "older", "--secret", HUSH],
        ["attach", "--headless", "--store", f"redis://:{HUSH}@localhost"],
        ["sessions", "list", "--secret", HUSH, "--store", "redis://localhost"],
        ["sessions", "revoke", HUSH, "--store", "redis://localhost"],
        ["sessions", "list", "--store", f"postgresql://h/d?user=u&password={HUSH}"],
        ["stores", "check", f"mongodb://u:{HUSH}@localhost/auth"],
        ["compare", f"redis://:{HUSH}@localhost"],
        ["serve", "--store", f"redis://:{HUSH}@localhost"],
        ["--store", f"redis://:{HUSH}@localhost"],
        ["provider", "http://127.0.0.1:1", "--revoke-token", HUSH],
    ],
    ids=lambda words: "-".join(words)[:40].replace(HUSH, "S").replace("/", "_"),
)
def test_no_secret_stays_in_the_process_list(tmp_path: Path, words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SHOW, *words],
        env={"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PYTHONPATH": os.getcwd()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "x" * len(HUSH) in done.stdout) == (0, True), done.stderr
    assert HUSH not in done.stdout


def test_nothing_to_hide_is_done_at_once() -> None:
    assert hide_secrets(argparse.Namespace(secret=[], store="redis://localhost", input="-"))


@pytest.mark.parametrize(
    ("key", "name", "shown"),
    [
        (
            ":1:django.contrib.sessions.cachek3y01234",
            "k3y01234",
            ":1:django.contrib.sessions.cachek3…",
        ),
        ("sess:abcdefgh", "abcdefgh", "sess:ab…"),
        ("sess:ann.abcdefghijklmnop", "ann.abcdefghijklmnop", "sess:ann.…"),
        ("abc", "abc", "…"),
        ("Ab-_0123456789abcdef", "Ab-_0123456789abcdef", "Ab-_…"),
    ],
)
def test_a_key_is_shown_with_its_prefix_and_a_little_of_its_id(
    key: str, name: str, shown: str
) -> None:
    assert mask_key(key, name) == shown
