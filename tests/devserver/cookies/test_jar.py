"""Cookie headers are read whatever a browser sends."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from session_inspector.devserver.cookies.jar import RequestJar


@given(st.text())
def test_any_cookie_header_is_read(header: str) -> None:
    jar = RequestJar.parse(header)
    assert all(jar.get(name) is not None for name in jar.names())
