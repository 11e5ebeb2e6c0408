"""ctrl+c, SIGTERM, closed pipes and bad input end with a code of their own, never a traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import redis

from session_inspector.inspector.ending import run_to_end
from tests.inspector.cli.commands import environment, run
from tests.servers import RedisServer
from tests.waiting import PATIENCE, eventually

READING = """
import sys, threading
from session_inspector.inspector.entry import main
class Announced:
    def __init__(self, real): self.real = real
    def __getattr__(self, name): return getattr(self.real, name)
    def read(self, size=-1): return self._announce(self.real.read, size)
    def readline(self, size=-1): return self._announce(self.real.readline, size)
    @property
    def buffer(self): return Announced(self.real.buffer)
    def _announce(self, read, size):
        print("reads", flush=True)
        return read(size)
sys.stdin = Announced(sys.stdin)
sys.argv[0] = "session-inspector"
main()
"""
"""The command, with a stdin that says when it is read."""
VERDICTS = frozenset("✔✘")
"""What a scenario begins its last line with."""


def start(words: Sequence[str], home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *words],
        env=environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def command(*words: str) -> list[str]:
    return ["-m", "session_inspector", *words]


def interrupt(process: subprocess.Popen[str], number: int) -> tuple[int, str]:
    """Wait for the first line, send a signal, and return the exit code and stderr.

    Raises: AssertionError when it gave a verdict on what it had not ended.
    """
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    assert not VERDICTS.intersection(out)
    return process.returncode, err


@pytest.mark.parametrize(
    "words",
    [
        ["decode"],
        ["decode", "x", "--secret", "-"],
        ["decode", "--lines", "-"],
        ["weak"],
        ["reseal"],
    ],
    ids=" ".join,
)
def test_ctrl_c_ends_what_reads_stdin_without_a_word(tmp_path: Path, words: list[str]) -> None:
    with start(["-c", READING, *words], tmp_path) as process:
        assert interrupt(process, signal.SIGINT) == (130, "")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["int", "term"]
)
@pytest.mark.parametrize(
    "words", [["scenario", "traffic", "--count", "900"], ["compare", "--only-named"]], ids=" ".join
)
def test_a_signal_ends_what_works_without_a_word(
    tmp_path: Path, words: list[str], number: int, code: int
) -> None:
    with start(command(*words), tmp_path) as process:
        assert interrupt(process, number) == (code, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["int", "term"])
def test_compare_takes_away_what_it_made_whatever_ends_it(
    tmp_path: Path, redis_server: RedisServer, number: int
) -> None:
    client = redis.Redis.from_url(redis_server.url)
    words = command("compare", "--only-named", redis_server.url)
    with start(words, tmp_path) as process:
        eventually(lambda: client.keys("session_inspector_measure_*"))
        process.send_signal(number)
        process.communicate(timeout=PATIENCE)
    assert client.keys("session_inspector_measure_*") == []
    client.close()


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("hello-world-123\n" * 20_000)
    with start(command("decode", "--lines", str(path)), tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith('{"line"')
        process.stdout.close()
        err = process.stderr.read()
        assert (process.wait(60), err) == (0, "")


@pytest.mark.parametrize(
    "words", [["--help"], ["completion", "bash"], ["scenario"], ["config", "schema"]], ids=" ".join
)
def test_a_reader_that_reads_nothing_is_no_error(tmp_path: Path, words: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    found = subprocess.run(
        [sys.executable, *command(*words)],
        env=environment(tmp_path),
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    os.close(writer)
    assert (found.returncode, found.stderr) == (0, "")


def test_a_byte_of_an_argument_that_is_no_text_is_named(tmp_path: Path) -> None:
    found = run("decode", "--secret", "a\udcff", "at=abc", home=tmp_path)
    assert found.returncode == 2
    assert "has the byte 0xff, which is no UTF-8" in found.stderr
    assert len(found.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [("decode", "a=b"), ("attach", "http://localhost:1"), ("run", "true"), ("sessions", "list")],
)
def test_an_empty_secret_is_none(tmp_path: Path, words: tuple[str, ...]) -> None:
    found = run(*words, "--secret", "", home=tmp_path)
    assert (found.returncode, found.stdout) == (2, "")
    assert "a secret is not empty; perhaps its variable is not set" in found.stderr


def test_an_output_that_cannot_take_it_is_one_line(tmp_path: Path) -> None:
    found = run("decode", "hello-world-123", home=tmp_path, PYTHONIOENCODING="ascii")
    assert (found.returncode, "Fix: PYTHONIOENCODING=utf-8" in found.stderr) == (2, True)
    assert len(found.stderr.splitlines()) == 1


def test_json_is_written_in_any_encoding(tmp_path: Path) -> None:
    found = run("decode", "a=\u00e4\U0001f600", "--json", home=tmp_path, PYTHONIOENCODING="latin-1")
    assert (found.stderr, isinstance(json.loads(found.stdout), dict)) == ("", True)


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        found = subprocess.run(
            [sys.executable, *command("scenario")],
            env=environment(tmp_path),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert (found.returncode, len(found.stderr.splitlines())) == (2, 1)
    assert "No space left" in found.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["config", "check", "--config", "utf16.toml"], "is no UTF-8"),
        (["config", "check", "--config", "weird.toml"], "same_site is 'weird'"),
        (["reseal", "SIGNED", "--secret", "secret", "--expires", "1e999"], "is no time"),
        (["reseal", "SIGNED", "--secret", "secret", "--issued", "nan"], "is no time"),
        (["decode", "x", "--max-age", "nan"], "must be seconds"),
        (["decode", "x", "--max-age", "1e999"], "must be seconds"),
        (["decode", "x", "--max-age=-5"], "must be seconds"),
        (["provider", "http://127.0.0.1:1", "--latency", "601"], "0 to 600"),
        (["provider", "http://127.0.0.1:1", "--grace", "-1"], "0 or more"),
        (["provider", "http://127.0.0.1:1", "--grace=-1"], "0 or more"),
        (["serve", "--base-url", "foo"], "base_url is 'foo'"),
        (["serve", "--base-url", "http://"], "base_url is 'http://'"),
        (["serve", "--issuer", "foo"], "issuer is 'foo'"),
        (["serve", "--issuer", "https://"], "issuer is 'https://'"),
        (["serve", "--store", "sqlite://typo.db"], "--create"),
        (["scenario", "logins", "--store", "sqlite://typo.db"], "--create"),
        (["scenario", "logins", "--count", "-1"], "whole number"),
        (["scenario", "logins", "--count", "1e9"], "whole number"),
        (["--web", "--web-port", "99999"], "must be a port"),
        (["sessions", "list", "--layout", "bogus", "--store", "sqlite:///no.db"], "'bogus'"),
        (["sessions", "find", "x", "--layout", "bogus"], "'bogus'"),
        (["serve", "--store", "sqlite:///dev/null"], "/dev/null is a device, no SQLite database"),
        (["sessions", "list", "--store", "sqlite:///dev/null"], "is a device, no SQLite database"),
        (["stores", "check", "sqlite:///dev/null"], "Fix: a store's URL is like sqlite:///path"),
        (["stores", "create", "sqlite:///dev/null"], "is a device, no SQLite database"),
        (["stores", "prune", "/dev/null"], "is a device, no SQLite database"),
        (["compare", "bogus://x"], "has no scheme we know"),
        (["attach", "http://localhost:3000"], "Fix: attach with --headless"),
        (["attach", "http://localhost:3000", "--json"], "Fix: --headless --json"),
        (["replay", "gone.jsonl"], "gone.jsonl cannot be read"),
        (
            ["stores", "check", "sqlite:///no.db"],
            "is not there; nothing is made unasked. Fix: the path",
        ),
        (
            ["stores", "prune", "sqlite:///no.db"],
            "is not there; nothing is made unasked. Fix: the path",
        ),
        (["browser", "http://localhost:1"], "Fix: browser with --headless"),
        (["attach", "http://localhost:1"], "Fix: attach with --headless"),
        (["stores", "create", "redis://127.0.0.1:1"], "Fix: start the store, or check its URL"),
        (["sessions", "list", "--store", "mongodb://127.0.0.1:1/x"], "Fix: start the store"),
    ],
    ids=" ".join,
)
def test_bad_input_is_one_line_and_2(tmp_path: Path, arguments: list[str], said: str) -> None:
    (tmp_path / "utf16.toml").write_bytes('[lab]\nkind = "stateful"\n'.encode("utf-16"))
    (tmp_path / "weird.toml").write_text('[session.cookie]\nsame_site = "weird"\n')
    signed = "session=eyJ1IjoxfQ.aWx0Zg.Fl4NH8145NDJY8YiXMEDj_poMyE"
    words = [word.replace("SIGNED", signed) for word in arguments]
    found = run(*words, home=tmp_path, cwd=tmp_path)
    assert (found.returncode, found.stdout, said in found.stderr) == (2, "", True), found.stderr
    assert len(found.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "typo.db").exists()


def test_a_store_that_does_not_answer_is_2_for_compare_too(tmp_path: Path) -> None:
    found = run("compare", "--only-named", "redis://127.0.0.1:1", home=tmp_path, cwd=tmp_path)
    assert found.returncode == 2
    assert found.stderr.endswith("Connection refused. Fix: start it, or leave it out\n")
    assert found.stderr.count("does not answer") == 1


@pytest.mark.parametrize(
    ("cause", "code"), [(KeyboardInterrupt(), 130), (SystemExit(143), 143)], ids=["int", "term"]
)
def test_a_signal_while_a_class_is_imported_is_a_quiet_end(cause: BaseException, code: int) -> None:
    def import_slowly() -> int:
        raise RuntimeError("Error calling __set_name__ on a field") from cause

    assert run_to_end(import_slowly) == code


def test_another_error_is_none_of_a_signal() -> None:
    def fail() -> int:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        run_to_end(fail)
