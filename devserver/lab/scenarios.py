"""Scenarios: what goes wrong with sessions, played against the running lab; each has a verdict."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.lab import scenarios_abuse, scenarios_load
from session_inspector.devserver.lab.real_browser import hosts, pages
from session_inspector.devserver.lab.scenario_context import ScenarioContext, Verdict

Script: TypeAlias = Callable[[ScenarioContext, int], Awaitable[Verdict]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One scenario."""

    name: str
    key: str
    """The key that plays it in the app's menu."""
    title: str
    play: Script
    count: int = 0
    """Users or requests, where it takes a number."""
    needs_browser: bool = False
    """True: it is played in a real one."""


SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        name="logins", key="l", title="log in many users", play=scenarios_load.logins, count=10
    ),
    Scenario(
        name="traffic", key="t", title="background traffic", play=scenarios_load.traffic, count=200
    ),
    Scenario(
        name="stampede",
        key="s",
        title="parallel requests when the access token ends",
        play=scenarios_load.stampede,
        count=20,
    ),
    Scenario(
        name="logout-race",
        key="r",
        title="log out while a request is under way",
        play=scenarios_abuse.logout_race,
    ),
    Scenario(
        name="tampered-cookie",
        key="c",
        title="a cookie with changed characters",
        play=scenarios_abuse.tamper_cookie,
    ),
    Scenario(
        name="rotated-secret",
        key="k",
        title="a new session secret, with and without the old one",
        play=scenarios_abuse.rotate_secret,
    ),
    Scenario(
        name="stolen-cookie",
        key="x",
        title="replay a stolen cookie after logout",
        play=scenarios_abuse.steal_cookie,
    ),
    Scenario(
        name="clock-skew",
        key="w",
        title="a provider whose clock is wrong",
        play=scenarios_abuse.clock_skew,
    ),
    Scenario(
        name="store-down", key="d", title="the store goes away", play=scenarios_abuse.store_down
    ),
    Scenario(
        name="second-tab", key="b", title="two tabs log in at once", play=scenarios_abuse.second_tab
    ),
    Scenario(
        name="redirect-loop",
        key="o",
        title="browser: a login that goes round and round",
        play=pages.redirect_loop,
        needs_browser=True,
    ),
    Scenario(
        name="cross-site-frame",
        key="f",
        title="browser: a login in another site's frame (CHIPS)",
        play=pages.cross_site_frame,
        needs_browser=True,
    ),
    Scenario(
        name="two-ports",
        key="p",
        title="browser: two ports overwrite one cookie",
        play=pages.two_ports,
        needs_browser=True,
    ),
    Scenario(
        name="sibling-hosts",
        key="i",
        title="browser: app.localhost and api.localhost",
        play=hosts.sibling_hosts,
        needs_browser=True,
    ),
    Scenario(
        name="two-names",
        key="n",
        title="browser: localhost against 127.0.0.1",
        play=hosts.two_names,
        needs_browser=True,
    ),
    Scenario(
        name="secure-on-http",
        key="h",
        title="browser: a Secure cookie on plain http",
        play=hosts.secure_on_http,
        needs_browser=True,
    ),
)


def find_scenario(name: str) -> Scenario:
    """Return a scenario. Raises: InputError."""
    found = next((scenario for scenario in SCENARIOS if scenario.name == name), None)
    if found is None:
        known = ", ".join(scenario.name for scenario in SCENARIOS)
        raise InputError(f"scenario {name!r} is not known; it must be one of {known}")
    return found
