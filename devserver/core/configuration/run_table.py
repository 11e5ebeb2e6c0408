"""The rows of a project's own file: how `run` starts its app."""

from __future__ import annotations

from dataclasses import dataclass

from session_inspector.devserver.core.configuration.setting import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTable:
    """[run] of session-inspector.toml, the file of a project; flags of `run` beat it."""

    command: tuple[str, ...] = setting(
        "run", "words", (), "what starts the app: `npm run dev`, or a list of words", unset="none"
    )
    https: bool = setting(
        "run",
        "switch",
        False,
        "browsers open the app by https, with a certificate of the local authority; `--https`",
    )
    origins: tuple[tuple[str, str], ...] = setting(
        "run",
        "origins",
        (),
        "further origins, by name: an API, a BFF; `--with NAME=URL` adds one",
        unset="none",
    )
    stores: tuple[str, ...] = setting(
        "run",
        "names",
        (),
        "where its sessions may be: names of variables, or URLs; `--store` replaces them",
        unset="those of its environment",
    )
    users: tuple[dict[str, object], ...] = setting(
        "run",
        "people",
        (),
        "who can log in at the local provider: names, or tables with `sub` and claims",
        unset="any name",
    )
    knobs: dict[str, object] | None = setting(
        "run",
        "knobs",
        None,
        "how the local provider misbehaves from the start, as in `SetKnobs`",
        unset="it is healthy",
    )
