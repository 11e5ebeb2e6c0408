"""Shows the app until it ends, however it ends, and leaves the terminal as it was.

A person leaves: code 0. A signal or a terminal that was closed: 128 and the signal's number, as
shells count. The screen failed: one line says so, what runs behind it goes on until ctrl+c, and
the code is 70.
"""

from __future__ import annotations

import asyncio
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.core.configuration.file import state_folder
from session_inspector.devserver.core.errors import describe_error
from session_inspector.inspector.clipboard import write_private
from session_inspector.inspector.model.words.text import safe
from session_inspector.inspector.ui.textual_private import HookedApp, driver_of

CRASHED = 70
"""Exit code of a screen that failed (EX_SOFTWARE of sysexits.h)."""
OF_A_SIGNAL = 128
LOOK = 0.5
"""Seconds between two looks whether the terminal is still there."""
GRACE = 2.0
"""Seconds that the app has to end properly."""
ENDING = ("SIGTERM", "SIGHUP")
"""Signals that end the app; ctrl+c is a key while it is shown."""


STDOUT = 1
STDERR = 2
"""What Textual writes to."""
RESTORING = (
    b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l"  # no reports of the mouse
    b"\x1b[?2004l\x1b[?1004l\x1b[<u\x1b[?7h"  # none of pastes and focus; keys and wrapping as usual
    b"\x1b[?1049l\x1b[?25h"  # the screen that was there before, and the cursor
)


class SignalEnded(BaseException):
    """A second signal came while the app did not end by the first: it waits for a terminal."""


def show(app: HookedApp, serving: Callable[[], str] = lambda: "") -> int:
    """Run the app; returns the exit code. `serving` says what runs on behind a failed screen."""
    with Endings(app) as endings:
        try:
            with endings.while_shown(), drawing_on_terminal():
                app.run()
        except SignalEnded:
            release_terminal(app)
        if app.crash is not None and not endings.number:
            _tell_crash(app.crash, serving())
            if serving():
                endings.wait()
            return CRASHED
    return endings.code


@contextmanager
def drawing_on_terminal() -> Iterator[None]:
    """Let Textual draw on stdout where stderr goes to a file (`2>err.log`)."""
    before = sys.__stderr__
    if _find_terminal() == STDOUT:
        sys.__stderr__ = sys.__stdout__  # type: ignore[misc] # Textual offers no other way
    try:
        yield
    finally:
        sys.__stderr__ = before  # type: ignore[misc] # as above


def _find_terminal() -> int:
    """Return the number of the file that is drawn on: stdout, where that alone is a terminal."""
    if os.isatty(STDOUT) and not os.isatty(STDERR):
        return STDOUT
    return STDERR


def _tell_crash(error: BaseException, serving: str) -> None:
    goes_on = ""
    if serving:
        goes_on = f"; {serving}, ctrl+c ends it"
    report = _keep_report(error)
    line = f"the screen failed ({describe_error(error)}){goes_on}{report}"
    sys.stderr.write(f"session-inspector: {safe(line)}\n")
    sys.stderr.flush()


def _keep_report(error: BaseException) -> str:
    """Write where it failed to a file, for a report of the bug; without locals: no secrets."""
    path = state_folder(os.environ) / "crash.txt"
    try:
        write_private(path, "".join(traceback.format_exception(error)))
    except OSError:
        return ""  # the disk may be what failed
    return f". Traceback: {path}"


class Endings:
    """What ends the app besides its keys; a context."""

    def __init__(self, app: HookedApp) -> None:
        self._app = app
        self._signals: queue.SimpleQueue[int] = queue.SimpleQueue()
        """A handler may put into it; an Event's lock may be held by the code that it interrupts."""
        self._left = threading.Event()
        self._is_shown = False
        self._first_at = 0.0
        self.number = 0
        """The signal that ended it; 0: none."""

    def __enter__(self) -> Endings:
        for name in ENDING:
            if hasattr(signal, name):  # Windows has no SIGHUP
                signal.signal(getattr(signal, name), self._take)
        if _has_terminal():
            threading.Thread(target=self._watch_terminal, name="terminal", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._left.set()

    @property
    def code(self) -> int:
        """The exit code."""
        if self.number:
            return OF_A_SIGNAL + self.number
        return 0

    @contextmanager
    def while_shown(self) -> Iterator[None]:
        """Let signals end the app; outside of this they are only noted."""
        self._is_shown = True
        try:
            yield
        finally:
            self._is_shown = False

    def wait(self) -> None:
        """Wait for ctrl+c, a signal, or the end of the terminal."""
        with suppress(KeyboardInterrupt):
            self._signals.get()

    def _take(self, number: int, _frame: FrameType | None) -> None:
        if not self.number:
            self.number = number
            self._first_at = stopwatch()
        self._signals.put(number)
        if not self._is_shown:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise SignalEnded from None  # the app has not begun, or has just ended
        if stopwatch() - self._first_at > GRACE:
            raise SignalEnded  # the loop itself waits, for a terminal that takes nothing more
        loop.call_soon_threadsafe(self._app.exit)

    def _watch_terminal(self) -> None:
        """End the app when its terminal was closed; not every shell sends a signal then."""
        while not self._left.wait(LOOK):
            if not _has_terminal():
                os.kill(os.getpid(), signal.SIGHUP)


def _has_terminal() -> bool:
    """Check whether stdin is a terminal that is there: one that was closed answers EIO."""
    try:
        import termios  # not on Windows

        termios.tcgetattr(0)
    except (ImportError, OSError, ValueError):
        return False
    except termios.error:
        return False
    return True


def release_terminal(app: HookedApp) -> None:
    """Restore the terminal where the app was broken off, and let the thread that reads keys end.

    Past the driver's own writer: a signal may have broken that off with its lock half released,
    and a terminal that is gone or stopped takes nothing.
    """
    driver = driver_of(app)
    keys = getattr(driver, "exit_event", None)
    if keys is None:
        return  # it had not begun
    keys.set()
    before = getattr(driver, "attrs_before", None)
    with suppress(ImportError, OSError, ValueError):
        import termios  # not on Windows

        with suppress(termios.error):
            if before is not None:
                termios.tcsetattr(0, termios.TCSANOW, before)
        _write_at_once(_find_terminal(), RESTORING)


def _write_at_once(number: int, sequence: bytes) -> None:
    """Write what a terminal takes at once. Raises: OSError."""
    is_blocking = os.get_blocking(number)
    os.set_blocking(number, False)
    try:
        os.write(number, sequence)
    finally:
        os.set_blocking(number, is_blocking)  # the shell has the same file
