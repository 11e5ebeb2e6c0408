"""Other origins behind proxies of their own: one journal, and the app's own state untouched."""

from __future__ import annotations

from contextlib import closing

import pytest

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.attach.attachment import start_attachment
from session_inspector.devserver.attach.proxy.origins import OtherOrigin, bind_origins
from session_inspector.devserver.attach.proxy.route import route_to
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.server import ServerStarted, UpstreamStateChanged
from session_inspector.devserver.core.listening import bind, port_of
from session_inspector.inspector.model.boards.stories import StoryWindow
from session_inspector.inspector.model.facts.state import empty
from session_inspector.inspector.model.fold.update import fold
from tests.servers import free_port
from tests.waiting import eventually, patient_client


def origin_at(port: int) -> OtherOrigin:
    route = route_to(f"http://127.0.0.1:{free_port()}")
    return OtherOrigin(name="api", route=route, port=port)


def test_its_requests_are_in_the_journal_and_its_absence_is_not_the_apps() -> None:
    api = origin_at(free_port())
    settings = AttachSettings(
        route=route_to(f"http://127.0.0.1:{free_port()}"), is_started_later=True, origins=[api]
    )
    attachment = start_attachment(settings)
    with closing(patient_client()) as client:
        try:
            assert client.get(f"{api.url}/me").status_code == 502
            attachment.settle()
            events = attachment.journal.since(0)[0]
        finally:
            attachment.stop()
    (start,) = [e for e in events if isinstance(e, ServerStarted)]
    assert start.origins == (api.describe(),)
    (asked,) = [e for e in events if isinstance(e, ExchangeStarted)]
    assert (asked.path, asked.origin) == ("/me", api.url)
    state = fold(empty(), events)
    (story,) = StoryWindow(100).read(state, state.timeline)
    assert story.path == f"localhost:{api.port}/me"
    (away,) = [e for e in events if isinstance(e, UpstreamStateChanged)]
    assert (away.upstream, away.is_up) == (api.route.url, False)
    assert state.lab.is_upstream_up


def test_a_port_that_is_taken_leaves_no_socket_open() -> None:
    taken = bind(0)
    free = free_port()
    with closing(taken), pytest.raises(InputError, match="is taken"):
        bind_origins([origin_at(free), origin_at(port_of(taken))])

    def is_free() -> bool:
        bind(free).close()
        return True

    eventually(is_free)
