"""Python pickles, read without being loaded: only plain values, nothing is ever called.

A pickle is a program. This reads its instructions and follows only those that build dictionaries,
lists, texts and numbers; any other (GLOBAL, REDUCE, BUILD, …) is refused by its name.
"""

from __future__ import annotations

import pickletools  # nosec B403 # it names opcodes, and runs none
from base64 import b64encode
from collections.abc import Callable, Mapping

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.codecs.limits import DEEPEST, LARGEST

MARK = object()
MOST = 100_000
"""Instructions that are followed."""
_DAMAGE = (
    *(ValueError, IndexError, KeyError, TypeError, OverflowError, MemoryError),
    DeprecationWarning,  # a text with an escape that is none, where warnings are errors
)
_IGNORED = frozenset({"PROTO", "FRAME", "STOP"})
_VALUES = frozenset(
    {"BININT", "BININT1", "BININT2", "INT", "LONG", "LONG1", "LONG4", "BINFLOAT", "FLOAT"}
    | {"BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "UNICODE", "BINBYTES", "SHORT_BINBYTES"}
    | {"BINBYTES8", "SHORT_BINSTRING", "BINSTRING", "STRING"}
)
_CONSTANTS: Mapping[str, object] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}


class _Machine:
    """The stack of a pickle, for instructions that only build values."""

    def __init__(self) -> None:
        self.stack: list[object] = []
        self.memo: dict[int, object] = {}

    def since_mark(self) -> list[object]:
        for place in range(len(self.stack) - 1, -1, -1):
            if self.stack[place] is MARK:
                found = self.stack[place + 1 :]
                del self.stack[place:]
                return found
        raise IndexError("no mark")

    def put(self, argument: object) -> None:
        place = len(self.memo)
        if argument is not None:
            place = int(str(argument))
        self.memo[place] = self.stack[-1]

    def get(self, argument: object) -> None:
        self.stack.append(self.memo[int(str(argument))])

    def tuple_of(self, count: int) -> None:
        found = self.stack[-count:]
        if len(found) != count:
            raise IndexError("stack")
        del self.stack[-count:]
        self.stack.append(found)

    def append_all(self, found: list[object]) -> None:
        target = self.stack[-1]
        if not isinstance(target, list):
            raise TypeError("append to no list")
        target.extend(found)

    def set_all(self, found: list[object]) -> None:
        target = self.stack[-1]
        if not isinstance(target, dict) or len(found) % 2:
            raise TypeError("set in no dictionary")
        for name, value in zip(found[::2], found[1::2], strict=True):
            target[str(name)] = value


_ACTIONS: Mapping[str, Callable[[_Machine, object], None]] = {
    "MARK": lambda m, _: m.stack.append(MARK),
    "EMPTY_DICT": lambda m, _: m.stack.append({}),
    "EMPTY_LIST": lambda m, _: m.stack.append([]),
    "EMPTY_TUPLE": lambda m, _: m.stack.append([]),
    "TUPLE": lambda m, _: m.stack.append(m.since_mark()),
    "LIST": lambda m, _: m.stack.append(m.since_mark()),
    "TUPLE1": lambda m, _: m.tuple_of(1),
    "TUPLE2": lambda m, _: m.tuple_of(2),
    "TUPLE3": lambda m, _: m.tuple_of(3),
    "APPENDS": lambda m, _: m.append_all(m.since_mark()),
    "APPEND": lambda m, _: m.append_all([m.stack.pop()]),
    "SETITEMS": lambda m, _: m.set_all(m.since_mark()),
    "SETITEM": lambda m, _: m.set_all([m.stack.pop(-2), m.stack.pop()]),
    "MEMOIZE": lambda m, _: m.put(None),
    "BINPUT": lambda m, argument: m.put(argument),
    "LONG_BINPUT": lambda m, argument: m.put(argument),
    "BINGET": lambda m, argument: m.get(argument),
    "LONG_BINGET": lambda m, argument: m.get(argument),
}


def read_pickle(raw: bytes) -> JsonObject:
    """Return the dictionary that a pickle of plain values describes.

    Raises: DecodeError (unsafe_serialisation for instructions that would call something,
    tampered for what is no pickle, not_a_session for other values).
    """
    found = read_pickled_value(raw)
    if not isinstance(found, dict):
        raise DecodeError("its pickle holds no dictionary", code="not_a_session")
    return found


def read_pickled_value(raw: bytes) -> Json:
    """Return the plain value that a pickle describes.

    Raises: DecodeError (unsafe_serialisation, tampered), as `read_pickle`.
    """
    if len(raw) > LARGEST:
        raise DecodeError("its pickle is too large for a session", code="too_large")
    try:
        return _to_json(_run(raw), 0)
    except _DAMAGE as error:
        raise DecodeError(f"its pickle is damaged: {error}", code="tampered") from error


def _run(raw: bytes) -> object:
    """Return the value that the instructions build."""
    machine = _Machine()
    for count, (opcode, argument, _) in enumerate(pickletools.genops(raw)):
        if count > MOST:
            raise DecodeError("its pickle has too many instructions", code="too_large")
        _follow(machine, opcode.name, argument)
    return machine.stack[-1]


def _follow(machine: _Machine, name: str, argument: object) -> None:
    if name in _IGNORED:
        return
    if name in _VALUES:
        machine.stack.append(argument)
    elif name in _CONSTANTS:
        machine.stack.append(_CONSTANTS[name])
    elif name in _ACTIONS:
        _ACTIONS[name](machine, argument)
    else:
        raise DecodeError(
            f"its pickle has {name} {str(argument)[:60]!r}: loading it would run code, so it is"
            " not loaded",
            code="unsafe_serialisation",
        )


def _to_json(value: object, depth: int) -> Json:
    if depth > DEEPEST:
        raise ValueError("it nests too deep, or holds itself")
    if isinstance(value, dict):
        return {name: _to_json(member, depth + 1) for name, member in value.items()}
    if isinstance(value, list):
        return [_to_json(member, depth + 1) for member in value]
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError("a mark is no value")
