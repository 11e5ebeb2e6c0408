"""A completion script for fish, made from the parser; shtab makes those of the other shells."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence

FILES = frozenset({"FILE", "FOLDER", "PATH", "DIR"})
"""Metavars after which fish offers files."""
_Commands = argparse._SubParsersAction


def fish_script(parser: argparse.ArgumentParser) -> str:
    """Return lines for `~/.config/fish/completions/NAME.fish`."""
    return "\n".join([f"complete -c {parser.prog} -f", *_lines(parser, parser.prog, ())])


def _lines(parser: argparse.ArgumentParser, program: str, path: Sequence[str]) -> Iterator[str]:
    commands = next((a for a in parser._actions if isinstance(a, _Commands)), None)
    children = list(commands.choices) if commands else []
    here = [f"__fish_seen_subcommand_from {word}" for word in path]
    here += [f"not __fish_seen_subcommand_from {' '.join(children)}"] if children else []
    start = f"complete -c {program}" + (f" -n {_quoted('; and '.join(here))}" if here else "")
    for action in parser._actions:
        if isinstance(action, _Commands) or action.help == argparse.SUPPRESS:
            continue
        yield from _action(action, start)
    if commands is not None:
        for entry in commands._choices_actions:
            yield f"{start} -a {entry.dest} -d {_quoted(entry.help or '')}"
        for name, child in commands.choices.items():
            yield from _lines(child, program, (*path, name))


def _action(action: argparse.Action, start: str) -> Iterator[str]:
    """Yield the line of an option, or of an argument that is one of few words."""
    words = f" -a {_quoted(' '.join(map(str, action.choices)))}" if action.choices else ""
    about = f" -d {_quoted((action.help or '').replace('%%', '%'))}" if action.help else ""
    if not action.option_strings:
        if words:
            yield f"{start}{words}{about}"
        elif action.metavar in FILES or action.dest == "file":
            yield f"{start} -F"
        return
    names = "".join(
        f" -l {name[2:]}" if name.startswith("--") else f" -s {name[1:]}"
        for name in action.option_strings
    )
    takes = " -r" if action.nargs != 0 else ""
    files = " -F" if action.metavar in FILES else ""
    yield f"{start}{names}{takes}{files}{words}{about}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
