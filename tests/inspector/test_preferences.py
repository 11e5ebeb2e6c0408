"""Keys, theme and density come from the configuration; what is wrong is one line with its fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from session_inspector.devserver.core.configuration.table import THEME_NAMES
from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.keys import ALL, footer_of, spell_keys
from session_inspector.inspector.preferences import Preferences, load_preferences
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.screens.board import BoardScreen
from session_inspector.inspector.ui.screens.help import HelpScreen
from session_inspector.inspector.ui.theme import THEMES
from session_inspector.inspector.ui.widgets.session_list import SessionList
from tests.inspector.busy import busy_events
from tests.inspector.sample import ListFeed


def loaded(tmp_path: Path, text: str, **env: str) -> Preferences:
    path = tmp_path / "config.toml"
    path.write_text(text)
    return load_preferences({"config": str(path)}, {"HOME": str(tmp_path), **env})


def test_nothing_configured_is_the_default(tmp_path: Path) -> None:
    assert load_preferences({}, {"HOME": str(tmp_path)}) == Preferences()


def test_what_is_configured_is_taken(tmp_path: Path) -> None:
    text = (
        '[ui]\ntheme = "day"\ncompact = true\nstores = ["redis://127.0.0.1:6379"]\n'
        '[keys]\nlogin = "ctrl+l,f5"\nbudget_grow = "plus"\n'
    )
    assert loaded(tmp_path, text) == Preferences(
        theme="day",
        compact=True,
        stores=("redis://127.0.0.1:6379",),
        keys={"login": "ctrl+l,f5", "budget_grow": "plus"},
    )


def test_no_color_is_respected_unless_a_theme_is_chosen(tmp_path: Path) -> None:
    assert loaded(tmp_path, "", NO_COLOR="1").theme == "mono"
    assert loaded(tmp_path, '[ui]\ntheme = "day"\n', NO_COLOR="1").theme == "day"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[ui]\ntheme = "pink"', "theme is 'pink'; it must be night or day"),
        ('[ui]\ncompact = "yes"', "ui.compact is 'yes'; it must be true or false"),
        ('[ui]\ncolour = "red"', "ui.colour is no setting"),
        ('[ui]\nstores = "redis://h"', "ui.stores is 'redis://h'; it must be a list"),
        ('[ui]\nstores = ["redis"]', "it must be a list of store URLs"),
        ('[keys]\nfly = "f"', "keys.fly is no setting"),
        ("[keys]\nlogin = 5", "keys.login is 5; it must be a text"),
        ('[keys]\nlogin = "l l"', "it must be names of keys"),
        ('[keys]\nlogin = ""', "it must be names of keys"),
        ('[keys]\nlogin = "r"', "'r' is the key of login already. Fix: give login another key"),
        ('[keys]\nlogin = "comma"', "is the key of login already"),
        ('[keys]\nquit = "x"', "is the key of expire already"),
        ('[keys]\nlogin = "j"', "'j' is the key of down already"),
        ('[keys]\nbudget_grow = "g"', "'g' is the key of first already"),
        ('[keys]\nlogin = "ctrl+c"', "'ctrl\\+c' always quits. Fix: give login another key"),
        ('[keys]\nquit = "ctrl+q"', "always quits"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        loaded(tmp_path, text)
    assert "\n" not in str(caught.value)


def test_keys_may_be_swapped(tmp_path: Path) -> None:
    assert loaded(tmp_path, '[keys]\nlogin = "r"\nrequest = "l"').keys["login"] == "r"


def test_a_pane_s_own_key_may_be_one_of_elsewhere(tmp_path: Path) -> None:
    assert loaded(tmp_path, '[keys]\nbudget_drop = "d"').keys == {"budget_drop": "d"}


async def test_chosen_keys_work_and_are_shown_everywhere() -> None:
    chosen = {"login": "f5", "budget_grow": "f6", "down": "n", "quit": "Q"}
    feed = ListFeed(busy_events())
    app = InspectorApp(feed, ticks=False, preferences=Preferences(keys=chosen))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("l", "q")
        assert (feed.sent, app.return_code) == ([], None)
        await pilot.press("f5")
        await pilot.pause()
        assert len(feed.sent) == 1
        await pilot.press("n")
        assert app.screen.query_one(SessionList).cursor == 1
        await pilot.press("2")
        await pilot.pause()
        await pilot.press("f6")
        assert isinstance(app.screen, BoardScreen)
        assert app.screen._whatif.grown == 500
        titles = [command.title for command in app.get_system_commands(app.screen)]
        assert "Log in  (f5)" in titles
        await pilot.press("question_mark")
        await pilot.pause()
        screen = app.screen_stack[-1]
        assert isinstance(screen, HelpScreen)
        assert "f5 Log in as the next user" in screen.text()
        await pilot.press("escape", "Q")
    assert app.return_code == 0
    assert spell_keys(footer_of("live", chosen)[0]) == "f5"


async def test_ctrl_q_and_ctrl_c_quit_whatever_the_keys_are() -> None:
    odd = {key.name: f"f{number + 13}" for number, key in enumerate(ALL)}
    for key in ("ctrl+q", "ctrl+c"):
        app = InspectorApp(ListFeed(), ticks=False, preferences=Preferences(keys=odd))
        async with app.run_test() as pilot:
            await pilot.press("q")
            assert app.return_code is None
            await pilot.press(key)
        assert app.return_code == 0


async def test_each_theme_and_the_density_are_taken() -> None:
    assert tuple(THEMES) == THEME_NAMES
    for name in THEME_NAMES:
        wanted = Preferences(theme=name, compact=name == "day")
        app = InspectorApp(ListFeed(busy_events()), ticks=False, preferences=wanted)
        async with app.run_test() as pilot:
            await pilot.pause()
            assert app.theme == f"inspector-{name}"
            assert app.has_class("-compact") == (name == "day")
            await pilot.press(*["T"] * len(THEME_NAMES))
            assert app.theme == f"inspector-{name}"  # once around


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", THEME_NAMES)
def test_every_tone_can_be_read(name: str) -> None:
    theme = THEMES[name]
    least = 7.0 if name == "contrast" else 4.5
    tones = [theme.foreground, theme.accent, theme.success, theme.warning, theme.error]
    for tone in [*tones, theme.variables["tone-dim"]]:
        for ground in (theme.background, theme.surface):
            assert tone is not None
            assert ground is not None
            pair = sorted((luminance(tone), luminance(ground)))
            assert (pair[1] + 0.05) / (pair[0] + 0.05) >= least, (tone, ground)
