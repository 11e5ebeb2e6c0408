"""The table of scenarios: names, keys, and what an unknown name answers."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.lab.scenarios import SCENARIOS, find_scenario


def test_an_unknown_scenario_is_one_line_with_all_names() -> None:
    with pytest.raises(InputError) as error:
        find_scenario("nonsense")
    assert all(scenario.name in error.value.message for scenario in SCENARIOS)


def test_each_scenario_has_a_name_and_a_key_of_its_own() -> None:
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS)
    assert len({scenario.key for scenario in SCENARIOS}) == len(SCENARIOS)
    assert all(find_scenario(scenario.name) is scenario for scenario in SCENARIOS)
