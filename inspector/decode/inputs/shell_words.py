"""The words of a shell's command, quotes undone: bash's, cmd's, and bash's $'…'.

shlex goes by characters, and needs 6 s for a command with a body of 1 MB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from session_inspector.devserver.core.errors import InputError

CONTROLS = {"n": "\n", "t": "\t", "r": "\r"}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)")
_IN_DOUBLE = re.compile(r"\\([\\\"$`])")
"""What a backslash escapes between double quotes; before anything else it is itself."""
_PIECE = re.compile(
    r"(?P<space>\s+)"
    r"|\$'(?P<ansi>[^'\\]*(?:\\.[^'\\]*)*)'"
    r"|'(?P<single>[^']*)'"
    r'|"(?P<double>[^"\\]*(?:\\.[^"\\]*)*)"'
    r"|\\(?P<escaped>.|$)"
    r"|(?P<plain>[^\s'\"\\$]+|\$)",
    re.DOTALL,
)


def split_words(text: str) -> list[str]:
    """Return the words of a command. Raises: InputError for one whose quotes do not close."""
    if '^"' in text:
        text = _undo_carets(text)
    text = text.replace("\\\r\n", " ").replace("\\\n", " ")
    return list(_words(text))


def _undo_carets(text: str) -> str:
    """Undo what cmd's copies add: a caret before each mark, and at the end of a line."""
    text = text.replace("\0", "").replace("^\r\n", " ").replace("^\n", " ")
    return text.replace("^^", "\0").replace("^", "").replace("\0", "^")


def _words(text: str) -> Iterator[str]:
    pieces: list[str] = []
    is_word = False
    at = 0
    while at < len(text):
        match = _PIECE.match(text, at)
        if match is None:
            raise InputError("the command does not parse: no closing quotation. Fix: copy it whole")
        at = match.end()
        if match.lastgroup != "space":
            pieces.append(_undo_quotes(match))
            is_word = True
        elif is_word:
            yield "".join(pieces)
            pieces.clear()
            is_word = False
    if is_word:
        yield "".join(pieces)


def _undo_quotes(match: re.Match[str]) -> str:
    text = match[match.lastgroup or 0]
    if "\\" not in text:
        return text
    match match.lastgroup:
        case "ansi":
            return _ESCAPE.sub(lambda found: _read_escape(found[1]), text)
        case "double":
            return _IN_DOUBLE.sub(r"\1", text)
        case _:
            return text


def _read_escape(code: str) -> str:
    if len(code) > 1:
        return chr(int(code[1:], 16))
    return CONTROLS.get(code, code)
