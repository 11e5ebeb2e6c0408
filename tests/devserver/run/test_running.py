"""An app with its proxy and provider: one journal, the port followed, restarts, crashes."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.attach.attachment import start_attachment
from session_inspector.devserver.attach.proxy.route import route_to
from session_inspector.devserver.core.commands import RevokeAtProvider, RotateKeys, SetKnobs
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.login import KnobsTurned
from session_inspector.devserver.core.events.process import (
    AppEnded,
    AppListening,
    AppListensElsewhere,
    AppOutput,
    AppStarted,
)
from session_inspector.devserver.core.events.server import ServerStarted, UpstreamStateChanged
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.run.running import RunningApp, RunSettings
from session_inspector.devserver.settings import load_settings
from tests.servers import free_port, listens
from tests.waiting import PATIENCE, eventually

SERVER = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        print(f"asked for {self.path}", flush=True)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(sys.argv[1].encode())
    def log_message(self, *words):
        pass
server = HTTPServer(("127.0.0.1", int(sys.argv[2])), Page)
print("ready", flush=True)
server.serve_forever()
"""


def python(source: str, *words: str) -> list[str]:
    return [sys.executable, "-c", source, *words]


class Heard:
    def __init__(self, app: RunningApp) -> None:
        self.app = app

    def events(self, kind: type[Event]) -> list[Event]:
        found = self.app.attachment.journal.since(0)[0]
        return [event for event in found if isinstance(event, kind)]

    def get(self, path: str = "/") -> str:
        url = f"{self.app.attachment.base_url}{path}"
        return httpx.get(url, timeout=PATIENCE, trust_env=False).text


@contextmanager
def begun(command: list[str], tmp_path: Path, **members: object) -> Iterator[Heard]:
    provider = load_settings({}, {"HOME": str(tmp_path)})
    settings = AttachSettings(
        route=route_to(f"http://127.0.0.1:{free_port()}"),
        is_started_later=True,
        provider=provider,
    )
    attachment = start_attachment(settings)
    run = RunSettings(command=command, folder=tmp_path, env=dict(os.environ), **members)  # type: ignore[arg-type]  # by name
    app = RunningApp(run, attachment, lambda stream, text: None)
    with ExitStack() as stack:
        stack.callback(attachment.stop)
        stack.callback(app.stop)
        app.start()
        yield Heard(app)


def test_the_proxy_leads_to_the_port_that_the_app_opens(tmp_path: Path) -> None:
    port = free_port()
    with begun(python(SERVER, "hello", str(port)), tmp_path, found="a server") as heard:
        assert heard.app.ready.wait(PATIENCE)
        assert heard.get() == "hello"
        (listening,) = heard.events(AppListening)
        assert isinstance(listening, AppListening)
        assert listening.upstream == f"http://127.0.0.1:{port}"
        (start,) = heard.events(AppStarted)
        assert isinstance(start, AppStarted)
        assert start.found == "a server"
        away = [event for event in heard.events(UpstreamStateChanged)]
        assert all(isinstance(one, UpstreamStateChanged) and one.is_up for one in away)
    assert not listens(port)


def test_a_port_that_was_named_is_the_apps_whoever_opens_it(tmp_path: Path) -> None:
    port = free_port()
    with begun(python(SERVER, "named", str(port)), tmp_path, app_port=port) as heard:
        assert heard.app.ready.wait(PATIENCE)
        assert heard.get() == "named"


def test_an_app_that_opens_another_port_than_the_one_named_is_told_once(tmp_path: Path) -> None:
    port = free_port()
    wanted = free_port()
    with begun(python(SERVER, "named", str(port)), tmp_path, app_port=wanted) as heard:
        eventually(lambda: heard.events(AppListensElsewhere))
        with socket.create_server(("127.0.0.1", wanted)):  # as a container does, later
            assert heard.app.ready.wait(PATIENCE)
        (told,) = heard.events(AppListensElsewhere)
        assert isinstance(told, AppListensElsewhere)
        assert (told.ports, told.wanted) == ((port,), wanted)


def test_published_ports_of_a_compose_file_are_waited_for(tmp_path: Path) -> None:
    """Its containers are no processes of ours: another one listens there."""
    port = free_port()
    with (
        begun(python(SERVER, "container", str(port)), tmp_path),
        begun(["sleep", "60"], tmp_path, published=[port]) as heard,
    ):
        assert heard.app.ready.wait(PATIENCE)
        assert heard.get() == "container"


def test_provider_and_app_are_in_one_journal_under_different_names(tmp_path: Path) -> None:
    port = free_port()
    with begun(python(SERVER, "hello", str(port)), tmp_path) as heard:
        assert heard.app.ready.wait(PATIENCE)
        heard.get()
        issuer = heard.app.attachment.issuer
        httpx.get(f"{issuer}.well-known/openid-configuration", timeout=PATIENCE, trust_env=False)
        eventually(lambda: len(heard.events(ExchangeStarted)) == 2)
        found = [e for e in heard.events(ExchangeStarted) if isinstance(e, ExchangeStarted)]
        assert {event.party for event in found} == {"app", "provider"}
        assert len({event.exchange for event in found}) == 2
        (start,) = heard.events(ServerStarted)
        assert isinstance(start, ServerStarted)
        assert start.issuer == issuer
        assert start.tenant == heard.app.attachment.base_url


