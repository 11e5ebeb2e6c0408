"""`stores prune URL`: deletes, or counts, a portion at a time; ctrl+c stops between two of them."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from contextlib import aclosing

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.stores.base import Pruned
from session_inspector.devserver.stores.pruning.portions import Portions, PruneRule, prune_portions
from session_inspector.inspector.cli.output import ExitCode, print_json, print_line
from session_inspector.inspector.cli.progress import ProgressLine
from session_inspector.inspector.cli.stores.others import open_ours

STOPPED = "stopped; the others are still there"


class PruneRun:
    """One prune: what it has done so far, and whether ctrl+c has stopped it."""

    def __init__(self, note: Callable[[Pruned], None]) -> None:
        """`note` hears what all portions together have done."""
        self.done = Pruned()
        self.was_stopped = False
        self._note = note

    async def go_through(self, portions: Portions) -> None:
        """Do one portion after the other. Raises: StoreUnavailable."""
        while not self.was_stopped:
            portion = await self._finish(asyncio.ensure_future(anext(portions, None)))
            if portion is None:
                return
            self.done = self.done.add(portion)
            self._note(self.done)

    async def _finish(self, work: asyncio.Future[Pruned | None]) -> Pruned | None:
        """Wait for a portion to its end, also when ctrl+c comes: what it deletes is counted."""
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            self.was_stopped = True
            task = asyncio.current_task()
            if task is not None:
                task.uncancel()
            return await work


async def prune_store(arguments: argparse.Namespace) -> ExitCode:
    """Prune, and print what went. Raises: InputError, StoreUnavailable, KeyboardInterrupt."""
    is_dry = not arguments.yes
    line = ProgressLine()
    run = PruneRun(lambda done: line.show(describe_progress(done, is_dry=is_dry)))
    clock = SystemClock()
    store = await open_ours(arguments.url, clock)
    try:
        rule = PruneRule(at=clock.now(), orphans=arguments.orphans, dry_run=is_dry)
        async with aclosing(prune_portions(store, rule)) as portions:
            await run.go_through(portions)
    except StoreUnavailable as error:
        if is_dry or not run.done.rows:
            raise
        done = describe_done(run.done, orphans=arguments.orphans)
        raise StoreUnavailable(f"{error.message}; deleted {done} before") from error
    finally:
        line.clear()
        await store.close()
    print_done(arguments, run)
    if run.was_stopped:
        raise KeyboardInterrupt
    return ExitCode.OK


def print_done(arguments: argparse.Namespace, run: PruneRun) -> None:
    """Print what went, or would."""
    done = run.done
    is_dry = not arguments.yes
    if arguments.json:
        counts = {"expired": done.expired, "orphans": done.orphans}
        print_json({**counts, "dry_run": is_dry, "stopped": run.was_stopped})
        return
    what = describe_done(done, orphans=arguments.orphans)
    ending = f", then {STOPPED}" if run.was_stopped else ""
    if not is_dry:
        print_line(f"deleted {what}{ending}")
        return
    if run.was_stopped:
        print_line(f"counted {what}, then stopped; nothing was changed")
        return
    print_line(f"would delete {what}")
    print_line("nothing was changed; --yes does it")


def describe_done(done: Pruned, *, orphans: bool) -> str:
    """Return what was deleted, or would be."""
    what = f"{done.expired} expired sessions"
    if orphans:
        what += f" and {done.orphans} orphans"
    return what


def describe_progress(done: Pruned, *, is_dry: bool) -> str:
    """Return the line that is shown meanwhile."""
    doing = "counted" if is_dry else "deleted"
    text = f"{doing} {done.rows:,} rows"
    if done.looked:
        text += f" of {done.looked:,} read"
    return text
