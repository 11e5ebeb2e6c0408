"""What the tests of traffic share."""

from __future__ import annotations

import pytest

from tests.devserver.attach.traffic.app_rows import Rows


@pytest.fixture
def rows() -> Rows:
    return Rows()
