"""Which stores of an app's environment are watched: those of this machine; others when asked."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from session_inspector.devserver.attach.attach_settings import OfferedStore
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.run.locality import is_local
from session_inspector.devserver.run.stores import describe_store
from session_inspector.devserver.stores.urls import mask_store_url

Ask: TypeAlias = Callable[[str], bool]
"""Puts a question to the person; True: yes."""
READ = "its rows are read"
LOOKING = "looking for rows of"
"""How it is said that none is read yet."""
YES = ("y", "yes")


@dataclass(frozen=True, slots=True)
class ChosenStores:
    """What is watched of what was found."""

    offered: tuple[OfferedStore, ...] = ()
    declined: tuple[OfferedStore, ...] = ()
    """On other machines, and nobody said yes."""

    def describe(self) -> Iterator[str]:
        """Yield a line for those that are watched, and one for each that is not."""
        if self.offered:
            names = [f"{one.name} {mask_store_url(one.url)}" for one in self.offered]
            which = " or ".join(names)
            yield f"store {which}: looked into for sessions (--no-store leaves it alone)"
        for one in self.declined:
            yield (
                f"not watched: {one.name} is at {describe_store(one.url)}, not on this machine."
                f" Fix: --store {one.name}"
            )


def describe_state(event: StoreStateChanged) -> str:
    """Return what has become of a store, in one line: read, waited for, or away."""
    state = READ
    if not event.is_up:
        state = f"not read: {event.reason}"
    elif event.watched_by.startswith(LOOKING):
        state = event.watched_by
    elif not event.watched_by and not event.is_chosen:
        state = "it answers"
    return f"store {event.store}: {state}"


def choose_stores(found: Sequence[OfferedStore], ask: Ask) -> ChosenStores:
    """Return what is watched: all of this machine; of others, what the person allows."""
    offered = []
    declined = []
    for one in found:
        where = describe_store(one.url)
        question = f"{one.name} is at {where}, not on this machine. Read its sessions?"
        if is_local(one.url) or ask(question):
            offered.append(one)
        else:
            declined.append(one)
    return ChosenStores(tuple(offered), tuple(declined))


def name_store(given: str, found: Sequence[OfferedStore]) -> str:
    """Return the URL of `--store`, which may be the name of a variable. Raises: InputError."""
    for one in found:
        if one.name == given:
            return one.url
    if given.isidentifier():
        names = ", ".join(one.name for one in found) or "none is set"
        raise InputError(f"--store {given} is no variable with a store's URL ({names}). Fix: a URL")
    return given


def ask_on_terminal(question: str) -> bool:
    """Ask a person at a terminal; where there is none, the answer is no."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write(f"session-inspector: {question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in YES
