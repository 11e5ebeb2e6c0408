"""How a command ends, whatever it does: ctrl+c and a closed pipe are ends, not accidents.

130 after ctrl+c, without a word (128 + SIGINT, as shells count); 0 when whoever reads stdout has
seen enough; 2, with one line, when stdout cannot take what is written. It imports nothing slow.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

INTERRUPTED = 128 + signal.SIGINT
TERMINATED = 128 + signal.SIGTERM
BAD_OUTPUT = 2
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO})
"""Errors of writing that are the disk's."""
UNDECODED = range(0xDC80, 0xDD00)
"""What Python makes of bytes of arguments and names that are no UTF-8 (PEP 383)."""


def run_to_end(work: Callable[[], int]) -> int:
    """Return the exit code of some work, however it ended."""
    try:
        code = work()
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except RuntimeError as error:
        code = _code_of_signal(error)
    except BrokenPipeError:
        code = 0
    except UnicodeEncodeError as error:
        code = _complain(_describe_letter(error))
    except OSError as error:
        if error.errno not in FULL:
            raise
        code = _complain(f"the output cannot be written: {error.strerror}. Fix: another place")
    finally:
        _let_go_of_output()
    return code


def _describe_letter(error: UnicodeEncodeError) -> str:
    """Return what is wrong with a letter that cannot be written."""
    letter = error.object[error.start]
    if ord(letter) in UNDECODED:
        number = ord(letter) - UNDECODED[0] + 0x80
        return (
            f"an argument or a file's name has the byte 0x{number:02x}, which is no UTF-8."
            " Fix: write it as UTF-8; bytes of a secret are hex:..."
        )
    return f"the output is {error.encoding}, which has no {letter!a}. Fix: PYTHONIOENCODING=utf-8"


def _code_of_signal(error: RuntimeError) -> int:
    """Return the code of a signal in the middle of an import: Python 3.11 wraps it there.

    Raises: the error itself when no signal caused it.
    """
    match error.__cause__:
        case KeyboardInterrupt():
            return INTERRUPTED
        case SystemExit(code=int(code)):
            return code
    raise error


def _complain(text: str) -> int:
    sys.stderr.write(f"session-inspector: {text}\n")
    return BAD_OUTPUT


def _let_go_of_output() -> None:
    """Write what is left; what nobody takes goes nowhere, else Python would complain at its end."""
    for stream, number in ((sys.stdout, 1), (sys.stderr, 2)):
        try:
            stream.flush()
        except (OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)


def end_on_sigterm() -> None:
    """Let SIGTERM end the command as ctrl+c does: what was made for a while is taken away."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminate)


def _terminate(_signal: int, _frame: object) -> None:
    raise SystemExit(TERMINATED)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold back signals while something is taken away; elsewhere than in the main thread as is."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, signal.SIG_IGN) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
