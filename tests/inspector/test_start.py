"""The app in a real terminal: it paints before the lab is there, or says why there is none."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from session_inspector.devserver.core.listening import bind, port_of
from tests.terminal import Terminal, plain

APP = [sys.executable, "-m", "session_inspector"]


def opened(tmp_path: Path, *arguments: str) -> Terminal:
    env = {"HOME": str(tmp_path), "PYTHONPATH": os.getcwd()}
    return Terminal([*APP, *arguments], env=env, cwd=str(tmp_path))


def test_the_screen_is_painted_before_the_lab_is_there(tmp_path: Path) -> None:
    with opened(tmp_path, "--port", "0") as app:
        app.wait_for("starting the lab")
        before = len(app.raw)
        assert "Timeline" in plain(app.raw) + plain(app.listen(0.1))
        app.wait_for("First minute", since=before)
        app.wait_for("http://127.0.0.1:", since=before)
        app.send("q")
        assert app.wait_end() == 0


def test_a_login_that_is_asked_for_works_once_the_lab_is_there(tmp_path: Path) -> None:
    with opened(tmp_path, "--port", "0") as app:
        app.wait_for("First minute")
        app.send("l")
        app.wait_for("Alice Archer")
        app.send("q")
        assert app.wait_end() == 0


def test_leaving_while_the_lab_is_being_built_is_clean(tmp_path: Path) -> None:
    with opened(tmp_path, "--port", "0") as app:
        app.wait_for("Timeline")
        app.send("q")
        assert app.wait_end() == 0
        assert "Traceback" not in plain(app.raw)


@pytest.mark.parametrize("moment", ["", "are being loaded"])
def test_keys_that_are_pressed_before_the_rest_is_loaded_are_done_in_their_order(
    tmp_path: Path, moment: str
) -> None:
    with opened(tmp_path, "--port", "0") as app:
        app.wait_for(moment)
        app.send("23/zz")
        app.wait_for("fit the filter: zz")


def test_leaving_before_the_rest_is_loaded_is_clean(tmp_path: Path) -> None:
    with opened(tmp_path, "--port", "0") as app:
        app.wait_for("are being loaded")
        app.send("q")
        assert app.wait_end() == 0
        assert "Traceback" not in plain(app.raw)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "{port}"], "is taken"),
        (["--store", "redis://127.0.0.1:1"], "does not answer"),
        (["--record", "/no/such/folder/file"], "cannot be written"),
        (["--port", "http"], "it must be 0 (a free one) to 65535"),
    ],
)
def test_a_lab_that_cannot_be_had_is_one_line_and_code_2(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    with bind(0) as taken:
        filled = [text.format(port=port_of(taken)) for text in arguments]
        with opened(tmp_path, *filled) as app:
            assert app.wait_end() == 2
    after = plain(app.raw.rpartition(b"\x1b[?1049l")[2])  # the normal screen again
    assert said in after
    assert len(after.strip().splitlines()) == 1
