"""How long the first decoded session takes: the app alone, then started by `run`, in one go.

    python -m tests.apps.first_session nextjs express --rounds 3

Alone: the same tenant was started before, the environment is set by hand, the clock runs from the
app's command. By `run`: the clock runs from our command. Both then do the same steps with the same
HTTP client: the port is open, the login page of the app (Next.js compiles it now), the provider's
form, the callback, the session cookie. What is ours is the difference, and the parts of it that
can be seen: until the app is started, and from the cookie to the decoded session.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.core.events.process import AppStarted
from session_inspector.devserver.core.events.session import SessionWritten
from tests.apps.runs import started_sample
from tests.apps.samples import EXPRESS, FASTAPI, FLASK, NEXTJS, STARLETTE, Sample
from tests.apps.tenants import Person, tenant
from tests.servers import free_port
from tests.waiting import eventually

NEXT_DEV = replace(NEXTJS, deployed=None)
"""As `run` starts it."""
SAMPLES = {sample.name: sample for sample in (NEXT_DEV, EXPRESS, FASTAPI, FLASK, STARLETTE)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Seconds since the command."""

    started: float = 0
    """The app's own command runs; alone, that is the command."""
    listening: float
    logged_in: float
    decoded: float = 0
    """The session was opened; alone, nobody does."""

    @property
    def total(self) -> float:
        """The last step."""
        return max(self.logged_in, self.decoded)


@dataclass(frozen=True, slots=True)
class RunSite:
    """What somebody needs to know to log in at an app that `run` has started."""

    sample: Sample
    env: dict[str, str]


def time_alone(sample: Sample, folder: Path) -> Steps:
    """Start an app at a tenant that is there, and log in."""
    with tenant(sample, folder) as site:
        listening = stopwatch() - site.began
        log_in(site.person())
        return Steps(listening=listening, logged_in=stopwatch() - site.began)


def time_run(sample: Sample, folder: Path) -> Steps:
    """Let `run` start an app, log in, and wait for the decoded session."""
    with started_sample(sample, folder, free_port()) as run:
        listening = stopwatch() - run.began
        started = run.wait_for(AppStarted).at - run.began_at
        log_in(Person(RunSite(sample, {"SESSION_INSPECTOR_CA": run.ca}), run.base_url))
        logged_in = stopwatch() - run.began
        eventually(lambda: run.heard(SessionWritten))
        return Steps(
            started=started,
            listening=listening,
            logged_in=logged_in,
            decoded=stopwatch() - run.began,
        )


def log_in(person: Person) -> None:
    """Log in as Alice, whose session then has her profile."""
    person.sign_in()
    assert person.profile().status_code == 200
    person.close()


def measure(sample: Sample, rounds: int) -> tuple[list[Steps], list[Steps]]:
    """Return the steps of some rounds, alone and by `run`, in turns."""
    alone: list[Steps] = []
    by_run: list[Steps] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            alone.append(time_alone(sample, Path(folder)))
        with tempfile.TemporaryDirectory() as folder:
            by_run.append(time_run(sample, Path(folder)))
    return alone, by_run


def describe(name: str, alone: Sequence[Steps], by_run: Sequence[Steps]) -> str:
    """Return a line: both, and what is ours."""
    app = median(step.total for step in alone)
    whole = median(step.total for step in by_run)
    lag = median(step.decoded - step.logged_in for step in by_run)
    return (
        f"{name}: the app alone {app:.1f} s (port {median(s.listening for s in alone):.1f} s),"
        f" by run {whole:.1f} s (port {median(s.listening for s in by_run):.1f} s);"
        f" ours {whole - app:+.1f} s: {median(s.started for s in by_run):.1f} s until its command"
        f" runs, {lag * 1000:.0f} ms from its cookie to the decoded session"
    )


def main() -> None:
    """Print a line for each app."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=", ".join(SAMPLES))
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    for name in arguments.names or SAMPLES:
        print(describe(name, *measure(SAMPLES[name], arguments.rounds)), flush=True)


if __name__ == "__main__":
    main()
