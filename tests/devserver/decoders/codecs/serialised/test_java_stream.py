"""Java's object streams as structure; rows of the real Spring Session are in tests/vectors."""

from __future__ import annotations

from base64 import b64decode

import pytest

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.codecs.serialised.java_stream import is_java, read_java

LONG = b64decode(
    "rO0ABXNyAA5qYXZhLmxhbmcuTG9uZzuL5JDMjyPfAgABSgAFdmFsdWV4cgAQamF2YS5sYW5nLk51bWJlcoaslR0LlOCL"
    "AgAAeHAAAAGiJHY+rw=="
)
LIST = b64decode(
    "rO0ABXNyABNqYXZhLnV0aWwuQXJyYXlMaXN0eIHSHZnHYZ0DAAFJAARzaXpleHAAAAACdwQAAAACdAAFYXBwbGV0AARwZWFy"
    "eA=="
)
START = b"\xac\xed\x00\x05"


def test_a_boxed_number_is_itself_and_a_list_its_items() -> None:
    assert read_java(LONG) == 1_795_908_058_799
    assert read_java(LIST) == ["apple", "pear"]


def test_an_object_is_its_members_and_the_name_of_its_class() -> None:
    raw = START + b"sr\x00\x03app" + bytes(8) + b"\x02\x00\x01I\x00\x01nxp\x00\x00\x00\x07"
    assert read_java(raw) == {"@class": "app", "n": 7}


def test_an_object_that_holds_itself_has_an_end() -> None:
    raw = START + b"sr\x00\x03app" + bytes(8) + b"\x02\x00\x01L\x00\x01nt\x00\x01;xpq\x00~\x00\x02"
    assert read_java(raw) == {"@class": "app", "n": "@reference 2"}


@pytest.mark.parametrize(
    "raw", [LONG[:-3], LIST[:40], START, START + b"s" * 500, b"", START + b"q" * 9]
)
def test_what_is_cut_or_changed_is_refused(raw: bytes) -> None:
    with pytest.raises(DecodeError) as caught:
        read_java(raw)
    assert caught.value.code == "tampered"


def test_the_start_tells_it() -> None:
    assert is_java(LONG)
    assert not is_java(b"{}")
