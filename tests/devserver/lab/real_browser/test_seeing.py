"""How scenarios of a real browser report its verdicts, and how they end."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.base import Origin
from session_inspector.devserver.core.events.browser import CookieJudged
from session_inspector.devserver.core.values import Secret
from session_inspector.devserver.lab.real_browser.seeing import conclude, see_verdict
from session_inspector.devserver.lab.scenario_context import Verdict
from tests.devserver.lab.lab_scene import NOW, LabScene
from tests.devserver.lab.scenario_scene import context_of, told


def dropped(origin: Origin) -> CookieJudged:
    return CookieJudged(
        at=NOW,
        browser="Firefox 153",
        url="http://localhost/",
        name="sid",
        value=Secret.of("v"),
        verdict="dropped",
        why=("too large",),
        origin=origin,
    )


@pytest.mark.parametrize(
    ("origin", "ending"), [("seen", ""), ("rule", " (a rule; it gives no reason)")]
)
async def test_a_verdict_is_reported_with_where_its_reason_is_from(
    origin: Origin, ending: str
) -> None:
    scene = LabScene()
    context = context_of(scene)
    scene.journal.publish(dropped(origin))
    assert (await see_verdict(context, "sid", "kept", text=" here")).origin == origin
    (step,) = told(scene)
    assert step.text == f"Firefox 153 dropped sid here: too large{ending}"
    assert not step.is_ok


def test_it_is_good_when_the_trouble_was_shown_and_its_fix_works() -> None:
    def end(*, is_shown: bool, is_mended: bool) -> Verdict:
        return conclude(is_shown=is_shown, is_mended=is_mended, trouble="lost", fix="one name")

    good = end(is_shown=True, is_mended=True)
    assert good == Verdict(is_ok=True, text="lost. Mended by: one name")
    assert end(is_shown=False, is_mended=True).text == "this browser did not show it: lost"
    unmended = end(is_shown=True, is_mended=False)
    assert unmended == Verdict(is_ok=False, text="lost; the fix did not work: one name")
