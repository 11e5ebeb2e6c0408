"""koa-session itself writes its row, and is asked after its end was put into the past."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from session_inspector.devserver.attach.expiry import end_content
from session_inspector.devserver.attach.layouts import LAYOUTS, foreign_row
from session_inspector.devserver.attach.rows.base import RawRow
from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.registry import load_decoders, open_cookies
from tests.node.packages import FOLDER, installed

LAYOUT = next(layout for layout in LAYOUTS if layout.name == "koa-session")


class Koa:
    """The running package."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        first = self._read()
        ((self.key, self.row),) = first["rows"].items()
        pairs = (pair.partition("=") for pair in str(first["cookie"]).split("; "))
        self.cookies = {name: value for name, _, value in pairs}

    def user_with(self, row: str) -> str:
        """Return who is signed in with a row."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"rows": {self.key: row}}) + "\n")
        self._process.stdin.flush()
        return str(self._read()["user"])

    def _read(self) -> dict[str, dict[str, str]]:
        assert self._process.stdout is not None
        found: dict[str, dict[str, str]] = json.loads(self._process.stdout.readline())
        return found


@contextmanager
def started() -> Iterator[Koa]:
    with subprocess.Popen(
        [installed(), "koa_rows.mjs"],
        cwd=FOLDER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Koa(process)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def koa() -> Iterator[Koa]:
    with started() as found:
        yield found


def read(koa: Koa, row: str) -> tuple[object, float | None]:
    raw = RawRow(key=koa.key, value=row.encode(), expires=None, is_placed=False)
    found = foreign_row(raw, LAYOUT, Material(cookies={}))
    assert LAYOUT.is_own(raw, found.content)
    return found.content.data, found.expires


def test_its_row_is_read_and_bears_its_marks(koa: Koa) -> None:
    data, ends = read(koa, koa.row)
    assert data == {"user": "alice"}
    assert ends is not None
    assert 0 < ends - SystemClock().now() <= 600


def test_it_obeys_the_end_inside_and_takes_the_row_back(koa: Koa) -> None:
    assert koa.user_with(koa.row) == "alice"
    ended = end_content("koa-session", koa.row.encode(), SystemClock().now() - 1)
    assert ended is not None
    assert koa.user_with(ended.decode()) == "nobody"
    assert koa.user_with(koa.row) == "alice"


def test_its_cookie_is_the_id_of_the_row_with_the_prefix(koa: Koa) -> None:
    material = Material(cookies=koa.cookies, secrets=("koa secret",))
    found = open_cookies(load_decoders(), material)
    assert found.is_verified
    assert koa.key in (found.session_id, found.signed_text)
