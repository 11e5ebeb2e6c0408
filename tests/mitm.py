"""mitmdump as a reverse proxy: a second witness of the same traffic, and a peer to measure by."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from tests.engines import CACHE
from tests.servers import free_port, wait_for_port
from tests.waiting import PATIENCE

MITMDUMP = CACHE.parent / "mitmproxy" / "bin" / "mitmdump"
PINS = Path(__file__).parent / "mitmproxy.txt"


def require_mitmdump() -> None:
    """Skip without it."""
    if not MITMDUMP.exists():
        pytest.skip(f"{MITMDUMP} is not there; bash tests/engines.sh installs it")


class Mitmdump:
    """One run before an app; the HAR is written when it is stopped."""

    def __init__(self, folder: Path, upstream: str, har: Path | None = None) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [
            str(MITMDUMP),
            "--quiet",
            "--mode",
            f"reverse:{upstream}",
            "--set",
            "keep_host_header=true",
            "--listen-host",
            "127.0.0.1",
            "-p",
            str(self.port),
            "--set",
            f"confdir={folder}",
        ]
        if har is not None:
            command += ["--set", f"hardump={har}"]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_for_port(self.port, self._process)

    def stop(self) -> None:
        """Let it write and end."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(PATIENCE)
