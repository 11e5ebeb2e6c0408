"""The session secrets of a run: those that the app lacks, and those that are tried."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from session_inspector.devserver.run.places import ProjectPlace
from session_inspector.devserver.run.project import read_sources
from session_inspector.devserver.run.session_secrets import find_defaults, find_needed
from session_inspector.inspector.cli.run.variables import AppVariables
from session_inspector.inspector.decode.secrets import find_secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenSecrets:
    """What is set for the app, and what opens its cookies."""

    needed: frozenset[str] = frozenset()
    """Names of those that it lacks: they are set for this run."""
    tried: tuple[str, ...] = field(default=(), repr=False)


def choose_secrets(
    arguments: argparse.Namespace,
    reads: Sequence[str],
    variables: AppVariables,
    place: ProjectPlace,
    folder: Path,
) -> ChosenSecrets:
    """Return the secrets of a run; an app that keeps its own provider gets none.

    Raises: InputError.
    """
    needed: frozenset[str] = frozenset()
    if not arguments.no_tenant:
        needed = find_needed(reads, variables.known, read_sources(folder, arguments.words))
    env = {**variables.own, **variables.files}
    tried = [secret.text for secret in find_secrets(arguments.secret, env, folder)]
    tried += find_defaults(reads)
    if needed:
        tried.append(place.secret)
    return ChosenSecrets(needed=needed, tried=tuple(dict.fromkeys(tried)))
