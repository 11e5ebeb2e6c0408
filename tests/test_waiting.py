"""What is awaited is returned once it is so; ports of two workers are never the same."""

from __future__ import annotations

import socket

import pytest

from tests.servers import PORTS, free_port, ports_of
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
