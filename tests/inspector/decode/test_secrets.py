from __future__ import annotations

from pathlib import Path

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.decode.secrets import find_secrets


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


def test_a_secret_does_not_print_itself() -> None:
    assert "hidden" not in repr(find_secrets(["hidden"], {}, None))


def test_an_unreadable_file_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("A=1")

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)  # root may read whatever its mode
    with pytest.raises(InputError, match=r"\.env cannot be read"):
        find_secrets([], {}, tmp_path)
