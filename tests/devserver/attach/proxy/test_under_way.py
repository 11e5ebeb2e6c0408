"""Which requests a line of the app may be of: the one under way, one of several, the last."""

from __future__ import annotations

from session_inspector.devserver.attach.proxy.under_way import JUST, MOST, LikelyCause, UnderWay


class Watch:
    """A stopwatch that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_the_one_request_under_way_is_it() -> None:
    watch = Watch()
    requests = UnderWay(watch)
    requests.start("x1")
    requests.end("x1")
    requests.start("x2")
    assert requests.likely() == LikelyCause(("x2",))
    assert (requests.likely().single, requests.likely().several) == ("x2", ())


def test_of_several_it_is_one() -> None:
    requests = UnderWay(Watch())
    requests.start("x1")
    requests.start("x2")
    assert (requests.likely().single, requests.likely().several) == ("", ("x1", "x2"))


def test_a_request_that_has_just_ended_counts_where_none_is_under_way() -> None:
    watch = Watch()
    requests = UnderWay(watch)
    requests.start("x1")
    requests.end("x1")
    watch.seconds += JUST
    assert requests.likely() == LikelyCause(("x1",), has_ended=True)
    watch.seconds += JUST / 10
    assert requests.likely() == LikelyCause()


def test_of_very_many_nothing_is_said() -> None:
    requests = UnderWay(Watch())
    for number in range(MOST):
        requests.start(f"x{number}")
    assert len(requests.likely().names) == MOST
    requests.start("x100")
    assert requests.likely() == LikelyCause()
    for name in [*(f"x{number}" for number in range(MOST)), "x100"]:
        requests.end(name)
    assert requests.likely() == LikelyCause()
