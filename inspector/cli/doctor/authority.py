"""Asks the programs of this machine whether they trust the local authority.

A server with a certificate of that authority answers on loopback; each program gets the environment
of this shell. `run` sets what they need for the app that it starts; an app that is started by hand
needs the variables of the fix. All are asked at once.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.tls import TlsFiles, tls_files
from session_inspector.inspector.cli.doctor.diagnosis import Diagnosis
from session_inspector.inspector.cli.doctor.trust_stores import look_at_go, look_at_java
from session_inspector.inspector.cli.doctor.trusting import CLIENTS, GROUP, ask_client


def look_at_authority(state: Path, clock: Clock, env: Mapping[str, str]) -> list[Diagnosis]:
    """Return whether each program trusts it. Raises: InputError when it cannot be read."""
    if not (state / "tls" / "ca.pem").is_file():
        text = "not made yet: the first run or serve --as-tenant makes it"
        return [Diagnosis(group=GROUP, name="certificate", state="missing", text=text)]
    files = tls_files(state, clock)
    found = [Diagnosis(group=GROUP, name="certificate", state="ok", text=str(files.ca))]
    with serving(files) as url:
        looks: list[Callable[[], Iterator[Diagnosis]]] = [
            *(partial(ask_client, client, url, files, env) for client in CLIENTS),
            partial(look_at_java, files, env),
            partial(look_at_go, files, env),
        ]
        with ThreadPoolExecutor(len(looks)) as pool:
            for lines in pool.map(lambda look: list(look()), looks):
                found += lines
    return found


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing: the report is what people read."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Write nothing: that a client hangs up is what is being tried."""


@contextmanager
def serving(files: TlsFiles) -> Iterator[str]:
    """Yield the URL of a server with a certificate of the local authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    with _Server(("127.0.0.1", 0), _Answer) as server:
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"https://localhost:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
