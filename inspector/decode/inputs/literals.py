"""Objects as Node and Python print them: `{ host: 'x', cookie: 'a=1' }`, `[(b'cookie', b'a=1')]`.

Read, never evaluated. What a printer leaves out (`[Object]`, `... 3 more items`) is a null.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from session_inspector.devserver.core.values import Json, JsonObject

MOST = 40_000
"""Tokens that are read: those of 10,000 headers."""
DEEPEST = 60
"""Levels that are read; a request has four."""
WORDS: dict[str, Json] = {"true": True, "True": True, "false": False, "False": False}
EMPTY = frozenset({"null", "None", "undefined"})
CLOSING = {"{": "}", "[": "]", "(": ")"}
BEFORE_BRACKETS = frozenset({"word", "left_out"})
"""A class's name, or a note in brackets."""
CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": "\0"}
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>[bru]?'(?:[^'\\]|\\.)*'|[bru]?"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`)
    | (?P<left_out>\[(?:Object|Array|Function|Circular|Getter|Symbol|class)[^\]\n]*\]
        |<[^<>\n]*>|\.\.\.[^,\]})\n]*)
    | (?P<number>-?\d[\w.+-]*)
    | (?P<word>[A-Za-z_$@][\w$.@-]*(?:\(\d+\)|\([\w$, ]*\)\s*(?=[{\[]))?)
    | (?P<mark>=>|[{}\[\](),:+])
    | (?P<end>\S)
    )""",
    re.VERBOSE | re.DOTALL,
)
_INTEGER = re.compile(r"-?[0-9]{1,18}")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)


class NotLiteralError(ValueError):
    """The text is no printed object."""


def read_literal(text: str) -> Json:
    """Return the value that a text begins with. Raises: NotLiteralError."""
    return _Reader(text).value(0)


class _Token(NamedTuple):
    """A tuple: made a million times for 1 MB, where a frozen class takes three times as long."""

    kind: str
    text: str


END = _Token("end", "")


class _Reader:
    """Goes through the tokens of a text once."""

    def __init__(self, text: str) -> None:
        self._tokens = _split_tokens(text)
        self._next = next(self._tokens, END)

    def value(self, depth: int) -> Json:
        """Read one value; the names of classes before a bracket are skipped."""
        if depth > DEEPEST:
            raise NotLiteralError("it nests too deep")
        token = self._take()
        while token.kind in BEFORE_BRACKETS and self._next.text in CLOSING:
            token = self._take()
        match token.kind:
            case "text":
                return self._rest_of_text(token)
            case "number":
                return _to_number(token.text)
            case "left_out":
                return None
            case "word":
                return _word_value(token.text)
            case _:
                return self._collection(token.text, depth)

    def _collection(self, opening: str, depth: int) -> Json:
        closing = CLOSING.get(opening)
        if closing is None:
            raise NotLiteralError(f"{opening!r} begins no value")
        if opening == "{":
            return self._object(depth)
        return self._list(closing, depth)

    def _list(self, closing: str, depth: int) -> list[Json]:
        found: list[Json] = []
        while self._next.text != closing:
            value = self.value(depth + 1)
            if isinstance(value, str) and self._next.text == ":":
                self._take()  # a pair of a Python class: Headers('a': '1')
                found.append([value, self.value(depth + 1)])
            else:
                found.append(value)
            self._skip(",")
        self._take()
        return found

    def _object(self, depth: int) -> JsonObject:
        found: JsonObject = {}
        while self._next.text != "}":
            if self._next.kind == "left_out":
                name = self._take().text
                if self._next.text != ":":
                    self._skip(",")
                    continue
            else:
                name = self._name()
            if self._take().text not in (":", "=>"):
                raise NotLiteralError(f"no value follows {name!r}")
            found[name] = self.value(depth + 1)
            self._skip(",")
        self._take()
        return found

    def _name(self) -> str:
        token = self._take()
        if token.kind == "text":
            return _undo_quotes(token.text)
        if token.kind in ("word", "number"):
            return token.text
        raise NotLiteralError(f"{token.text!r} is no name")

    def _rest_of_text(self, token: _Token) -> str:
        """Read a text that older versions of Node print in pieces: 'a' + 'b'."""
        text = _undo_quotes(token.text)
        while self._next.text == "+":
            self._take()
            text += _undo_quotes(self._take().text)
        return text

    def _skip(self, mark: str) -> None:
        if self._next.text == mark:
            self._next = next(self._tokens, END)

    def _take(self) -> _Token:
        token = self._next
        if token.kind == "end":
            raise NotLiteralError("it ends before its brackets close")
        self._next = next(self._tokens, END)
        return token


def _split_tokens(text: str) -> Iterator[_Token]:
    """Yield the tokens; what is none is the end."""
    for match in islice(_TOKEN.finditer(text), MOST):
        kind = match.lastgroup or "end"
        yield _Token(kind, match[kind])


def _undo_quotes(text: str) -> str:
    """Return the text inside quotes, escapes undone."""
    return undo_escapes(text.lstrip("bru")[1:-1])


def undo_escapes(text: str) -> str:
    r"""Return a text with \n, \", \x41 and \u0041 undone."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda found: _read_escape(found[1]), text)


def _read_escape(code: str) -> str:
    if len(code) > 1:
        return chr(int(code[1:], 16))
    return CONTROLS.get(code, code)


def _word_value(word: str) -> Json:
    if word in EMPTY:
        return None
    return WORDS.get(word, word)


def _to_number(text: str) -> Json:
    if _INTEGER.fullmatch(text):
        return int(text)
    return text
