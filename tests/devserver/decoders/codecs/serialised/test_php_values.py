"""PHP's values as structure; no class of theirs is known here, and none is needed."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Json
from session_inspector.devserver.decoders.codecs.serialised.php_values import (
    is_session,
    read_php,
    read_php_session,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"N;", None),
        (b"b:1;", True),
        (b"i:-7;", -7),
        (b"d:0.5;", 0.5),
        (b's:3:"\xc3\xab;";', "ë;"),
        (b"a:0:{}", {}),
        (b"a:2:{i:0;i:1;i:1;i:2;}", [1, 2]),
        (b'a:1:{s:1:"x";N;}', {"x": None}),
        (b'O:1:"A":1:{s:4:"\0A\0p";i:1;}', {"@class": "A", "p": 1}),
        (b'C:1:"A":2:{xy}', {"@class": "A", "content": "xy"}),
        (b'E:6:"S:Cold";', "S:Cold"),
        (b"a:2:{i:0;i:1;i:1;R:2;}", [1, "@reference 2"]),
    ],
)
def test_each_kind_of_value_is_read(text: bytes, value: Json) -> None:
    assert read_php(text) == value


def test_a_session_is_read_whichever_handler_wrote_it() -> None:
    assert read_php_session(b'a|i:1;!gone|b|s:1:"|";') == {"a": 1, "gone": None, "b": "|"}
    assert read_php_session(b'a:1:{s:1:"a";i:1;}') == {"a": 1}
    assert read_php_session(b"") == {}


@pytest.mark.parametrize(
    "text",
    [b"i:1", b's:9:"a";', b"a:9:{}", b"x:1;", b"i:1;i:2;", b's:-1:"";', b"a:1:{i:1;" * 200],
)
def test_what_is_cut_or_changed_is_refused(text: bytes) -> None:
    with pytest.raises(DecodeError) as caught:
        read_php(text)
    assert caught.value.code == "tampered"


def test_a_session_is_told_from_other_texts() -> None:
    assert is_session(b'user|s:1:"')
    assert is_session(b"a:0:{}")
    assert not is_session(b"a|b|c")
    assert not is_session(b'{"json": 1}')
