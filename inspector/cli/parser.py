"""The parser of the command line and the flags that several commands have.

Flags of settings are made from the table of settings. It imports nothing slow.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from session_inspector.devserver.core.configuration.setting import Setting
from session_inspector.devserver.core.configuration.table import ROWS
from session_inspector.inspector.cli.helping import HelpFormatter

UNSET = argparse.SUPPRESS
"""Default of a flag that may stand before and after the command: one does not undo the other."""
ATTACH_ROWS = tuple(row for row in ROWS if row.flag and row.section == "attach")
"""Those of `attach` and `run`."""
FLAG_ROWS = tuple(row for row in ROWS if row.flag and row not in ATTACH_ROWS)
"""Those of the lab."""
LAB_FLAGS = (*(row.destination for row in (*FLAG_ROWS, *ATTACH_ROWS)), "config", "listen")
"""Names of what the command line may set."""


UNKNOWN = "unrecognized arguments"
WRONG_COMMAND = "argument COMMAND: invalid choice"
SWITCHES = {True: "on", False: "off"}
MOST = 100_000
"""Of a count: a scenario with more would not end."""
LAST_PORT = 65_535


class Parser(argparse.ArgumentParser):
    """Reports what is wrong in one line, with exit code 2; its help says each default."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", HelpFormatter)
        options.setdefault("allow_abbrev", False)  # a flag that is misspelt is another one
        super().__init__(**options)

        self._asked: Sequence[str] = ()
        """What is parsed."""

    def parse_known_args(  # type: ignore[override]  # argparse has overloads for other namespaces
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse; what this command does not know is refused here, where its flags are known."""
        self._asked = sys.argv[1:] if args is None else args
        found, rest = super().parse_known_args(args, namespace)
        if rest:
            flags = [one for one in rest if one.startswith("-")]  # what follows may be a secret
            self.error(f"{UNKNOWN}: {' '.join(map(_without_value, flags or rest))}")
        return found, rest

    def error(self, message: str) -> NoReturn:
        """Write the line and stop."""
        unknown = self._find_unknown()
        if unknown and message.startswith(WRONG_COMMAND):
            message = f"{UNKNOWN}: {unknown}"  # its value was taken for a command
        fix = f"{self.prog} --help"
        if message.startswith(UNKNOWN) and (meant := self._find_meant(unknown)):
            fix = f"{meant}, or {fix}"
        sys.stderr.write(f"session-inspector: {message}. Fix: {fix}\n")
        raise SystemExit(2)

    def _find_unknown(self) -> str:
        """Return the first long flag that this command does not have; empty: none."""
        for asked in self._asked:
            name = _without_value(asked)
            if asked == "--":
                break
            if name.startswith("--") and name not in self._option_string_actions:
                return name
        return ""

    def _find_meant(self, unknown: str) -> str:
        """Return the flag of this command that is spelt most like one that is none; or nothing."""
        from difflib import get_close_matches  # 3 ms of each start, for what is misspelt

        names = [name.lstrip("-") for name in self._option_string_actions if name[:2] == "--"]
        close = get_close_matches(unknown.lstrip("-"), names, n=1)
        return f"--{close[0]}" if close else ""


def _without_value(argument: str) -> str:
    """Return an argument as it may be shown: what follows a `=` could be a secret."""
    name = argument.partition("=")[0]
    if name.isprintable():
        return name
    return ascii(name)


def flags_of(arguments: argparse.Namespace) -> dict[str, str | bool | list[str] | None]:
    """Return the settings given on the command line."""
    found = {name: getattr(arguments, name, None) for name in LAB_FLAGS}
    found["clients"] = getattr(arguments, "clients", None)
    return found


def add_lab_flags(parser: argparse.ArgumentParser) -> None:
    """Add a flag for each setting that has one, and --config."""
    for row in FLAG_ROWS:
        add_setting_flag(parser, row)
    parser.add_argument(
        "--client",
        dest="clients",
        action="append",
        default=UNSET,
        metavar="ID[=URL]",
        help="a further app at the local provider: a public client with its callback URL; repeat"
        " it. One with a secret: [[clients]] in the configuration",
    )
    add_config_flag(parser)


def add_attach_flags(parser: argparse.ArgumentParser) -> None:
    """Add a flag for each setting of how an app's store is watched."""
    for row in ATTACH_ROWS:
        add_setting_flag(parser, row)


def add_setting_flag(parser: argparse.ArgumentParser, row: Setting) -> None:
    """Add the flag of one setting."""
    text = setting_help(row)
    if row.form == "switch":
        parser.add_argument(
            row.flag,
            dest=row.destination,
            action="store_const",
            const=True,
            default=UNSET,
            help=text,
        )
        return
    action = "store"
    if row.form == "addresses":
        action = "append"
        text = f"{text}; repeat it"
    parser.add_argument(
        row.flag,
        dest=row.destination,
        action=action,
        default=UNSET,
        metavar=row.metavar,
        help=text,
    )


def setting_help(row: Setting) -> str:
    """Return a setting's line: what it is, its default, and its variable in the environment."""
    default = row.unset or row.default
    if row.form == "switch":
        default = SWITCHES[bool(row.default)]
    facts = f"default: {default}".replace("`", "")
    if row.variable:
        facts += f"; env: {row.variable}"
    return f"{row.help} ({facts})"


def add_config_flag(parser: argparse.ArgumentParser) -> None:
    """Add the flag that names the configuration file."""
    parser.add_argument(
        "--config",
        default=UNSET,
        metavar="FILE",
        help="another configuration file in TOML (default: ~/.config/session-inspector/config.toml;"
        " env: SESSION_INSPECTOR_CONFIG)",
    )


def add_listen_flag(parser: argparse.ArgumentParser) -> None:
    """Add the flag that opens the lab to other machines."""
    parser.add_argument(
        "--listen",
        default=UNSET,
        metavar="ADDRESS",
        help="listen on this IP address; other machines may reach it then (default: 127.0.0.1)",
    )


def read_count(text: str) -> int:
    """Return a number of things. Raises: ArgumentTypeError."""
    if not (text.isdecimal() and text.isascii() and int(text) <= MOST):
        raise argparse.ArgumentTypeError(f"{text!r} must be a whole number, 0 to {MOST}")
    return int(text)


def read_secret(text: str) -> str:
    """Return a secret. Raises: ArgumentTypeError."""
    if not text:
        raise argparse.ArgumentTypeError("a secret is not empty; perhaps its variable is not set")
    return text


def read_port(text: str) -> int:
    """Return a TCP port. Raises: ArgumentTypeError."""
    if not (text.isdecimal() and text.isascii() and int(text) <= LAST_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} must be a port, 0 (a free one) to {LAST_PORT}")
    return int(text)


def add_json_flag(
    parser: argparse.ArgumentParser,
    help: str = "JSON instead of lines",
    *,
    default: bool | str = False,
) -> None:
    """Add the flag for data instead of text; UNSET where the command has it before an action."""
    parser.add_argument("--json", action="store_true", default=default, help=help)


def add_record_flag(parser: argparse.ArgumentParser) -> None:
    """Add the flag that records a run."""
    parser.add_argument("--record", default="", metavar="FILE", help="write every event to a file")
