"""A request of the lab, and of an app behind the proxy, is looked at and sent again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from session_inspector.devserver.core.commands import InspectRequest, Login, Resend
from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.devserver.core.wire import event_to_json
from tests.end_to_end.heard import Heard
from tests.end_to_end.lab import running_lab, sign_in
from tests.end_to_end.lab_attached import browser, lab_and_proxy


@contextmanager
def watched(where: str, folder: Path) -> Iterator[tuple[Heard, str]]:  # type: ignore[type-arg]  # of both kinds
    """Yield what runs, and the name of a request that is signed in."""
    if where == "lab":
        with running_lab(folder) as lab:
            assert lab.send(Login(user="local|alice")).is_ok
            yield lab, newest(lab, "/")
        return
    with lab_and_proxy(folder, kind="stateless") as (_, proxy), browser() as http:
        sign_in(http, proxy.base_url, "alice")
        http.get(f"{proxy.base_url}/protected")
        proxy.eventually(lambda: newest(proxy, "/protected"))
        yield proxy, newest(proxy, "/protected")


def newest(heard: Heard, path: str) -> str:  # type: ignore[type-arg]  # of both kinds
    found = [one.exchange for one in heard.told(ExchangeStarted) if one.path == path]
    return found[-1] if found else ""


@pytest.mark.parametrize("where", ["lab", "proxy"])
def test_it_is_answered_as_before_and_without_its_cookie_as_a_stranger(
    tmp_path: Path, where: str
) -> None:
    with watched(where, tmp_path) as (heard, exchange):
        shown = heard.send(InspectRequest(exchange=exchange))
        report = json.loads(shown.value)
        assert report["status"] == 200
        assert "__session" in dict(map(tuple, report["headers"]))["cookie"]
        same = heard.send(Resend(exchange=exchange))
        assert (same.is_ok, same.message.endswith(": 200")) == (True, True)
        stranger = heard.send(Resend(exchange=exchange, cookies="none"))
        heard.eventually(
            lambda: (
                {same.value, stranger.value}
                <= {event.exchange for event in heard.told(ExchangeEnded)}
            )
        )
        bare = json.loads(heard.send(InspectRequest(exchange=stranger.value)).value)
        assert "cookie" not in dict(map(tuple, bare["headers"]))


@pytest.mark.parametrize("where", ["lab", "proxy"])
def test_what_is_kept_is_in_no_event(tmp_path: Path, where: str) -> None:
    with watched(where, tmp_path) as (heard, exchange):
        heard.send(InspectRequest(exchange=exchange))
        heard.send(Resend(exchange=exchange, cookies="replaced", cookie="__session=THE-TEXT-OF-IT"))
        told = "\n".join(event_to_json(event) for event in heard.events())
        assert "THE-TEXT-OF-IT" not in told
        assert "user-agent" not in told
