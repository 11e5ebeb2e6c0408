"""What is awaited is returned once it is so; ports of two workers are never the same."""

from __future__ import annotations

import socket

import pytest

from tests.servers import PORTS, ServerEnded, free_port, ports_of, start_on_free_port
from tests.waiting import eventually


def test_the_first_true_answer_is_returned() -> None:
    answers = iter([0, "", [], "here", "later"])
    assert eventually(lambda: next(answers)) == "here"


def test_workers_take_their_ports_from_different_slices() -> None:
    slices = [ports_of(worker) for worker in ("master", "gw0", "gw1", "gw2", "gw3")]
    taken = [port for each in slices for port in each]
    assert len(taken) == len(set(taken))
    assert set(taken) <= set(PORTS)


def test_a_port_is_free_and_given_once() -> None:
    given = [free_port() for _ in range(50)]
    assert len(set(given)) == 50
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", given[0]))


@pytest.mark.parametrize("worker", ["", "gw99", "gw_odd"])
def test_any_worker_has_ports(worker: str) -> None:
    assert len(ports_of(worker)) > 500


class Refused:
    """A server that finds its first ports taken."""

    def __init__(self, times: int) -> None:
        self.port = 0
        self.tried: list[int] = []
        self._times = times

    def start(self) -> None:
        self.tried.append(self.port)
        if len(self.tried) <= self._times:
            raise ServerEnded("taken")


def test_a_server_whose_port_was_taken_starts_on_another() -> None:
    server = Refused(2)
    start_on_free_port(server)
    assert len(set(server.tried)) == 3


def test_a_server_that_never_starts_is_reported() -> None:
    with pytest.raises(ServerEnded):
        start_on_free_port(Refused(99))
