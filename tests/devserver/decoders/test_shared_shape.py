"""Of a value that others sign too, only a secret that fits makes a session."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import Check
from session_inspector.devserver.decoders.shared_shape import settle_signature

OTHERWISE = DecodeError("may be anybody's", code="not_a_session")
VERIFIED = Check("", 0, None)
UNVERIFIED = Check(salt="")


def refuse() -> Check:
    raise DecodeError("another secret", code="wrong_secret")


@pytest.mark.parametrize("is_mine", [True, False])
def test_a_secret_that_fits_is_proof(is_mine: bool) -> None:
    assert settle_signature(lambda: VERIFIED, OTHERWISE, is_mine=is_mine) == VERIFIED


def test_what_is_certain_without_it_keeps_the_answer_of_the_check() -> None:
    assert settle_signature(lambda: UNVERIFIED, OTHERWISE, is_mine=True) == UNVERIFIED
    with pytest.raises(DecodeError, match="another secret"):
        settle_signature(refuse, OTHERWISE, is_mine=True)


def test_what_is_not_is_no_session_without_proof() -> None:
    for check in (refuse, lambda: UNVERIFIED):
        with pytest.raises(DecodeError, match="may be anybody's"):
            settle_signature(check, OTHERWISE, is_mine=False)
