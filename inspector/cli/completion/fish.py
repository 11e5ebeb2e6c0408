"""A completion script for fish, made from the parser; shtab makes those of the other shells."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence

FILES = frozenset({"FILE", "FOLDER", "PATH", "DIR"})
"""Metavars after which fish offers files."""
_Commands = argparse._SubParsersAction


def fish_script(parser: argparse.ArgumentParser) -> str:
    """Return lines for `~/.config/fish/completions/NAME.fish`."""
    program = parser.prog
    return "\n".join([f"complete -c {program} -f", *_parser_lines(parser, program, ())])


def _parser_lines(
    parser: argparse.ArgumentParser, program: str, path: Sequence[str]
) -> Iterator[str]:
    """Yield the lines of a command, which is behind the words of `path`, and of its actions."""
    commands = next((a for a in parser._actions if isinstance(a, _Commands)), None)
    children: list[str] = []
    if commands is not None:
        children = list(commands.choices)
    start = _line_start(program, path, children)
    for action in parser._actions:
        if not isinstance(action, _Commands) and action.help != argparse.SUPPRESS:
            yield from _action_lines(action, start)
    if commands is None:
        return
    for entry in commands._choices_actions:
        yield f"{start} -a {entry.dest} -d {_quote(entry.help or '')}"
    for name, child in commands.choices.items():
        yield from _parser_lines(child, program, (*path, name))


def _line_start(program: str, path: Sequence[str], children: Sequence[str]) -> str:
    """Return the beginning of a line, with the words behind which it holds."""
    conditions = [f"__fish_seen_subcommand_from {word}" for word in path]
    if children:
        conditions.append(f"not __fish_seen_subcommand_from {' '.join(children)}")
    start = f"complete -c {program}"
    if conditions:
        start += f" -n {_quote('; and '.join(conditions))}"
    return start


def _action_lines(action: argparse.Action, start: str) -> Iterator[str]:
    """Yield the line of an option, or of an argument that is one of few words."""
    if action.option_strings:
        yield _option_line(action, start)
    elif action.choices:
        yield f"{start}{_words(action)}{_description(action)}"
    elif action.metavar in FILES or action.dest == "file":
        yield f"{start} -F"


def _option_line(action: argparse.Action, start: str) -> str:
    line = start
    for name in action.option_strings:
        if name.startswith("--"):
            line += f" -l {name[2:]}"
        else:
            line += f" -s {name[1:]}"
    if action.choices:
        line += " -x"  # these values, and no files
    elif action.nargs != 0:
        line += " -r"
    if action.metavar in FILES:
        line += " -F"
    return f"{line}{_words(action)}{_description(action)}"


def _words(action: argparse.Action) -> str:
    if not action.choices:
        return ""
    return f" -a {_quote(' '.join(map(str, action.choices)))}"


def _description(action: argparse.Action) -> str:
    if not action.help:
        return ""
    return f" -d {_quote(action.help.replace('%%', '%'))}"


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
