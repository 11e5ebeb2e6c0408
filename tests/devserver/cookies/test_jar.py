"""Cookie headers are read whatever a browser sends."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from session_inspector.devserver.cookies.jar import RequestJar, parse_pairs


@given(st.text())
def test_any_cookie_header_is_read(header: str) -> None:
    jar = RequestJar.parse(header)
    assert all(jar.get(name) is not None for name in jar.names())


@given(st.text(alphabet='ab=; ",\t'))
def test_a_plain_header_is_read_as_any_other(header: str) -> None:
    assert RequestJar.parse(header).items() == list(dict(parse_pairs(header)).items())


def test_chunks_are_found_again_after_a_write() -> None:
    jar = RequestJar([("s__0", "a"), ("s__x", "b"), ("s__\u0663", "c"), ("other", "d")])
    assert jar.find_chunks("s__") == {"s__0": 0.0}
    jar.set("s__1", "e")
    assert jar.find_chunks("s__") == {"s__0": 0.0, "s__1": 1.0}
    jar.update({"s__02": "f"})
    assert jar.find_chunks("s__") == {"s__0": 0.0, "s__1": 1.0, "s__02": 2.0}
    jar.delete("s__0", "not there")
    assert jar.find_chunks("s__") == {"s__1": 1.0, "s__02": 2.0}
    assert jar.find_chunks("t__") == {}
