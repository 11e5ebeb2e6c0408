"""Asks Node and Python whether they trust the local authority, by letting them connect.

A server with a certificate of that authority answers on loopback; each program gets the environment
of this shell. `run` sets what they need for the app that it starts; an app that is started by hand
needs the variables of the fix.
"""

from __future__ import annotations

import shutil
import ssl
import subprocess  # nosec B404 # see below
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.tls import TlsFiles, tls_files
from session_inspector.inspector.cli.doctor.diagnosis import Diagnosis

GROUP = "local authority"
PATIENCE: Seconds = 20.0
"""For a program to start and connect."""
NODE = (
    "require('https').get(process.argv[1], answer => process.exit(0))"
    ".on('error', error => { console.error(error.code); process.exit(1) })"
)
PYTHON = (
    "import sys, urllib.error, urllib.request\n"
    "try: urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sys.argv[1])\n"
    "except urllib.error.URLError as error: sys.exit(str(error.reason))\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Client:
    name: str
    programs: tuple[str, ...]
    arguments: tuple[str, ...]
    variable: str
    """What makes it trust the file."""


CLIENTS = (
    _Client(
        name="node", programs=("node",), arguments=("-e", NODE), variable="NODE_EXTRA_CA_CERTS"
    ),
    _Client(
        name="python",
        programs=("python3", "python"),
        arguments=("-c", PYTHON),
        variable="SSL_CERT_FILE",
    ),
)


def look_at_authority(state: Path, clock: Clock, env: Mapping[str, str]) -> list[Diagnosis]:
    """Return whether each program trusts it. Raises: InputError when it cannot be read."""
    if not (state / "tls" / "ca.pem").is_file():
        text = "not made yet: the first run or serve --as-tenant makes it"
        return [Diagnosis(group=GROUP, name="certificate", state="ok", text=text)]
    files = tls_files(state, clock)
    found = [Diagnosis(group=GROUP, name="certificate", state="ok", text=str(files.ca))]
    with _serving(files) as url:
        found += [_ask(client, url, files, env) for client in CLIENTS]
    return found


def _ask(client: _Client, url: str, files: TlsFiles, env: Mapping[str, str]) -> Diagnosis:
    search = env.get("PATH", "")
    path = next(filter(None, (shutil.which(name, path=search) for name in client.programs)), None)
    if path is None:
        text = "not installed, so nothing to trust"
        return Diagnosis(group=GROUP, name=client.name, state="ok", text=text)
    why = _connect([path, *client.arguments, url], env)
    if why is None:
        return Diagnosis(group=GROUP, name=client.name, state="ok", text=f"{path} trusts it")
    trusted = {"NODE_EXTRA_CA_CERTS": files.ca, "SSL_CERT_FILE": files.bundle}
    return Diagnosis(
        group=GROUP,
        name=client.name,
        state="missing",
        text=f"{path} does not trust it in this shell ({why}); `run` takes care of that itself",
        fix=f"export {client.variable}={trusted[client.variable]}",
    )


def _connect(command: list[str], env: Mapping[str, str]) -> str | None:
    """Return why a program got no answer; None: it got one."""
    try:
        done = subprocess.run(  # nosec B603 # a program found in PATH, a script of ours, no shell
            command,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no answer in {PATIENCE:.0f} s"
    except OSError as error:
        return error.strerror or "it does not start"
    if done.returncode == 0:
        return None
    lines = done.stderr.strip().splitlines() or ["no reason given"]
    return lines[-1][:120]


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
def _serving(files: TlsFiles) -> Iterator[str]:
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
