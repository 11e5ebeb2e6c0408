"""Keys that go through a recording: step by step, in its own time, or to a place in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.feed.base import Stepped
from session_inspector.inspector.model.views.selectors.recorded import (
    RecordedSession,
    find_alarm,
    find_moment,
    list_sessions,
)
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.model.words.text import clock_text
from session_inspector.inspector.ui.actions.window import ActionTable, Window
from session_inspector.inspector.ui.screens.line_editor import LineEditor
from session_inspector.inspector.ui.screens.menu import Menu
from session_inspector.inspector.ui.watch import Watch

LEAP = 50
"""Events of one leap."""
NO_RECORDING = "only a recording can be stepped through: session-inspector replay FILE"
NO_ALARM = "no further alarm in this recording"
FROM_THE_START = mark_keys(f"{NO_ALARM}; <jump_start> goes to its beginning")
LISTED = 200
"""Sessions that can be chosen."""
AT_THE_END = "the recording ends at {}"
TIME_NOTE = "12:30:05 is a time of day; +90s or -5m counts from here"


class ReplayActions:
    """Steps and leaps, play and pause, jumps."""

    def __init__(
        self,
        watch: Watch,
        window: Window,
        mark_session: Callable[[str], None],
        seconds: Callable[[], Seconds],
    ) -> None:
        """`seconds` is a clock that only goes forward."""
        self._watch = watch
        self._window = window
        self._mark_session = mark_session
        self._seconds = seconds
        self._last: Seconds = 0.0

    def table(self) -> ActionTable:
        """Return what each key of this group does."""
        return {
            "step": partial(self.step, 1),
            "step_back": partial(self.step, -1),
            "leap": partial(self.step, LEAP),
            "leap_back": partial(self.step, -LEAP),
            "play_pause": self.play_or_pause,
            "play_faster": partial(self.change_speed, 1),
            "play_slower": partial(self.change_speed, -1),
            "jump_alarm": self.jump_to_alarm,
            "jump_time": self.ask_time,
            "jump_session": self.ask_session,
            "jump_start": self.jump_to_start,
        }

    def step(self, by: int) -> None:
        """Go through a recording, event by event."""
        if not self._watch.step(by):
            self._window.say(NO_RECORDING, is_ok=False)

    def tick(self) -> None:
        """Play on, by the time that has passed since the last tick."""
        now = self._seconds()
        elapsed = now - self._last
        self._last = now
        self._watch.play_on(elapsed)

    def play_or_pause(self) -> None:
        """Play from here, at the end from the beginning; or pause."""
        recording = self._find_recording()
        if recording is None:
            return
        playback = self._watch.playback
        if playback.is_playing:
            playback.pause()
        else:
            shown, total = recording.place
            if shown >= total:
                self._watch.go_to(1)
            self._last = self._seconds()
            playback.start(self._watch.bridge.now())
        self._watch.draw()

    def change_speed(self, by: int) -> None:
        """Play faster or slower."""
        if self._find_recording() is None:
            return
        playback = self._watch.playback
        playback.change_speed(by)
        self._window.say(f"{playback.speed:g} times as fast as it was")
        self._watch.draw()

    def jump_to_alarm(self) -> None:
        """Go forward to where the next alarm falls."""
        recording = self._find_recording()
        if recording is not None:
            self._window.run(self._find_alarm(recording))

    def jump_to_start(self) -> None:
        """Go to the first event."""
        if self._find_recording() is not None:
            self._jump(1)

    def ask_time(self) -> None:
        """Let the person type a time to go to."""
        recording = self._find_recording()
        if recording is None:
            return
        now = self._watch.bridge.now()

        def answer(text: str) -> None:
            place = find_moment(recording.recorded(), now, text)
            if place is None:
                self._window.say(f"{text!r} is not a time; {TIME_NOTE}", is_ok=False)
                return
            self._jump(place)
            if recording.place[0] == recording.place[1]:
                self._window.say(AT_THE_END.format(clock_text(recording.recorded()[-1].at)[:8]))

        present = clock_text(now)[:8]
        editor = LineEditor("To a time", present, note=TIME_NOTE, selected=len(present))
        self._window.ask(editor, answer)

    def ask_session(self) -> None:
        """Let the person pick a session to go to."""
        recording = self._find_recording()
        if recording is None:
            return
        found = {one.session: one for one in list_sessions(recording.recorded())[:LISTED]}
        if not found:
            self._window.say("no session in this recording", is_ok=False)
            return
        choices = [(one.session, _spell_session(one)) for one in found.values()]

        def answer(session: str) -> None:
            self._jump(found[session].place)
            self._mark_session(session)

        self._window.ask(Menu("To a session", choices), answer)

    async def _find_alarm(self, recording: Stepped) -> None:
        shown = recording.place[0]
        memory = self._watch.bridge.state.alarms
        events = recording.recorded()
        # a recording may have a million events
        place = await asyncio.to_thread(find_alarm, memory, events, shown)
        if place is None:
            is_at_end = shown == recording.place[1]
            self._window.say(FROM_THE_START if is_at_end else NO_ALARM, is_ok=False)
            return
        self._jump(place)
        self._window.say(self._describe_alarm())

    def _describe_alarm(self) -> str:
        raised = self._watch.bridge.state.alarms.raised
        if not raised:
            return ""
        return f"⚠ {raised[-1].kind}: {raised[-1].text}"

    def _jump(self, place: int) -> None:
        self._watch.playback.pause()
        self._watch.go_to(place)

    def _find_recording(self) -> Stepped | None:
        recording = self._watch.recording
        if recording is None:
            self._window.say(NO_RECORDING, is_ok=False)
        return recording


def _spell_session(one: RecordedSession) -> str:
    return f"{clock_text(one.at)[:8]}  {one.who} · {one.session[:6]}"
