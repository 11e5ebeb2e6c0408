"""The Decode screen: what is pasted is read, secrets stay masked, nothing is drawn as markup."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from session_inspector.devserver.cookies.sealed import KeyRing, seal
from session_inspector.devserver.core.commands import Command, Reply, Reveal
from session_inspector.inspector.decode.secrets import FoundSecret
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.screens.decode import DecodeScreen
from session_inspector.inspector.ui.screens.live import LiveScreen
from session_inspector.inspector.ui.screens.paste_reader import PasteReader
from session_inspector.inspector.ui.widgets.field_list import FieldList
from session_inspector.inspector.ui.widgets.paste_area import PasteArea
from tests.inspector.sample import NOW, ListFeed, sample_events
from tests.inspector.ui.waiting import settle_decode, until

SECRET = "s" * 32
NASTY = "[bold red]x[/] \x1b[31m\u202e"


def cookie(**user: str) -> str:
    payload = {"user": {"sub": "zoe", **user}, "refreshToken": "tok-tok", "exp": NOW + 60}
    return seal(payload, KeyRing([SECRET]))  # type: ignore[arg-type]  # a literal is JSON


async def filled(pilot: Pilot[None], text: str, secret: str) -> DecodeScreen:
    await pilot.press("D")
    await pilot.pause()
    screen = pilot.app.screen
    assert isinstance(screen, DecodeScreen)
    screen.query_one("#pasted", TextArea).text = text
    screen.query_one("#secret", Input).value = secret
    await settle_decode(pilot)
    return screen


def lines(screen: DecodeScreen) -> dict[str, str]:
    report = screen.query_one("#report", FieldList)
    return {row.label: row.value for row in report.rows}


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> InspectorApp:
    monkeypatch.chdir(tmp_path)  # no .env of ours
    return InspectorApp(ListFeed(sample_events()), ticks=False)


async def test_a_pasted_cookie_is_read(app: InspectorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await filled(pilot, f"__session={cookie()}", SECRET)
        found = lines(screen)
        assert (found["verdict"], found["who"], found["opened by"]) == ("VALID", "zoe", "typed")
        assert "tok-tok" not in str(found)
        report = screen.query_one("#report", FieldList)
        report.focus()
        report.select(next(report.key_of(row) for row in report.rows if row.secret))
        await pilot.press("f2")
        assert list(report.revealed.values()) == ["tok-tok"]
        await pilot.press("f2")
        assert report.revealed == {}
        await pilot.press("f3")
        await settle_decode(pilot)
        assert screen.query_one("#pasted", TextArea).text == ""
        await pilot.press("escape")
        assert isinstance(app.screen, LiveScreen)


@pytest.mark.parametrize(
    ("text", "secret", "label", "said"),
    [
        ("__session={c}", "wrong" * 8, "verdict", "WRONG SECRET"),
        ("{{", "", "paste", "starts as JSON"),
        ("_ga=1", SECRET, "verdict", "UNKNOWN"),
    ],
)
async def test_why_not_is_a_line(
    app: InspectorApp, text: str, secret: str, label: str, said: str
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        shown = text.replace("{c}", cookie()).replace("{{", "{")
        screen = await filled(pilot, shown, secret)
        assert said in lines(screen)[label]


async def test_hostile_claims_are_text(app: InspectorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await filled(pilot, cookie(name=NASTY), SECRET)
        found = lines(screen)
        assert found["name"].startswith("[bold red]x[/] ␛[31m<202E>")
        app.export_screenshot()


async def test_keys_of_the_lab_do_nothing_here(app: InspectorApp) -> None:
    feed = ListFeed(sample_events())
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await filled(pilot, "", "")
        asked = list(feed.sent)  # D has asked for the cookie of the marked session
        screen.query_one("#report").focus()
        await pilot.press("l", "r", "v", "o")
        assert feed.sent == asked


def test_secrets_that_were_found_are_tried(app: InspectorApp) -> None:
    reader = PasteReader([FoundSecret(SECRET, "AUTH0_SECRET in .env")], lambda: NOW)
    _, fields = reader.answer(cookie(), "")
    assert any(field.value == "AUTH0_SECRET in .env" for field in fields)


async def test_a_resized_terminal_wraps_anew(app: InspectorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await filled(pilot, f"__session={cookie()}", "w" * 32)
        report = screen.query_one("#report", FieldList)
        for size in ((160, 40), (112, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            await pilot.pause()
            width = report.scrollable_content_region.width
            texts = [f"{row.label}  {row.value}" for row in report.rows if row.secret is None]
            assert max(map(len, texts)) <= width


async def test_a_long_paste_is_read_whole_and_shown_in_part(app: InspectorApp) -> None:
    long = f"Cookie: junk={'j' * 900_000}; __session={cookie()}"
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await filled(pilot, "", SECRET)
        pasted = screen.query_one("#pasted", PasteArea)
        for text, is_held in ((f"__session={cookie()}", False), (long, True), (long, True)):
            if not pasted.read_only:
                pasted.take("")  # held text is replaced by the next paste, other text is not
            app.post_message(Paste(text))
            await settle_decode(pilot)
            assert (lines(screen)["verdict"], pasted.read_only) == ("VALID", is_held)
            assert len(pasted.text) < 3_000
        assert pasted.whole == long
        assert "characters are kept" in pasted.text
        await pilot.press("x", "f3")
        assert (pasted.whole, pasted.text, pasted.read_only) == ("", "", False)
        await pilot.press("a")
        assert pasted.whole == "a"


class RevealingFeed(ListFeed):
    """Shows every secret as one that a cookie has."""

    async def send(self, command: Command) -> Reply:
        if isinstance(command, Reveal):
            return Reply(is_ok=True, message="", value=cookie())
        return await super().send(command)


async def test_d_shows_the_cookie_of_the_marked_session_opened_by_the_labs_own_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    feed = RevealingFeed(sample_events())
    app = InspectorApp(feed, ticks=False, secrets=[(SECRET, "the lab's own secret")])
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("D")
        await pilot.pause()
        screen = pilot.app.screen
        area = screen.query_one("#pasted", PasteArea)
        await until(pilot, lambda: bool(area.text))
        await settle_decode(pilot)
        assert isinstance(screen, DecodeScreen)
        found = lines(screen)
        assert (found["who"], found["opened by"]) == ("zoe", "the lab's own secret")
        pilot.app.post_message(Paste("a=1"))
        await settle_decode(pilot)
        assert area.text == "a=1"


async def test_the_fix_names_the_field_of_the_screen(app: InspectorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await filled(pilot, f"__session={cookie()}", "another-secret-of-32-bytes-or-more")
        said = " ".join(row.value for row in screen.query_one("#report", FieldList).rows)
        assert "into the field Secret" in said
        assert "--secret" not in said
