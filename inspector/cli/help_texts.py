"""What `--help` of each command says beside its flags: what it does, exit codes, examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PROGRAM = "session-inspector"
USUAL = "0 done; 2 bad input, or what is needed cannot be reached; 130 after ctrl+c"
ROWS = "0 done; 1 no such session; 2 bad input, or the store cannot be reached; 130 after ctrl+c"


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpText:
    """The words of one command."""

    does: str
    codes: str = USUAL
    examples: tuple[str, ...]
    """At least two, without the program's name."""


HELP: Mapping[str, HelpText] = {
    "": HelpText(
        does="Watch web sessions live: cookies, chunks, clocks, stores, revocation.",
        examples=("", "--kind stateless --port 3000", "--store redis://127.0.0.1:6379 --create"),
    ),
    "run": HelpText(
        does="Start your app with all that a login needs: a local provider, its environment, and a"
        " proxy before it, on ports that the folder keeps. What it is is found out from its files."
        " A test suite (pytest, playwright test, npm test) gets the same without a screen.",
        codes="0 and all others: those of the command; 1 with --fail-on-alarm when there was"
        " one; 2 bad input, or a port that cannot be had; 126, 127 the command cannot be started;"
        " 130, 143 after ctrl+c, SIGTERM",
        examples=("run -- npm run dev", "run --headless --json --fail-on-alarm -- npm test"),
    ),
    "serve": HelpText(
        does="Run the lab without the terminal app. The first line of stdout is its URL, with"
        " --json each event follows as a line of JSON. ctrl+c and SIGTERM are its normal end (0).",
        codes="0 ended by ctrl+c, SIGTERM or its reader; 2 bad input, or a port or store that"
        " cannot be had; 130 after ctrl+c before it listens",
        examples=("serve --port 0 --json", "serve --as-tenant --app-url http://localhost:3000"),
    ),
    "scenario": HelpText(
        does="Play what goes wrong with sessions in a lab of its own; the exit code is the verdict."
        " Without a name it lists the scenarios.",
        codes="0 the verdict is good; 1 it is not; 2 bad input, or its browser is not installed;"
        " 130 after ctrl+c",
        examples=("scenario stampede --count 50", "scenario two-ports --browser chromium --json"),
    ),
    "compare": HelpText(
        does="Measure stateless sessions, and each store that is named or found on this machine,"
        " side by side. It makes a table or prefix of its own, and drops it at its end.",
        codes="0 all were measured; 1 one that is there was not; 2 bad input, or a store that was"
        " named does not answer; 130 after ctrl+c",
        examples=("compare", "compare --only-named redis://127.0.0.1:6379 --json"),
    ),
    "decode": HelpText(
        does="Show what session cookies are: format, user, contents, clocks, or why not.",
        codes="0 valid; 1 unknown; 2 bad input; 3 expired; 4 unverified (no secret, key, seal or"
        " row) or wrong secret; 5 damaged; 130 after ctrl+c. With --lines: 0 all valid; 1 not all",
        examples=('decode cookie.txt --secret "$SECRET"', "decode session.har --json"),
    ),
    "reseal": HelpText(
        does="Change claims or times of a session cookie, and seal it again. The result is a"
        " working login: your own app and test users only.",
        codes="0 sealed; 2 bad input, or an edit that the format cannot hold; else as decode, when"
        " the cookie does not open",
        examples=(
            "reseal cookie.txt --set user.name=Bob --expires +2h",
            'reseal cookie.txt --secret "$SECRET" --issued -30m --out curl',
        ),
    ),
    "weak": HelpText(
        does="Try the well-known secrets of documentation and templates on session cookies.",
        codes="0 nothing of the list opens it; 1 weak: one does; 2 bad input; 4 it could not be"
        " tried (unknown, or nothing to verify); 130 after ctrl+c",
        examples=("weak cookie.txt", "weak 'session=eyJ1IjoxfQ.aWx0Zg.c2ln' --json"),
    ),
    "sessions": HelpText(
        does="List, find, show, revoke or expire stored sessions: the lab's, and those of other"
        " frameworks (--layout).",
        codes=ROWS,
        examples=(
            "sessions list --store redis://127.0.0.1:6379",
            "sessions find 'auth0|123' --json",
        ),
    ),
    "sessions list": HelpText(
        does="List all sessions of a store, or a page of those that fit a filter.",
        examples=(
            "sessions list --store redis://127.0.0.1:6379 --json",
            "sessions list --limit 50 --filter 'user:zoe expires:<10m size:>4k'",
            "sessions list --limit 50 --after CURSOR",
            "sessions list --store sqlite://app.db --layout django",
        ),
    ),
    "sessions find": HelpText(
        does="List the sessions of one user.",
        codes=ROWS,
        examples=(
            "sessions find 'auth0|123' --store redis://127.0.0.1:6379",
            "sessions find 7 --store sqlite://app.db --layout connect-redis --json",
        ),
    ),
    "sessions show": HelpText(
        does="Show one session as JSON; secrets are masked without --reveal.",
        codes=ROWS,
        examples=(
            "sessions show 3f1b2c3d9a04 --store redis://127.0.0.1:6379",
            "sessions show 3f1b2c3d9a04 --store redis://127.0.0.1:6379 --reveal",
        ),
    ),
    "sessions revoke": HelpText(
        does="Delete a session's row, and nothing else.",
        codes=ROWS,
        examples=(
            "sessions revoke 3f1b2c3d9a04 --store redis://127.0.0.1:6379",
            "sessions revoke 3f1b2c3d9a04 --store sqlite://app.db --layout connect-redis --json",
        ),
    ),
    "sessions expire": HelpText(
        does="Put one clock of a session into the past, in the form of its framework.",
        codes=ROWS,
        examples=(
            "sessions expire 3f1b2c3d9a04 --store redis://127.0.0.1:6379",
            "sessions expire 3f1b2c3d9a04 --clock absolute --store sqlite:///sessions.db",
        ),
    ),
    "stores": HelpText(
        does="List the kinds of stores; check, create or prune one.",
        examples=("stores", "stores check redis://127.0.0.1:6379 --json"),
    ),
    "stores check": HelpText(
        does="Read a store and show what it holds; it changes nothing.",
        examples=(
            "stores check sqlite:///sessions.db",
            "stores check postgresql://localhost/app --json",
        ),
    ),
    "stores create": HelpText(
        does="Make the table, indexes or collection of a store.",
        examples=(
            "stores create sqlite:///sessions.db",
            "stores create postgresql://localhost/app --notify",
        ),
    ),
    "stores prune": HelpText(
        does="Delete what has expired; without --yes it only counts.",
        examples=("stores prune sqlite:///sessions.db", "stores prune sqlite:///sessions.db --yes"),
    ),
    "attach": HelpText(
        does="Watch a real app: a proxy before it, its store, or another inspector.",
        codes="0 ended by ctrl+c, SIGTERM or its reader; 2 bad input, or a port, store or inspector"
        " that cannot be had; 130 after ctrl+c before it listens",
        examples=(
            "attach http://localhost:3000 --env .",
            "attach --store redis://127.0.0.1:6379 --headless --json",
        ),
    ),
    "browser": HelpText(
        does="Watch a real browser without a proxy: its jar, and why it drops cookies.",
        codes="0 ended by ctrl+c, SIGTERM or its reader; 2 bad input, or a browser that is not"
        " installed; 130 after ctrl+c before it listens",
        examples=(
            "browser http://localhost:3000",
            "browser http://localhost:3000 --browser firefox --headless --json",
        ),
    ),
    "doctor": HelpText(
        does="Report what is here and what is missing, each with its fix: terminal, clock, ports,"
        " extras, browsers, stores, and whether Node and Python trust the local authority. It"
        " makes only the folder for state.",
        codes="0 all that is needed works; 1 something does not; 130 after ctrl+c",
        examples=("doctor", "doctor --json"),
    ),
    "replay": HelpText(
        does="Show a recording of --record in the terminal app. One that ends within an event is"
        " shown up to there.",
        examples=("replay tape.jsonl", "replay tape.jsonl --config night.toml"),
    ),
    "config": HelpText(
        does="The configuration file: its schema, its path, and whether it can be read.",
        codes="0 nothing is wrong; 2 the file is wrong; 130 after ctrl+c",
        examples=("config check", "config schema > config.schema.json"),
    ),
    "config schema": HelpText(
        does="Print the JSON Schema of the configuration file, for editors.",
        examples=("config schema", "config schema > config.schema.json"),
    ),
    "config path": HelpText(
        does="Print where the configuration file is looked for.",
        examples=("config path", "config path --config other.toml"),
    ),
    "config check": HelpText(
        does="Read the configuration file, and report what is wrong.",
        codes="0 nothing is wrong; 2 the file is wrong; 130 after ctrl+c",
        examples=("config check", "config check --config other.toml"),
    ),
    "completion": HelpText(
        does="Print a completion script for your shell: commands, flags, and the values of flags.",
        examples=(
            "completion bash > ~/.local/share/bash-completion/completions/session-inspector",
            "completion fish > ~/.config/fish/completions/session-inspector.fish",
        ),
    ),
    "provider": HelpText(
        does="Make a running lab's provider slow, wrong or broken; without a flag show how it is.",
        codes="0 done; 1 the lab refused; 2 bad input, or no lab answers; 130 after ctrl+c",
        examples=(
            "provider http://127.0.0.1:3000 --latency token=2s",
            "provider http://127.0.0.1:3000 --reset --json",
        ),
    ),
}
"""By the words of a command."""
