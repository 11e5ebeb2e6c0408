"""The help of every command: what it does, defaults, variables, exit codes, two examples."""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from session_inspector.devserver.attach.layouts import layout_names
from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.devserver.lab.scenarios import SCENARIOS
from session_inspector.devserver.stores.urls import list_schemes
from session_inspector.inspector.cli.arguments import make_parser, parse
from session_inspector.inspector.cli.completion.arguments import SHELLS
from session_inspector.inspector.cli.help_texts import HELP
from session_inspector.inspector.cli.main import run
from session_inspector.inspector.cli.parser import FLAG_ROWS
from tests.waiting import PATIENCE


def parsers(
    parser: argparse.ArgumentParser, words: str = ""
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    yield words, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, child in action.choices.items():
                yield from parsers(child, f"{words} {name}".strip())


PARSERS = dict(parsers(make_parser()))


def test_every_command_has_its_words_and_no_word_is_without_a_command() -> None:
    assert set(HELP) == set(PARSERS)


@pytest.mark.parametrize("words", PARSERS)
def test_help_says_what_it_does_its_exit_codes_and_two_examples(words: str) -> None:
    text = PARSERS[words].format_help()
    assert PARSERS[words].description
    assert re.search(r"^exit codes: 0 ", text, flags=re.M)
    examples = text.partition("examples:\n")[2].strip().splitlines()
    assert len(examples) >= 2
    assert text.isascii()


@pytest.mark.parametrize("words", PARSERS)
def test_the_examples_of_a_command_are_taken_by_it(words: str) -> None:
    for example in HELP[words].examples:
        found = parse(shlex.split(example.partition(" > ")[0]))
        assert found.command == words.partition(" ")[0]


@pytest.mark.parametrize("words", PARSERS)
def test_each_option_with_a_value_says_its_default(words: str) -> None:
    text = " ".join(PARSERS[words].format_help().split())
    for action in PARSERS[words]._actions:
        if action.option_strings and action.nargs != 0:
            start = text.index(f"{action.option_strings[-1]} ", text.index("options: "))
            assert "default" in text[start:].partition(" --")[0] + text[start:][:400]
            assert action.help, action.dest


@pytest.mark.parametrize("row", [row for row in FLAG_ROWS if row.variable], ids=lambda r: r.flag)
def test_each_option_with_a_variable_names_it(row: object) -> None:
    for words in ("", "serve", "scenario"):
        assert getattr(row, "variable", "") in PARSERS[words].format_help()


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_offers_the_values_of_arguments(
    capsys: pytest.CaptureFixture[str], shell: str
) -> None:
    run(parse(["completion", shell]))
    script = capsys.readouterr().out
    names = [scenario.name for scenario in SCENARIOS]
    names += [decoder.name for decoder in load_decoders()]
    names += [*layout_names(), "stateful", "stateless"]
    names += [f"{scheme}://" for scheme in list_schemes()]
    lines = script.replace("\\", "")
    assert [name for name in names if name not in lines] == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_reads_its_script(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, shell: str
) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    run(parse(["completion", shell]))
    path = tmp_path / "script"
    path.write_text(capsys.readouterr().out)
    found = subprocess.run(
        [shell, "-n", str(path)], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (found.returncode, found.stderr) == (0, "")
