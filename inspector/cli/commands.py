"""The commands, in the order of the help: what each does, and where its flags are.

The flags of a command are made when it is asked for: sixteen parsers are half of the start.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple


class Command(NamedTuple):
    """One command."""

    summary: str
    """Its line in the help."""
    place: str
    """Module below this package and the function that adds its flags: `run.arguments:add_run`."""

    def add_flags(self, parser: Any) -> None:
        """Add what this command has to its parser."""
        module, _, name = self.place.partition(":")
        getattr(import_module(f"{__package__}.{module}"), name)(parser)


COMMANDS = {
    "run": Command(
        "start your app: a local provider, a proxy before it, and what happens",
        "run.arguments:add_run",
    ),
    "serve": Command("run the lab without the terminal app", "serve.arguments:add_serve"),
    "scenario": Command(
        "play what goes wrong with sessions; the exit code is the verdict",
        "scenario.arguments:add_scenario",
    ),
    "compare": Command(
        "measure stateless sessions and each reachable store side by side",
        "compare.arguments:add_compare",
    ),
    "decode": Command(
        "show what session cookies are: format, user, contents, clocks, or why not",
        "decode.arguments:add_decode",
    ),
    "reseal": Command(
        "change claims or times of a session cookie, and seal it again",
        "decode.arguments:add_reseal",
    ),
    "weak": Command(
        "try well-known default secrets on session cookies", "decode.arguments:add_weak"
    ),
    "sessions": Command(
        "list, show, revoke or expire stored sessions", "sessions.arguments:add_sessions"
    ),
    "stores": Command(
        "list the kinds of stores; check, create or prune one", "stores.arguments:add_stores"
    ),
    "attach": Command(
        "watch a real app: a proxy before it, its store, or another inspector",
        "attach.arguments:add_attach",
    ),
    "browser": Command(
        "watch a real browser without a proxy: its jar, and why cookies are dropped",
        "browser.arguments:add_browser",
    ),
    "replay": Command("show a recording of --record", "replay_arguments:add_replay"),
    "config": Command("the configuration file: schema, path, check", "config.arguments:add_config"),
    "completion": Command(
        "a completion script for your shell", "completion.arguments:add_completion"
    ),
    "provider": Command(
        "make a running lab's provider slow, wrong or broken; without a flag show how it is",
        "provider.arguments:add_provider",
    ),
    "doctor": Command("what is here, what is missing, and the fix", "doctor.arguments:add_doctor"),
}
