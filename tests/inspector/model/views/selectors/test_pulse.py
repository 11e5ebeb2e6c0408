"""Small graphs: height by the busiest bucket, marks of alarms, plain ones without Braille."""

from __future__ import annotations

from immutables import Map

from session_inspector.inspector.model.facts.pulse import Pulse, PulseBucket
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.selectors.pulse import PulseGraph, pulse_graphs

NOW = 1000.0


def requests(buckets: dict[int, PulseBucket], cells: int = 2, *, plain: bool = False) -> PulseGraph:
    state = State(pulse=Pulse(buckets=Map(buckets)))
    return pulse_graphs(state, NOW, cells, is_plain=plain)[0]


def drawn(graph: PulseGraph) -> str:
    return "".join(cell.text for cell in graph.cells)


def test_nothing_is_a_quiet_ground_line() -> None:
    graph = requests({})
    assert (drawn(graph), graph.total) == ("⣀⣀", 0)
    assert all(cell.is_quiet and not cell.has_alarm for cell in graph.cells)


def test_the_busiest_bucket_has_the_full_height_and_one_event_can_be_seen() -> None:
    graph = requests({99: PulseBucket(requests=1), 100: PulseBucket(requests=300)})
    assert (drawn(graph), graph.total) == ("⣀⣼", 301)
    assert [cell.is_quiet for cell in graph.cells] == [True, False]


def test_an_alarm_is_marked_without_colour_too_where_there_is_no_braille() -> None:
    buckets = {98: PulseBucket(requests=1), 100: PulseBucket(alarms=1)}
    assert [cell.has_alarm for cell in requests(buckets).cells] == [False, True]
    assert drawn(requests(buckets, plain=True)) == ".!"


def test_what_is_older_than_the_graph_is_not_counted() -> None:
    assert requests({90: PulseBucket(requests=7)}).total == 0
    assert requests({90: PulseBucket(requests=7)}, cells=30).total == 7


def test_no_room_is_no_graph() -> None:
    assert drawn(requests({}, cells=0)) == ""
