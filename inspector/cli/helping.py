"""Puts words, defaults and environment variables into the help of every command."""

from __future__ import annotations

import argparse
import textwrap

from session_inspector.inspector.cli.help_texts import HELP, PROGRAM, HelpText

WIDTH = 98


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Says the default of each option that takes a value."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        text = action.help or ""
        if not action.option_strings or action.nargs == 0 or "default: " in text:
            return text
        if action.required:
            return text
        default = _shown_default(action.default)
        return f"{text} (default: {default})".lstrip()


def _shown_default(value: object) -> str:
    if value in (None, "", [], argparse.SUPPRESS):
        return "none"
    return str(value)


def add_help_texts(parser: argparse.ArgumentParser, words: str = "") -> None:
    """Add description, exit codes and examples to a parser and to those of its commands."""
    text = HELP.get(words)
    if text is not None:
        parser.description = textwrap.fill(text.does, WIDTH)
        parser.epilog = _epilog(parser.epilog or "", text)
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, child in action.choices.items():
                add_help_texts(child, f"{words} {name}".strip())


def _epilog(before: str, text: HelpText) -> str:
    codes = textwrap.fill(f"exit codes: {text.codes}", WIDTH, subsequent_indent="  ")
    examples = "\n".join(f"  {PROGRAM} {example}".rstrip() for example in text.examples)
    return f"{before.strip()}\n\n{codes}\n\nexamples:\n{examples}".strip().replace("%", "%%")
