"""`run --https` in Chromium: Secure cookies are kept, logins come back, wss passes, all ends."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from playwright.sync_api import Page

from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.process import AppEnded, AppListening
from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.inspector.model.facts.state import empty
from session_inspector.inspector.model.fold.update import fold
from tests.apps.runs import started_sample
from tests.apps.samples import EXPRESS, FASTAPI, NEXTJS, Sample
from tests.apps.visit import Visit, browser_path, page
from tests.servers import free_port, is_alive
from tests.waiting import eventually

__all__ = ["browser_path", "page"]


@pytest.mark.parametrize("sample", [EXPRESS, NEXTJS, FASTAPI], ids=lambda sample: sample.name)
def test_a_login_by_https_leaves_a_secure_cookie(
    sample: Sample, page: Page, tmp_path: Path
) -> None:
    sockets: list[str] = []
    page.on("websocket", lambda opened: sockets.append(opened.url))
    with started_sample(sample, tmp_path, free_port(), "--https") as run:
        run.wait_for(AppListening)
        assert run.base_url.startswith("https://localhost:")
        alice = Visit(page, run, sample)
        alice.sign_in()
        assert alice.profile() == 200
        run.wait_for(SessionWritten)
        kept = [one for one in page.context.cookies(run.base_url) if one.get("secure")]
        assert kept, page.context.cookies()
        asked = [event for event in run.heard(ExchangeStarted) if event.party == "app"]
        assert {event.origin for event in asked} == {run.base_url}
        if sample is NEXTJS:  # its dev server speaks to each page that it serves
            page.goto(run.base_url)
            eventually(lambda: any(url.startswith("wss://localhost:") for url in sockets))
        alarms = fold(empty(), tuple(run.events)).alarms.raised
        assert not [
            alarm for alarm in alarms if alarm.kind in ("setting missing", "secure on http")
        ]
        alice.sign_out()
        assert alice.profile() == 401
        processes = run.family()
        assert run.end(signal.SIGTERM) == 143
    assert not [pid for pid in processes if is_alive(pid)]
    assert not run.wait_for(AppEnded).is_crash
    assert "Traceback" not in (tmp_path / "stderr.txt").read_text()
