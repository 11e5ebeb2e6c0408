"""`python -m tests.benchmarks.flames FOLDER`: where the time goes, as flame graphs (SVG).

    watched-request   a request of the lab that is watched: web, session, events
    attach            a request through the proxy of `attach`
    browser           the app beside a browser that makes 500 requests a second

py-spy samples the running program; it is installed once, into the cache.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.browser import command_of
from tests.benchmarks.busy_page import Load
from tests.benchmarks.contenders import Running, contenders
from tests.benchmarks.load import hit
from tests.benchmarks.proxy import COOKIE, attached, plain
from tests.benchmarks.rolling import log_in
from tests.engines import CACHE
from tests.servers import free_port
from tests.terminal import Terminal

PIN = "py-spy==0.4.3"
RATE = 200
"""Samples a second."""
SECONDS = 8
_COMMAND = re.compile(r">[^<>]*py-spy record[^<>]*<")
"""The title that py-spy writes: its command, with the paths of this machine."""


def find_py_spy() -> Path:
    """Return py-spy, installed once. Raises: subprocess.CalledProcessError."""
    folder = CACHE.parent / PIN.replace("==", "-")
    found = folder / "bin" / "py-spy"
    if not found.is_file():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "-q", PIN], check=True)
    return found


@contextmanager
def recording(pid: int, title: str, path: Path) -> Iterator[None]:
    """Sample a process while the block makes load. Raises: subprocess.CalledProcessError."""
    command = [str(find_py_spy()), "record", "--pid", str(pid), "--output", str(path)]
    command += ["--duration", str(SECONDS), "--rate", str(RATE), "--function"]
    command += ["--threads", "--gil"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as spy:
        yield
        _, said = spy.communicate()
    if spy.returncode:
        raise subprocess.CalledProcessError(spy.returncode, command, stderr=said)
    path.write_text(_COMMAND.sub(f">{title}<", path.read_text()))


def draw_watched_request(path: Path) -> None:
    """Draw a request of the lab."""
    contender = next(one for one in contenders() if one.name == "stateless, watched")
    with tempfile.TemporaryDirectory() as folder:
        server = Running(contender, "")
        try:
            cookies = Path(folder) / "cookies.txt"
            cookies.write_text(log_in(server.port, 1024, 1))
            with recording(server.pid, "a watched request", path):
                hit(server.port, cookies, SECONDS)
        finally:
            server.stop()


def draw_attach(path: Path) -> None:
    """Draw a request through the proxy."""
    with tempfile.TemporaryDirectory() as folder, plain() as app, attached(app) as (port, pid):
        cookies = Path(folder) / "cookies.txt"
        cookies.write_text(f"{COOKIE}\n")
        with recording(pid, "a request through attach", path):
            hit(port, cookies, SECONDS)


def draw_browser(path: Path) -> None:
    """Draw the app beside a busy browser."""
    load = Load(free_port())
    load.start()
    with tempfile.TemporaryDirectory() as folder:
        env = {"HOME": folder, "PYTHONPATH": os.getcwd()}
        with Terminal(command_of(load.url), env=env, cwd=folder) as terminal:
            terminal.wait_for("is watched", 120)
            terminal.send("3")
            load.turn(is_busy=True)
            terminal.listen(2.0)
            with recording(terminal.pid, "beside a busy browser", path):
                terminal.listen(SECONDS)
            load.turn(is_busy=False)
            terminal.send("q")
            terminal.wait_end(60)
    load.stop()


FLAMES: dict[str, Callable[[Path], None]] = {
    "watched-request": draw_watched_request,
    "attach": draw_attach,
    "browser": draw_browser,
}


def main(arguments: list[str]) -> int:
    """Draw all, or those that are named after the folder."""
    folder, *names = arguments or ["docs/flames"]
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name in names or FLAMES:
        sys.stderr.write(f"{name} …\n")
        FLAMES[name](Path(folder) / f"{name}.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
