"""Packs what nobody looks at: frozen values as a few compressed bytes, and back.

Measured: an event of 0.9 KB takes 75 bytes in a block of 250. A session is packed by itself, since
any one may be asked for: 3 KB take 110 to 140 bytes, with samples of its like as the dictionary of
the compression, and 20 us each way. Nothing but what this process has packed is ever unpacked, so
pickle is safe here.
"""

from __future__ import annotations

import io
import pickle  # nosec B403 # see above
import zlib
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any, TypeAlias

LEVEL = 1
LEVEL_OF_ONE = 6
WINDOW_BITS = 12
WINDOW = 2**WINDOW_BITS
"""Bytes of samples that can be referred to."""
MEMORY = 5
"""Of zlib's nine levels of memory: more takes longer to set up than a session to pack."""
MOST_SAMPLES = 1000
NUMBER = 2
"""Bytes of the number of the samples that a value was packed by."""
PROTOCOL = 5
Members: TypeAlias = tuple[Any, ...]
"""The values of a dataclass in the order of its fields."""


class _Reducers(dict[type, Callable[[object], Any]]):
    """How a value of a class is made again; a class is looked at once."""

    def __missing__(self, kind: type) -> Callable[[object], Any]:
        """Take the members of a dataclass with slots in one go: a third of the time of its own way.

        Raises: KeyError for other classes, which pickle packs as it does.
        """
        read = _find_reader(kind)
        if read is None:
            raise KeyError(kind)

        def reduce(value: object) -> Any:
            return _rebuild, (kind, *read(value))

        self[kind] = reduce
        return reduce


REDUCERS = _Reducers()
"""Asked for each value that is no number, text or container: `reducer_override` is asked for
every class and function as well, which took twice as long."""


class BlockPacker:
    """Packs many values as one piece of bytes, a few at a time: no single turn takes long."""

    def __init__(self) -> None:
        self._stream = io.BytesIO()
        self._pickler = _make_pickler(self._stream)
        """One for all: what several values have in common is written once."""
        self._compressor = zlib.compressobj(LEVEL)
        self._packed = b""

    def add(self, values: Sequence[object]) -> None:
        """Pack some more."""
        self._pickler.dump(list(values))
        self._packed += self._compressor.compress(self._stream.getbuffer())
        self._stream.seek(0)
        self._stream.truncate()

    def finish(self) -> bytes:
        """Return all that was added."""
        return self._packed + self._compressor.flush()


def unpack(packed: bytes) -> list[Any]:
    """Return the values that were packed as one piece."""
    written = zlib.decompress(packed)
    stream = io.BytesIO(written)
    opener = pickle.Unpickler(stream)  # nosec B301 # its own: see above
    found: list[Any] = []
    while stream.tell() < len(written):
        found += opener.load()
    return found


class SinglePacker:
    """Packs values one by one, by what they have in common with samples."""

    def __init__(self) -> None:
        self._samples: list[bytes] = []
        self._compressor = zlib.compressobj()
        """One that has read the newest samples, and nothing else: a copy of it takes half of the
        time of reading them again."""

    def learn(self, values: Sequence[object]) -> None:
        """Take these as samples for what is packed from now on; the earlier ones are kept."""
        if len(self._samples) >= MOST_SAMPLES:
            return
        samples = b"".join(map(_dump, values))[-WINDOW:]
        self._samples.append(samples)
        self._compressor = zlib.compressobj(
            LEVEL_OF_ONE, zlib.DEFLATED, -WINDOW_BITS, MEMORY, zdict=samples
        )

    def pack(self, value: object) -> bytes:
        """Return a value as bytes; something must have been learned."""
        number = len(self._samples) - 1
        packer = self._compressor.copy()
        packed = packer.compress(_dump(value))
        return number.to_bytes(NUMBER, "big") + packed + packer.flush()

    def unpack(self, packed: bytes) -> Any:
        """Return the value that was packed."""
        samples = self._samples[int.from_bytes(packed[:NUMBER], "big")]
        opener = zlib.decompressobj(-WINDOW_BITS, zdict=samples)
        return pickle.loads(opener.decompress(packed[NUMBER:]))  # nosec B301 # see above


def _dump(value: object) -> bytes:
    stream = io.BytesIO()
    _make_pickler(stream).dump(value)
    return stream.getvalue()


def _make_pickler(stream: io.BytesIO) -> pickle.Pickler:
    pickler = pickle.Pickler(stream, PROTOCOL)
    pickler.dispatch_table = REDUCERS
    return pickler


def _rebuild(kind: type, *members: Any) -> object:
    value: object = object.__new__(kind)
    for put, member in zip(_find_writers(kind), members, strict=False):  # strict: 2 us a session
        put(value, member)
    return value


@cache
def _find_reader(kind: type) -> Callable[[Any], Members] | None:
    """Return what reads all members; None: it is no dataclass with slots, or a very small one."""
    if not is_dataclass(kind) or "__slots__" not in vars(kind) or len(fields(kind)) < 2:
        return None
    return attrgetter(*(member.name for member in fields(kind)))


@cache
def _find_writers(kind: type) -> Sequence[Callable[[object, object], None]]:
    """Return what puts each member past the class that is frozen."""
    return [getattr(kind, member.name).__set__ for member in fields(kind)]
