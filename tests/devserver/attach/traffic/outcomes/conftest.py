"""What the tests of outcomes share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.devserver.attach.traffic.scene import TrafficScene


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene("secret")
    yield found
    found.opener.close()
