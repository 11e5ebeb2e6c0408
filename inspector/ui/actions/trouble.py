"""Keys that make trouble and move the clock: scenarios, the provider's faults, time travel."""

from __future__ import annotations

from session_inspector.devserver.core.commands import (
    MoveClock,
    RestartApp,
    RotateKeys,
    RunScenario,
    SetKnobs,
)
from session_inspector.inspector.ui.actions.commander import Commander
from session_inspector.inspector.ui.actions.window import ActionTable, Window
from session_inspector.inspector.ui.screens.board import Playable
from session_inspector.inspector.ui.screens.choices import (
    STEP_PATTERN,
    read_step,
    step_keys,
    travel_steps,
)
from session_inspector.inspector.ui.screens.knobs import knob_choices, knob_command
from session_inspector.inspector.ui.screens.menu import Menu
from session_inspector.inspector.ui.watch import Watch

WRONG_LOGOUT = "logout-race"


class TroubleActions:
    """Play, turn the provider's knobs, rotate its keys, travel in time."""

    def __init__(self, watch: Watch, window: Window, commander: Commander) -> None:
        self._watch = watch
        self._window = window
        self._commander = commander
        self._steps: list[float] = []
        """Seconds of each step of time travel that can be undone."""

    def table(self) -> ActionTable:
        """Return what each key of this group does."""
        return {
            "play": self.choose_scenario,
            "wrong_logout": self.play_wrong_logout,
            "knobs": self.choose_knob,
            "rotate_keys": self.rotate_keys,
            "restart_app": self.restart_app,
            "travel": self.travel,
            "travel_back": self.travel_back,
        }

    def choose_scenario(self) -> None:
        """Let the person pick a scenario."""
        if self._commander.is_refused_here(RunScenario(name="")):
            return
        scenarios = list_scenarios()
        choices = [(name, title) for key, name, title in scenarios]
        keys = {key: name for key, name, _ in scenarios}
        self._window.ask(Menu("Play a scenario", choices, keys=keys), self.play)

    def play(self, name: str) -> None:
        """Play a scenario."""
        if not self._watch.view.is_read_only:
            self._commander.send(RunScenario(name=name))

    def play_wrong_logout(self) -> None:
        """Play a logout beside a late request on stateless sessions, which cannot refuse it."""
        if not self._commander.is_refused_here(RunScenario(name="")):
            self._commander.send(RunScenario(name=WRONG_LOGOUT, kind="stateless"))

    def choose_knob(self) -> None:
        """Let the person make the provider slow, wrong or broken."""
        if self._commander.is_refused_here(SetKnobs()):
            return
        known = self._watch.bridge.state.sessions.get(self._watch.view.session)
        sub = known.facts.sub if known else ""
        choices = knob_choices(sub)
        menu = Menu("The provider", choices, keys={key: key for key, _ in choices})

        def answer(key: str) -> None:
            command = knob_command(key, sub)
            if command is not None:
                self._commander.send(command)

        self._window.ask(menu, answer)

    def restart_app(self) -> None:
        """End the app that was started here, and start it again."""
        self._commander.send(RestartApp())

    def rotate_keys(self) -> None:
        """Let the provider sign with a new key."""
        self._commander.send(RotateKeys())

    def travel(self) -> None:
        """Let the person pick how far the clock moves."""
        if self._commander.is_refused_here(MoveClock(seconds=0)):
            return
        bridge = self._watch.bridge
        steps = travel_steps(bridge.state, self._watch.view.session, bridge.now())
        menu = Menu(
            "Move the clock forward",
            steps,
            typed="or type seconds, 90m, 12h, 2d",
            keys=step_keys(steps),
            takes=STEP_PATTERN,
        )
        self._window.ask(menu, self._travel_by)

    def travel_back(self) -> None:
        """Undo the last step of time travel."""
        if not self._steps:
            self._window.say("there is no time travel to undo", is_ok=False)
            return
        self._commander.send(MoveClock(seconds=-self._steps.pop()))

    def _travel_by(self, choice: str) -> None:
        seconds = read_step(choice)
        if seconds is None:
            self._window.say(f"{choice!r} is not a number of seconds", is_ok=False)
            return
        if seconds:
            self._steps.append(seconds)
            self._commander.send(MoveClock(seconds=seconds))


def list_scenarios() -> Playable:
    """Return (key, name, title) of the scenarios."""
    # the whole server: only who plays pays for its import
    from session_inspector.devserver.lab.scenarios import SCENARIOS

    return tuple((scenario.key, scenario.name, scenario.title) for scenario in SCENARIOS)
