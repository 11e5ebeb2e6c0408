"""How an error reads that nobody expected."""

from __future__ import annotations

from session_inspector.devserver.core.errors import StoreUnavailable, describe_error
from session_inspector.devserver.decoders.formats.python.django_signing import from_base62


def test_a_failure_is_described_by_kind_and_place() -> None:
    try:
        from_base62("no_digit")
    except ValueError as error:
        where = describe_error(error)
    assert where.startswith("ValueError at devserver/decoders/")
    assert where.endswith("(from_base62)")
    assert "no_digit" not in where
    assert describe_error(StoreUnavailable("it is away")) == "it is away"
