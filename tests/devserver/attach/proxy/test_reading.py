"""A socket is read again only when the last reason against it is gone."""

from __future__ import annotations

import asyncio

from session_inspector.devserver.attach.proxy.reading import Reading


class Paused(asyncio.Transport):
    """A transport that notes when it is paused and resumed."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []
        self.is_ending = False

    def is_closing(self) -> bool:
        return self.is_ending

    def pause_reading(self) -> None:
        self.calls.append("pause")

    def resume_reading(self) -> None:
        self.calls.append("resume")


def started() -> tuple[Reading, Paused]:
    transport = Paused()
    reading = Reading()
    reading.start(transport)
    return reading, transport


def test_two_reasons_pause_once_and_the_last_one_resumes() -> None:
    reading, transport = started()
    reading.hold("connect", True)
    reading.hold("upstream", True)
    reading.hold("connect", False)
    assert transport.calls == ["pause"]
    reading.hold("upstream", False)
    assert transport.calls == ["pause", "resume"]


def test_a_reason_that_is_repeated_changes_nothing() -> None:
    reading, transport = started()
    reading.hold("next", False)
    reading.hold("next", True)
    reading.hold("next", True)
    assert transport.calls == ["pause"]


def test_a_transport_that_closes_is_left_alone() -> None:
    reading, transport = started()
    transport.is_ending = True
    reading.hold("next", True)
    assert transport.calls == []


def test_without_a_transport_nothing_is_held() -> None:
    reading = Reading()
    reading.hold("next", True)
    transport = Paused()
    reading.start(transport)
    reading.hold("next", False)
    assert transport.calls == []


def test_releasing_takes_all_reasons_back() -> None:
    reading, transport = started()
    reading.hold("next", True)
    reading.hold("upstream", True)
    reading.release()
    assert transport.calls == ["pause", "resume"]