def test_commands_reach_the_provider_beside_the_app(tmp_path: Path) -> None:
    with begun(["sleep", "60"], tmp_path) as heard:
        attachment = heard.app.attachment

        def send(command: RotateKeys | SetKnobs | RevokeAtProvider) -> bool:
            return attachment.submit(attachment.control.execute(command)).result(PATIENCE).is_ok

        assert send(RotateKeys())
        assert send(SetKnobs(wrong_nonce=True))
        assert heard.events(KnobsTurned)
        assert not send(RevokeAtProvider(user="nobody"))
        assert attachment.control.provider_state()["sessions"] == []


def test_output_is_in_the_journal_without_secrets(tmp_path: Path) -> None:
    source = "print('secret-of-the-app'); import sys; print('Error: boom', file=sys.stderr)"
    with begun(python(source), tmp_path, secrets=["secret-of-the-app"]) as heard:
        eventually(lambda: heard.events(AppEnded))
        lines = [e for e in heard.events(AppOutput) if isinstance(e, AppOutput)]
        assert sorted((e.stream, e.text, e.is_error) for e in lines) == [
            ("stderr", "Error: boom", True),
            ("stdout", "•••", False),
        ]


def test_a_line_belongs_to_the_request_during_which_it_came(tmp_path: Path) -> None:
    """The server waits for a file before it answers: the request is under way until then."""
    port = free_port()
    source = SERVER.replace(
        "self.send_response(200)",
        "import os, threading\n        while not os.path.exists('go'):\n"
        "            threading.Event().wait(0.02)\n        self.send_response(200)",
    )
    with begun(python(source, "hello", str(port)), tmp_path) as heard:
        assert heard.app.ready.wait(PATIENCE)
        asking = threading.Thread(target=heard.get, args=("/shop",))
        asking.start()

        def line() -> AppOutput | None:
            lines = [e for e in heard.events(AppOutput) if isinstance(e, AppOutput)]
            return next((one for one in lines if one.text == "asked for /shop"), None)

        eventually(line)
        (tmp_path / "go").touch()
        asking.join(PATIENCE)
        found = line()
        assert found is not None
        assert found.cause == "x1"
        ready = next(e for e in heard.events(AppOutput) if isinstance(e, AppOutput))
        assert (ready.text, ready.cause) == ("ready", "")


def test_a_crash_is_an_end_with_its_last_lines(tmp_path: Path) -> None:
    with begun(python("raise SystemExit('no database')"), tmp_path) as heard:
        assert heard.app.ready.wait(PATIENCE)
        (ended,) = heard.events(AppEnded)
        assert isinstance(ended, AppEnded)
        assert (ended.code, ended.is_crash, ended.last) == (1, True, ("no database",))
        assert heard.app.code == 1


def test_a_crash_after_a_restart_has_no_lines_of_the_former_run(tmp_path: Path) -> None:
    source = """
import os
if os.path.exists("again"):
    os.kill(os.getpid(), 9)
open("again", "w").close()
raise SystemExit("trouble of the first run")
"""
    with begun(python(source), tmp_path) as heard:
        eventually(lambda: heard.events(AppEnded))
        heard.app.restart()
        eventually(lambda: len(heard.events(AppEnded)) == 2)
        ends = [e for e in heard.events(AppEnded) if isinstance(e, AppEnded)]
        assert [(end.code, end.last) for end in ends] == [
            (1, ("trouble of the first run",)),
            (137, ()),
        ]


@pytest.mark.parametrize(("command", "code"), [("no-such-command", 127), ("/", 126)])
def test_a_command_that_cannot_be_started_has_ended(
    command: str, code: int, tmp_path: Path
) -> None:
    with begun([command], tmp_path) as heard:
        assert heard.app.wait(PATIENCE)
        assert heard.app.code == code
        (ended,) = heard.events(AppEnded)
        assert isinstance(ended, AppEnded)
        assert ended.reason.startswith(command)


def test_it_can_be_started_again_on_another_port(tmp_path: Path) -> None:
    ports = [free_port(), free_port()]
    (tmp_path / "ports").write_text("\n".join(map(str, ports)))
    source = SERVER.replace(
        "int(sys.argv[2])", "int((lines := open('ports').read().split())[0])"
    ).replace('print("ready"', "open('ports', 'w').write(lines[-1]); print(\"ready\"")
    with begun(python(source, "hello"), tmp_path) as heard:
        assert heard.app.ready.wait(PATIENCE)
        assert heard.get() == "hello"
        heard.app.restart()
        eventually(lambda: len(heard.events(AppListening)) == 2)
        assert heard.get() == "hello"
        starts = [e for e in heard.events(AppStarted) if isinstance(e, AppStarted)]
        assert [start.is_restart for start in starts] == [False, True]
        ends = [e for e in heard.events(AppEnded) if isinstance(e, AppEnded)]
        assert not any(end.is_crash for end in ends)
        assert not listens(ports[0])
