"""The command behind `--` is the app's, with flags and separators of its own."""

from __future__ import annotations

import pytest

from session_inspector.inspector.cli.arguments import parse


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["run", "--", "npm", "run", "dev"], ["npm", "run", "dev"]),
        (["run", "npm", "start"], ["npm", "start"]),
        (["run", "--", "npm", "run", "dev", "--", "--port", "3"], None),
        (["run", "--headless", "--", "x", "--json", "--help"], ["x", "--json", "--help"]),
        (["--config", "c.toml", "run", "--", "x"], ["x"]),
        (["run"], []),
    ],
)
def test_what_stands_behind_the_separator_is_the_command(
    argv: list[str], words: list[str] | None
) -> None:
    arguments = parse(argv)
    assert arguments.command == "run"
    assert arguments.words == (words or argv[argv.index("--") + 1 :] if "--" in argv else words)


def test_an_unknown_framework_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["run", "--framework", "cobol", "--", "x"])
    assert "cobol" in capsys.readouterr().err
