"""`weak`: well-known secrets tried on session cookies."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace

from session_inspector.devserver.cookies.secret_bytes import show_secret
from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.json.writing import strict_json
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.decoders.finding import PROVEN
from session_inspector.devserver.decoders.weak import WELL_KNOWN
from session_inspector.inspector.cli.decode.command import question_of
from session_inspector.inspector.cli.decode.material import read_pasted
from session_inspector.inspector.cli.output import ExitCode, print_json, print_line
from session_inspector.inspector.decode.panel import title_of
from session_inspector.inspector.decode.paste import Pasted
from session_inspector.inspector.decode.report import Question, Report, examine
from session_inspector.inspector.decode.secrets import FoundSecret

NOTHING_TO_TRY = "it could not be tried: {reason}"
PROVED_WITHOUT = "a secret is not what verifies it"


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of the cookies of one site."""

    report: Report
    secret: str | None
    """The well-known secret that opens them; None: none does."""

    @property
    def is_tried(self) -> bool:
        """False: there was nothing that a secret could open or verify."""
        return self.secret is not None or self.report.verdict == "wrong secret"


def weak(arguments: argparse.Namespace) -> ExitCode:
    """Try the well-known secrets: 0 none of them opens it, 1 one does, 4 nothing could be tried.

    Raises: InputError.
    """
    tried = [FoundSecret(text, f"well-known secret {show_secret(text)!r}") for text in WELL_KNOWN]
    question = replace(question_of(arguments), secrets=tried)
    now = SystemClock().now()
    trials = [_try_on(pasted, question, now) for pasted in read_pasted(arguments)]
    secrets = [show_secret(trial.secret) for trial in trials if trial.secret is not None]
    is_tried = any(trial.is_tried for trial in trials)
    if arguments.json:
        reason = None if is_tried else trials[0].report.reason or PROVED_WITHOUT
        print_json(
            {
                "weak": bool(secrets),
                "tried": len(tried) if is_tried else 0,
                "secrets": secrets,
                "reason": reason,
            }
        )
    else:
        print_line(_describe(trials, len(tried)))
    if secrets:
        return ExitCode.REFUSED
    if is_tried:
        return ExitCode.OK
    return ExitCode.WRONG_SECRET


def _try_on(pasted: Pasted, question: Question, now: Seconds) -> Trial:
    """Try all secrets on the cookies of a site."""
    report = examine(pasted, question, now)
    if report.found is not None and report.found.key_index is not None:
        return Trial(report, question.secrets[report.found.key_index].text)
    if report.code not in PROVEN:
        return Trial(report, None)
    for secret in question.secrets:  # it opened, and is refused for another reason
        one = examine(pasted, replace(question, secrets=[secret]), now)
        if one.code == report.code:
            return Trial(report, secret.text)
    return Trial(report, None)


def _describe(trials: Sequence[Trial], count: int) -> str:
    """Return the answer in a line."""
    for trial in trials:
        if trial.secret is not None:
            secret = strict_json(show_secret(trial.secret))
            return (
                f"WEAK: {title_of(trial.report)} opens with {secret}, which"
                " everybody knows. Fix: openssl rand -hex 32, and keep the old one for a day as"
                " second secret"
            )
    if any(trial.is_tried for trial in trials):
        return f"none of {count} well-known secrets opens it; that proves nothing more"
    return NOTHING_TO_TRY.format(reason=trials[0].report.reason or PROVED_WITHOUT)
