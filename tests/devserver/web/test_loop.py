"""A server's loop runs what it is given, and its end is no error."""

from __future__ import annotations

import asyncio
import errno

import pytest

from session_inspector.devserver.web.loop import close_runner, run_in_loop


class Refusing:
    """A runner whose loop is refused to be closed, as uvloop does it."""

    def __init__(self, code: int) -> None:
        self._code = code

    def close(self) -> None:
        raise OSError(self._code, "refused")


def test_the_coroutine_runs_to_its_end() -> None:
    done: list[str] = []

    async def main() -> None:
        await asyncio.sleep(0)
        done.append("main")

    run_in_loop(main())
    assert done == ["main"]


def test_what_is_raised_reaches_the_thread() -> None:
    async def main() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        run_in_loop(main())


def test_a_handle_that_is_not_closed_yet_is_no_error() -> None:
    close_runner(Refusing(errno.EBUSY))
    with pytest.raises(OSError, match="refused"):
        close_runner(Refusing(errno.EIO))
