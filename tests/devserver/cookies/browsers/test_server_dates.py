"""Chromium and Firefox count Expires from the Date of the response: a server's clock may be off."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import formatdate
from pathlib import Path

import pytest

from session_inspector.devserver.cookies.browser_jar import BrowserJar
from session_inspector.devserver.cookies.browsers.keeping import keeping_of
from session_inspector.devserver.cookies.browsers.rules import BrowserName
from session_inspector.devserver.cookies.cookie_date import parse_cookie_date
from session_inspector.devserver.cookies.lifetimes import cookie_end, is_deleted
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.core.clock import SystemClock
from tests.devserver.cookies.browsers.judges import JUDGES, JarCookie, Judge
from tests.devserver.cookies.browsers.places import CookieServer
from tests.devserver.cookies.browsers.test_real_browsers import BINARIES
from tests.servers import binary

LIFE = 3600
"""Seconds: longer than any test takes, shorter than the largest of the offsets."""
OFFSETS = (-7200, -90, 0, 90, 7200)
UNREAD = ("", "yesterday")
SLACK = 60
"""Seconds that a slow machine may take between the answer and the look into the jar."""


def lines_of(now: float, offset: float) -> Sequence[str]:
    """Return lines of a server whose clock is ahead by so much, and one with our own time."""
    return (
        f"by_server=1; Expires={formatdate(now + offset + LIFE, usegmt=True)}",
        f"by_us=1; Expires={formatdate(now + LIFE, usegmt=True)}",
        f"aged=1; Max-Age={LIFE}; Expires={formatdate(now - 1, usegmt=True)}",
        f"gone=1; Expires={formatdate(now + offset - 1, usegmt=True)}",
    )


async def ask(
    judge: Judge, server: CookieServer, target: str, lines: Sequence[str], date: str
) -> list[JarCookie]:
    server.lines[target] = list(lines)
    if date:
        server.dates[target] = date
    await judge.clear()
    await judge.show(server.url("http", "localhost", target))
    return await judge.cookies()


def check_rules(
    browser: BrowserName, lines: Sequence[str], date: str, jar: Sequence[JarCookie], now: float
) -> None:
    """Compare the rules of verdicts, and the ends that sessions are given, with a real jar."""
    held = {cookie.name: cookie for cookie in jar}
    for text in lines:
        line = parse_set_cookie(text, sent_at=parse_cookie_date(date))
        keeping = keeping_of(browser, line, "http://localhost/", now=now)
        assert keeping.is_kept is (line.name in held), (text, date)
        assert is_deleted(line, now) is (line.name not in held), (text, date)
        if line.name in held:
            ends = held[line.name].ends
            assert ends == pytest.approx(cookie_end(line, now), abs=SLACK), (text, date)


@pytest.mark.parametrize("browser", BINARIES)
async def test_a_browser_counts_expires_from_the_date(browser: BrowserName, tmp_path: Path) -> None:
    binary(BINARIES[browser])
    pytest.importorskip("websockets")
    server = CookieServer()
    await server.start(tmp_path)
    judge = JUDGES[browser]()
    try:
        await judge.open()
        for offset in OFFSETS:
            now = SystemClock().now()
            date = formatdate(now + offset, usegmt=True)
            lines = lines_of(now, offset)
            jar = await ask(judge, server, f"/at{offset}", lines, date)
            check_rules(browser, lines, date, jar, now)
        for number, date in enumerate(UNREAD):
            now = SystemClock().now()
            lines = lines_of(now, 0)
            jar = await ask(judge, server, f"/unread{number}", lines, date)
            check_rules(browser, lines, date, jar, now)
    finally:
        await judge.close()
        await server.stop()


def test_a_line_that_nobody_sent_counts_from_the_jars_own_clock() -> None:
    jar = BrowserJar()
    now = 1_760_000_000.0
    jar.take("a=1; Expires=Thu, 09 Oct 2025 08:54:20 GMT", "http://localhost/", now)
    assert [cookie.ends for cookie in jar.cookies(now)] == [now + 60]
