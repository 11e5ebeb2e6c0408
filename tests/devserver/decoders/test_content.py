"""JSON is written anew; what is only shown as structure goes back as it was, or not at all."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import JsonObject, fingerprint
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.content import find_key, keep_content, write_content


def show(raw: bytes) -> JsonObject:
    return {"shown": len(raw)}


def found(content: bytes, payload: JsonObject) -> Decoded:
    return Decoded(format="f", cookies=("s",), content=content, payload=payload)


def test_json_is_written_with_the_edit() -> None:
    assert write_content(found(b'{"a": 1}', {"a": 2}), {"a": 2}, show) == b'{"a":2}'


def test_structure_goes_back_byte_by_byte() -> None:
    kept = found(b"\x04\x08x", {"shown": 3})
    assert write_content(kept, {}, show) == keep_content(kept, show) == b"\x04\x08x"


def test_an_edit_of_structure_is_refused() -> None:
    with pytest.raises(DecodeError, match="shown as structure") as caught:
        write_content(found(b"\x04\x08x", {"shown": 4}), {}, show)
    assert caught.value.code == "not_sealable"


def test_a_key_is_found_by_its_fingerprint() -> None:
    assert find_key(fingerprint("two"), ["one", "two"]) == "two"
    with pytest.raises(DecodeError, match="not among the secrets"):
        find_key("x", ["one"])
