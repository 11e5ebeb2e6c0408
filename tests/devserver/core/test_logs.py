"""Whatever a library logs, no secret of a URL is in it."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from session_inspector.devserver.core.logs import leave_to_events, mask_logs

URL = "http://127.0.0.1/cb?code=V4lue&state=s"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    factory = logging.getLogRecordFactory()
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    log = logging.getLogger("tests.logs")
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    mask_logs()
    yield stream
    log.removeHandler(handler)
    logging.setLogRecordFactory(factory)


def test_a_url_in_a_line_is_masked(written: io.StringIO) -> None:
    logging.getLogger("tests.logs").info("GET %s %d", URL, 302)
    assert written.getvalue() == "GET http://127.0.0.1/cb?code=•••&state=••• 302\n"


def test_a_url_in_an_error_is_masked(written: io.StringIO) -> None:
    try:
        raise ValueError(f"refused for url {URL!r}")
    except ValueError:
        logging.getLogger("tests.logs").exception("failed")
    assert "V4lue" not in written.getvalue()
    assert "ValueError: refused for url" in written.getvalue()


def test_a_line_with_wrong_arguments_is_logging_s_own_error(written: io.StringIO) -> None:
    record = logging.getLogger("tests.logs").makeRecord(
        "tests.logs", logging.INFO, "f", 1, "%d", ("x",), None
    )
    with pytest.raises(TypeError):
        record.getMessage()


def test_request_lines_of_httpx_are_no_news(written: io.StringIO) -> None:
    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)
    assert not logging.getLogger("httpcore.http11").isEnabledFor(logging.DEBUG)


def test_the_librarys_lines_are_left_to_the_events_that_say_the_same(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = logging.getLogger("session_inspector")
    monkeypatch.setattr(log, "handlers", [])  # whoever ran a command in this process has left one
    leave_to_events()
    leave_to_events()
    log.getChild("client").warning("login failed")
    assert len(log.handlers) == 1
    assert capsys.readouterr().err == ""
