"""Decoders of other packages, by entry point: found, used, and skipped when they raise."""

from __future__ import annotations

from pathlib import Path

import pytest

from session_inspector.devserver.core.errors import DecodeError, InputError
from session_inspector.devserver.decoders.base import Material, Sealer
from session_inspector.devserver.decoders.claims import could_be
from session_inspector.devserver.decoders.registry import (
    GROUP,
    load_decoders,
    open_cookies,
    seal_cookies,
)
from session_inspector.devserver.decoders.traits import Traits
from session_inspector.inspector.decode.edits import to_wire

SOURCE = """
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.traits import Traits


class Rot:
    name = "rot"

    def likeness(self, cookies):
        return 1.0 if any(v.startswith("rot!") for v in cookies.values()) else -1.0

    def decode(self, material):
        name, value = next(iter(material.cookies.items()))
        if "!!" in value:
            raise DecodeError("it was turned twice", code="turned")
        return Decoded(format="Rot", cookies=(name,), payload={"user": value[4:]})

    def seal(self, found, secrets):
        return {found.cookies[0]: "rot!" + str(found.payload["user"])}


class Declared(Rot):
    name = "declared"
    traits = Traits(cookie_names=("rotten",), is_percent_encoded=True)


class Misdeclared(Rot):
    name = "misdeclared"
    traits = {"cookie_names": "rotten"}


class Unmakeable(Rot):
    def __init__(self):
        raise RuntimeError("no\\nlicence")


class Unlike(Rot):
    name = "unlike"

    def likeness(self, cookies):
        return {}["likeness"]


class Claiming(Rot):
    name = "claiming"

    def claim(self, cookies):
        from session_inspector.devserver.decoders.claims import could_be

        return could_be("a text") if "s" in cookies else None


class Misclaiming(Rot):
    name = "misclaiming"

    def claim(self, cookies):
        return "certainly"


class Undecoding:
    name = "undecoding"

    def likeness(self, cookies):
        return 2.0

    def decode(self, material):
        return 1 / 0


class Nothing(Undecoding):
    name = "nothing"

    def decode(self, material):
        return None
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the path where packages are installed."""
    (tmp_path / "foreign_rot.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def install(place: Path, *points: str) -> None:
    """Write what pip would: a package's metadata with its entry points."""
    info = place / "foreign_rot-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: foreign-rot\nVersion: 1.0\n")
    lines = [f"[{GROUP}]", *points]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n")


def test_an_installed_decoder_opens_and_seals(place: Path) -> None:
    install(place, "rot = foreign_rot:Rot")
    told: list[str] = []
    decoders = load_decoders(tell=told.append)
    found = open_cookies(decoders, Material(cookies={"s": "rot!zoe"}))
    assert (found.format, found.family, found.payload) == ("Rot", "rot", {"user": "zoe"})
    assert seal_cookies(decoders, found, []) == {"s": "rot!zoe"}
    with pytest.raises(DecodeError, match="turned twice"):
        open_cookies(decoders, Material(cookies={"s": "rot!!zoe"}))
    assert told == []


def test_what_a_plugin_declares_of_its_format_counts_like_ours(place: Path) -> None:
    install(place, "rot = foreign_rot:Declared")
    found = open_cookies(load_decoders(), Material(cookies={"s": "rot!zoe"}))
    assert found.traits == Traits(cookie_names=("rotten",), is_percent_encoded=True)
    assert to_wire(found, {"s": "a+b"}) == {"s": "a%2Bb"}


@pytest.mark.parametrize("name", ["Rot", "Misdeclared"])
def test_a_plugin_that_declares_nothing_has_the_defaults(place: Path, name: str) -> None:
    install(place, f"rot = foreign_rot:{name}")
    found = open_cookies(load_decoders(), Material(cookies={"s": "rot!zoe"}))
    assert found.traits == Traits()


@pytest.mark.parametrize(
    ("point", "said"),
    [
        ("gone = foreign_nothing:Rot", "ModuleNotFoundError: No module named 'foreign_nothing'"),
        ("attr = foreign_rot:Missing", "AttributeError"),
        ("made = foreign_rot:Unmakeable", "RuntimeError: no licence"),
        ("unlike = foreign_rot:Unlike", "KeyError: 'likeness'"),
        ("undecoding = foreign_rot:Undecoding", "ZeroDivisionError: division by zero"),
        ("nothing = foreign_rot:Nothing", "returned no Decoded"),
    ],
)
def test_one_that_raises_is_told_once_and_skipped(place: Path, point: str, said: str) -> None:
    install(place, point, "rot = foreign_rot:Rot")
    told: list[str] = []
    decoders = load_decoders(tell=told.append)
    for _ in range(2):
        assert open_cookies(decoders, Material(cookies={"s": "rot!zoe"})).format == "Rot"
    (line,) = told
    assert said in line
    assert line.startswith(f"decoder plug-in {point.partition(' ')[0]!r}")
    assert "\n" not in line


def test_its_failure_is_the_reason_when_nothing_else_opens(place: Path) -> None:
    install(place, "undecoding = foreign_rot:Undecoding")
    with pytest.raises(DecodeError) as caught:
        open_cookies(load_decoders(), Material(cookies={"s": "?"}))
    assert caught.value.code == "plugin_failed"


def test_one_that_only_reads_is_no_sealer(place: Path) -> None:
    install(place, "undecoding = foreign_rot:Undecoding", "rot = foreign_rot:Rot")
    found = {one.name: isinstance(one, Sealer) for one in load_decoders(["undecoding", "rot"])}
    assert found == {"undecoding": False, "rot": True}


def test_a_name_that_is_taken_is_refused(place: Path) -> None:
    install(place, "flask = foreign_rot:Rot")
    with pytest.raises(InputError, match="has the name of"):
        load_decoders()


def test_a_plugin_s_claim_counts_and_what_is_none_is_no_claim(place: Path) -> None:
    install(place, "claiming = foreign_rot:Claiming", "misclaiming = foreign_rot:Misclaiming")
    claiming, misclaiming = load_decoders(["claiming", "misclaiming"])
    assert claiming.claim({"s": "1"}) == could_be("a text")
    assert (claiming.claim({"t": "1"}), misclaiming.claim({"s": "1"})) == (None, None)


def test_one_that_only_rates_is_sure_from_a_half(place: Path) -> None:
    install(place, "rot = foreign_rot:Rot")
    (rot,) = load_decoders(["rot"])
    claim = rot.claim({"s": "rot!zoe"})
    assert claim is not None
    assert (claim.is_certain, rot.claim({"s": "zoe"})) == (True, None)


def test_one_that_fails_does_not_hide_another_family_s_verdict(place: Path) -> None:
    install(place, "undecoding = foreign_rot:Undecoding")
    cookies = {"connect.sid": f"s:{'a' * 32}.{'b' * 43}"}
    with pytest.raises(DecodeError) as caught:
        open_cookies(load_decoders(), Material(cookies=cookies, secrets=["cat"]))
    assert caught.value.code == "wrong_secret"
