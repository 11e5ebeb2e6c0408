"""Every golden case of the families opens as its real package holds it, each as its own test."""

from __future__ import annotations

import pytest

from session_inspector.devserver.decoders.registry import load_decoders
from tests.vectors.formats import FormatCase, run_format_case
from tests.vectors.golden import GOLDEN

DECODERS = load_decoders()
CASES = [FormatCase(raw, DECODERS) for raw in GOLDEN if "family" in raw]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_package_holds_the_same(case: FormatCase) -> None:
    assert run_format_case(case) == []


def test_each_case_has_a_name_of_its_own() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))
    assert len(names) >= 60


def test_each_case_names_a_family_that_is_there_and_what_made_it() -> None:
    families = {decoder.name for decoder in DECODERS}
    assert {str(case.raw["family"]) for case in CASES} <= families
    assert all(case.raw["generator"] for case in CASES)
