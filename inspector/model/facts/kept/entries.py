"""Where the entries of long logs are: the newest as objects, older ones packed in blocks.

Several logs are over one store, and an entry of two of them is there once. The store only grows at
its end and is cut at its start; a log that was made before still reads what was cut.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from session_inspector.inspector.model.facts.kept.packing import BlockPacker, unpack

SIZE = 250
"""Entries of a block: 2 ms to open it."""
PART = 10
"""Entries that are packed in one turn, each time that so many are new: 0.2 ms, where a whole block
takes 6."""
NEWEST = 20
"""Blocks that are not packed: 5,000 entries, 2 KB each. Searches look through 50,000: a packed one
takes them 8 us more, 0.3 s in all, in a thread; 25,000 that are not took 30 MB more."""
OPENED = 32
"""Packed blocks that are kept open, those that were read last."""
CUT = 8
"""Blocks that are dropped together."""


class Block:
    """Entries with successive numbers."""

    __slots__ = ("_begun", "_packer", "entries", "packed")

    def __init__(self) -> None:
        self.entries: list[Any] | None = []
        """None: they are packed."""
        self.packed = b""
        self._packer: BlockPacker | None = None
        self._begun = 0
        """Entries that the packer has already."""

    def add(self, entry: object) -> None:
        """Add an entry. Raises: RuntimeError when they are packed: the newest ones never are."""
        if self.entries is None:
            raise RuntimeError("a packed block takes no entry")
        self.entries.append(entry)

    def pack_part(self) -> None:
        """Pack a few more; after the last ones keep bytes only. Others may read meanwhile."""
        if self.entries is None:
            return
        if self._packer is None:
            self._packer = BlockPacker()
        self._packer.add(self.entries[self._begun : self._begun + PART])
        self._begun += PART
        if self._begun >= len(self.entries):
            self.packed = self._packer.finish()
            self.entries = None
            self._packer = None


class EntryStore:
    """Numbers entries from 0, and keeps them."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.base = 0
        """Number of the first block that is kept."""
        self._total = 0
        self._numbers: dict[int, int] = {}
        """Identity of an entry of the last turn to its number."""
        self._turn = 0
        """Number of the first entry of the last turn."""
        self.longest = 0
        """Entries of the longest turn: by so much a number may be smaller than one before it."""
        self._open = lru_cache(OPENED)(_open)

    def add_all(self, entries: Iterable[object]) -> list[int]:
        """Begin a turn with these entries; return their numbers."""
        self._numbers.clear()
        self._turn = self._total
        return [self._add(entry) for entry in entries]

    def find_all(self, entries: Iterable[object]) -> list[int]:
        """Return the numbers of entries; those that are not of this turn are added."""
        found = [self._find(entry) for entry in entries]
        self.longest = max(self.longest, self._total - self._turn)
        return found

    def _find(self, entry: object) -> int:
        number = self._numbers.get(id(entry))
        if number is not None and self._is_at(number, entry):
            return number
        return self._add(entry)

    def _add(self, entry: object) -> int:
        number = self._total
        if number % SIZE == 0:
            self.blocks.append(Block())
        self.blocks[-1].add(entry)
        self._total += 1
        self._numbers[id(entry)] = number
        if self._total % PART == 0 and len(self.blocks) > NEWEST:
            self.blocks[-NEWEST - 1].pack_part()
        return number

    def _is_at(self, number: int, entry: object) -> bool:
        at = number // SIZE - self.base
        if at < 0:
            return False  # it has been cut within its own turn
        block = self.blocks[at].entries
        return block is not None and block[number % SIZE] is entry

    def cut(self, first: int) -> None:
        """Drop blocks before a number, several at once; who has read the list keeps it."""
        before = first // SIZE - self.base
        if before >= CUT:
            self.blocks = self.blocks[before:]
            self.base += before

    def open(self, block: Block) -> list[Any]:
        """Return the entries of a block."""
        entries = block.entries
        if entries is not None:
            return entries
        return self._open(block)


class Stores:
    """The store that logs without entries begin in: those of one state begin in the same one."""

    def __init__(self) -> None:
        self.newest = EntryStore()

    def begin(self) -> EntryStore:
        """Return a new store: what was kept before has its own."""
        self.newest = EntryStore()
        return self.newest


def _open(block: Block) -> list[Any]:
    return unpack(block.packed)
