from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

import pytest

from session_inspector.devserver.cookies.secret_bytes import to_secret_text
from session_inspector.devserver.core.errors import DecodeError, InputError
from session_inspector.devserver.decoders.codecs.text import to_utf8
from session_inspector.devserver.decoders.formats.python.flask import sign
from session_inspector.devserver.decoders.registry import load_decoders, open_cookies
from session_inspector.devserver.decoders.weak import WELL_KNOWN
from session_inspector.inspector.decode.captures import READERS
from session_inspector.inspector.decode.paste import read_paste
from session_inspector.inspector.decode.report import Question, examine
from session_inspector.inspector.decode.secrets import find_secrets
from tests.vectors.formats import FormatCase
from tests.vectors.run import load_format_cases

CASES = load_format_cases(Path(__file__).parents[2] / "vectors" / "other-formats.json")


def test_flags_environment_and_files_in_this_order_each_once(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text('AUTH0_SECRET="c d"\nPORT=3\nAUTH0_CLIENT_SECRET=no\n')
    (tmp_path / ".env.local").write_text("export SECRET_KEY=e # why\nNEXTAUTH_SECRET=a\n")
    (tmp_path / ".env.example").write_text("AUTH_SECRET=never\n")
    env = {"AUTH_SECRET_1": "b", "AWS_SECRET_ACCESS_KEY": "no", "HOME": "/"}
    found = find_secrets(["a"], env, tmp_path)
    assert [(secret.text, secret.source) for secret in found] == [
        ("a", "--secret"),
        ("b", "AUTH_SECRET_1"),
        ("c d", "AUTH0_SECRET in .env"),
        ("e", "SECRET_KEY in .env.local"),
    ]


def test_previous_keys_are_several(tmp_path: Path) -> None:
    found = find_secrets([], {"APP_PREVIOUS_KEYS": "base64:a=,base64:b="}, tmp_path)
    assert [secret.text for secret in found] == ["base64:a=", "base64:b="]


FLASK = b'_5#y2L"F4Q8z\n\xec]/'
"""The secret of Flask's own documentation."""


@pytest.mark.parametrize(
    ("written", "raw"),
    [
        (repr(FLASK), FLASK),
        (f"hex:{FLASK.hex()}", FLASK),
        ("base64:/+8=", b"\xff\xef"),
        ("base64:_-8", b"\xff\xef"),
        ('b"a\\x00b"', b"a\x00b"),
        ("hex:no", b"hex:no"),
        ("base64:a=", b"base64:a="),
        ("b'", b"b'"),
        ("plain", b"plain"),
    ],
)
def test_a_secret_in_bytes_is_these_bytes(written: str, raw: bytes) -> None:
    (found,) = find_secrets([written], {}, None)
    assert to_utf8(found.text) == raw


@pytest.mark.parametrize(
    "written",
    ['{"1": "old", "2": "new"}', "{1: 'old', 2: 'new'}", "2:new,1:old", '["new", "old"]'],
)
def test_a_map_of_versions_is_all_of_its_secrets_the_newest_first(written: str) -> None:
    found = find_secrets([], {"BETTER_AUTH_SECRETS": written}, None)
    assert [(secret.text, secret.source) for secret in found] == [
        ("new", "BETTER_AUTH_SECRETS (version 2)"),
        ("old", "BETTER_AUTH_SECRETS (version 1)"),
    ]


def test_older_keys_of_django_and_flask_are_several() -> None:
    found = find_secrets([], {"SECRET_KEY_FALLBACKS": "a,b"}, None)
    assert [secret.text for secret in found] == ["a", "b"]


def test_the_secret_of_flasks_documentation_is_given_and_found() -> None:
    text = "eyJ1Ijoid28ifQ.aWx0Zg"
    value = f"{text}.{sign(text, to_secret_text(FLASK))}"
    for secrets in ([repr(FLASK)], list(WELL_KNOWN)):
        found = find_secrets(secrets, {}, None)
        question = Question(decoders=load_decoders(), secrets=found)
        report = examine(read_paste(f"session={value}", READERS)[0], question, 0)
        assert (report.found is not None, report.payload) == (True, {"u": "wo"})


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_no_decoder_stumbles_over_a_secret_in_bytes(case: FormatCase) -> None:
    secrets = [to_secret_text(bytes(range(128, 160)))]
    material = replace(case.material(), secrets=secrets)
    with contextlib.suppress(DecodeError):
        open_cookies(load_decoders(), material)


def test_a_secret_does_not_print_itself() -> None:
    assert "hidden" not in repr(find_secrets(["hidden"], {}, None))


def test_an_unreadable_file_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("A=1")

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)  # root may read whatever its mode
    with pytest.raises(InputError, match=r"\.env cannot be read"):
        find_secrets([], {}, tmp_path)
