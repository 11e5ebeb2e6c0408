"""Programs that are asked whether they trust the local authority, by letting them connect.

Each gets the environment of this shell, and a server with a certificate of that authority.
"""

from __future__ import annotations

import shutil
import subprocess  # nosec B404 # see below
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.tls import TlsFiles
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
RUBY = (
    "require 'net/http'; url = URI(ARGV[0])\n"
    "begin Net::HTTP.start(url.host, url.port, nil, use_ssl: true) { |it| it.get('/') }\n"
    "rescue OpenSSL::SSL::SSLError, SystemCallError => error then abort error.message end\n"
)
PHP = (
    'set_error_handler(function ($n, $text) { fwrite(STDERR, strtok($text, "\\n")); exit(1); });'
    "stream_socket_client(str_replace('https:', 'ssl:', rtrim($argv[1], '/')));"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpsClient:
    """A program that connects by https."""

    name: str
    programs: tuple[str, ...]
    arguments: tuple[str, ...]
    variable: str
    """What makes it trust the file."""
    is_rare: bool = False
    """Nothing is said of it where it is not installed."""


CLIENTS = (
    HttpsClient(
        name="node", programs=("node",), arguments=("-e", NODE), variable="NODE_EXTRA_CA_CERTS"
    ),
    HttpsClient(
        name="python",
        programs=("python3", "python"),
        arguments=("-c", PYTHON),
        variable="SSL_CERT_FILE",
    ),
    HttpsClient(
        name="ruby",
        programs=("ruby",),
        arguments=("-e", RUBY),
        variable="SSL_CERT_FILE",
        is_rare=True,
    ),
    HttpsClient(
        name="php",
        programs=("php",),
        arguments=("-r", PHP, "--"),
        variable="SSL_CERT_FILE",
        is_rare=True,
    ),
)


def ask_client(
    client: HttpsClient, url: str, files: TlsFiles, env: Mapping[str, str]
) -> Iterator[Diagnosis]:
    """Yield whether a program trusts the authority; nothing of a rare one that is not there."""
    path = find_program(client.programs, env)
    if path is not None:
        why = _connect([path, *client.arguments, url], env)
        fix = f"export {client.variable}={_file_of(client.variable, files)}"
        yield describe_trust(client.name, path, why, fix)
    elif not client.is_rare:
        text = "not installed, so nothing to trust"
        yield Diagnosis(group=GROUP, name=client.name, state="ok", text=text)


def describe_trust(name: str, path: str, why: str | None, fix: str) -> Diagnosis:
    """Return the line of a program; `why` it does not trust the authority, None: it does."""
    if why is None:
        return Diagnosis(group=GROUP, name=name, state="ok", text=f"{path} trusts it")
    return Diagnosis(
        group=GROUP,
        name=name,
        state="missing",
        text=f"{path} does not trust it in this shell ({why}); `run` takes care of that itself",
        fix=fix,
    )


def find_program(names: Sequence[str], env: Mapping[str, str]) -> str | None:
    """Return where the first program is that PATH has; None: it has none of them."""
    search = env.get("PATH", "")
    return next(filter(None, (shutil.which(name, path=search) for name in names)), None)


def run_program(
    command: Sequence[str], env: Mapping[str, str]
) -> subprocess.CompletedProcess[str] | str:
    """Return how a program ended, or why it did not."""
    try:
        return subprocess.run(  # nosec B603 # a program found in PATH, a script of ours, no shell
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


def _connect(command: Sequence[str], env: Mapping[str, str]) -> str | None:
    """Return why a program got no answer; None: it got one."""
    done = run_program(command, env)
    if isinstance(done, str):
        return done
    if done.returncode == 0:
        return None
    lines = done.stderr.strip().splitlines() or ["no reason given"]
    return lines[-1][:120]


def _file_of(variable: str, files: TlsFiles) -> str:
    """Return the file that a variable names: what is added, or what replaces all."""
    if variable == "NODE_EXTRA_CA_CERTS":
        return str(files.ca)
    return str(files.bundle)
