"""The script for fish: each option where it holds, quoted, with files where a file is meant."""

from __future__ import annotations

import argparse

from session_inspector.inspector.cli.arguments import make_parser
from session_inspector.inspector.cli.completion.fish import fish_script


def small_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tool", add_help=False)
    parser.add_argument("--level", choices=("low", "high"), help="it's 100%% needed")
    parser.add_argument("-q", "--quiet", action="store_true")
    parser.add_argument("--hidden", help=argparse.SUPPRESS)
    commands = parser.add_subparsers()
    run = commands.add_parser("run", help="run it", add_help=False)
    run.add_argument("--from", metavar="FILE")
    run.add_argument("file")
    return parser


def test_each_option_is_offered_where_it_holds() -> None:
    assert fish_script(small_parser()).splitlines() == [
        "complete -c tool -f",
        "complete -c tool -n 'not __fish_seen_subcommand_from run'"
        " -l level -x -a 'low high' -d 'it\\'s 100% needed'",
        "complete -c tool -n 'not __fish_seen_subcommand_from run' -s q -l quiet",
        "complete -c tool -n 'not __fish_seen_subcommand_from run' -a run -d 'run it'",
        "complete -c tool -n '__fish_seen_subcommand_from run' -l from -r -F",
        "complete -c tool -n '__fish_seen_subcommand_from run' -F",
    ]


def test_all_commands_of_the_tool_are_offered() -> None:
    parser = make_parser()
    script = fish_script(parser)
    for name in ("serve", "attach", "decode", "sessions", "stores", "provider"):
        assert f" -a {name} -d " in script, name
