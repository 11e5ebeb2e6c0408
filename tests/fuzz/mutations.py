"""Cookies bent at random, by a seed: what is cut, swapped, decoded, changed and encoded again."""

from __future__ import annotations

import random
import re
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence

LETTERS = "AZaz09-_+/=.|:*~%;!{}[]\",'\\ \x00\n\u00e9\u4e2d\U0001f600"
NUMBERS = ("0", "-1", "9" * 11, "9" * 40, "1e999", "NaN", "00", "4102444800")
SEPARATORS = (".", "|", ":", "*", "--", ";", "~", "!")
_DIGITS = re.compile(r"\d+")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")


def bend(
    cookies: Mapping[str, str], others: Sequence[Mapping[str, str]], dice: random.Random
) -> dict[str, str]:
    """Return cookies with up to three changes; `others` lend names, values and parts."""
    bent = dict(cookies)
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        change = dice.choice(CHANGES)
        change(bent, dice.choice(others), dice)
    return bent or {"session": ""}


def _change_value(jar: dict[str, str], other: Mapping[str, str], dice: random.Random) -> None:
    if not jar:
        return
    name = dice.choice(list(jar))
    lent = dice.choice([*other.values(), "x"])
    jar[name] = dice.choice(VALUES)(jar[name], lent, dice)


def _rename(jar: dict[str, str], other: Mapping[str, str], dice: random.Random) -> None:
    if jar:
        value = jar.pop(dice.choice(list(jar)))
        jar[dice.choice([*other, "session", "x", "sid.0", ""])] = value


def _drop(jar: dict[str, str], other: Mapping[str, str], dice: random.Random) -> None:
    if len(jar) > 1:
        jar.pop(dice.choice(list(jar)))


def _add(jar: dict[str, str], other: Mapping[str, str], dice: random.Random) -> None:
    if other:
        name = dice.choice(list(other))
        jar.setdefault(name, other[name])


def _cut_in_chunks(jar: dict[str, str], other: Mapping[str, str], dice: random.Random) -> None:
    if jar:
        name = dice.choice(list(jar))
        value = jar.pop(name)
        mark = dice.choice((".", "_", "__", "C", "-", "_chunk_"))
        at = dice.randint(0, len(value))
        jar |= {f"{name}{mark}0": value[:at], f"{name}{mark}{dice.choice((1, 2, 999))}": value[at:]}


def _letter(value: str, lent: str, dice: random.Random) -> str:
    at = dice.randint(0, max(0, len(value) - 1))
    return value[:at] + dice.choice(LETTERS) + value[at + 1 :]


def _cut(value: str, lent: str, dice: random.Random) -> str:
    return value[: dice.randint(0, len(value))]


def _cut_out(value: str, lent: str, dice: random.Random) -> str:
    start = dice.randint(0, len(value))
    return value[:start] + value[start + dice.randint(0, 40) :]


def _double(value: str, lent: str, dice: random.Random) -> str:
    start = dice.randint(0, len(value))
    end = start + dice.randint(0, 60)
    return value[:end] + value[start:]


def _insert(value: str, lent: str, dice: random.Random) -> str:
    at = dice.randint(0, len(value))
    text = "".join(dice.choices(LETTERS, k=dice.randint(1, 12)))
    return value[:at] + text + value[at:]


def _parts(value: str, lent: str, dice: random.Random) -> str:
    """Shuffle, drop, repeat or lend the parts of a value."""
    marks = [mark for mark in SEPARATORS if mark in value] or ["."]
    mark = dice.choice(marks)
    parts = value.split(mark)
    foreign = lent.split(mark)
    at = dice.randrange(len(parts))
    match dice.randrange(4):
        case 0:
            dice.shuffle(parts)
        case 1:
            parts.pop(at)
        case 2:
            parts.insert(at, parts[at])
        case _:
            parts[at] = dice.choice(foreign)
    return mark.join(parts)


def _number(value: str, lent: str, dice: random.Random) -> str:
    found = list(_DIGITS.finditer(value))
    if not found:
        return value
    match = dice.choice(found)
    return value[: match.start()] + dice.choice(NUMBERS) + value[match.end() :]


def _inside(value: str, lent: str, dice: random.Random) -> str:
    """Change a byte of what a part holds in base64."""
    found = list(_BASE64.finditer(value))
    if not found:
        return value
    match = dice.choice(found)
    raw = bytearray(_decode(match[0]))
    if not raw:
        return value
    at = dice.randrange(len(raw))
    match dice.randrange(3):
        case 0:
            raw[at] = dice.randrange(256)
        case 1:
            raw[at:at] = dice.randbytes(dice.randint(1, 8))
        case _:
            del raw[at : at + dice.randint(1, 8)]
    text = urlsafe_b64encode(bytes(raw)).decode()
    if "-" not in match[0] and "_" not in match[0]:
        text = text.replace("-", "+").replace("_", "/")
    if not match[0].endswith("="):
        text = text.rstrip("=")
    return value[: match.start()] + text + value[match.end() :]


def _decode(text: str) -> bytes:
    padded = text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4)
    decode: Callable[[str], bytes] = urlsafe_b64decode
    if "+" in text or "/" in text:
        decode = b64decode
    try:
        return decode(padded)
    except ValueError:
        return b""


def grow(value: str, dice: random.Random) -> str:
    """Return a value of a bit more than 100 KB: a part of it repeated in its place."""
    start = dice.randint(0, len(value))
    piece = value[start : start + dice.randint(1, 50)] or "A"
    return value[:start] + piece * (100_000 // len(piece) + 1) + value[start:]


VALUES = (
    _letter,
    _letter,
    _cut,
    _cut_out,
    _double,
    _insert,
    _parts,
    _parts,
    _number,
    _inside,
    _inside,
)
CHANGES = (*[_change_value] * 8, _rename, _drop, _add, _cut_in_chunks)
