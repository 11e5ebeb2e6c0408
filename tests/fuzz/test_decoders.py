"""Bent cookies, 10,000 for each decoder in `make fuzz`: no error but DecodeError, nothing false.

FUZZ_EXAMPLES says how many. A seed makes them the same in each run. What is checked:

- only DecodeError comes out, and what is shown is JSON;
- what counts as verified is what the real cookie held (or what was sealed with the secret);
- without a secret nothing is a wrong secret, and beside strangers a real cookie stays what it is;
- 100 KB take 50 ms of this process at most.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import pytest

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.json.writing import harmless_json
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.base import Decoded, Decoder, Material, Sealer
from session_inspector.devserver.decoders.registry import (
    examine_cookies,
    load_decoders,
    seal_cookies,
)
from tests.fuzz.mutations import bend, grow
from tests.vectors.formats import FormatCase
from tests.vectors.golden import GOLDEN

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "60"))
IS_MEASURED = EXAMPLES >= 1000
"""`make fuzz`; in `make test`, coverage and a busy machine would measure themselves."""
DECODERS = load_decoders()
CASES = [FormatCase(raw, DECODERS) for raw in GOLDEN if raw["outcome"] == "ok"]
WHOLE = 20
"""Of so many examples one is looked into by all families, as decode does."""
LARGE = 500
"""Of so many, one is grown to 100 KB."""
SLOWEST = 0.05
SIGNED = {
    "Supabase": {"access_token"},
    "Symfony": {"username"},
    "better-auth": {"id", "session", "user"},
}
"""Members to compare, where not all are proved, or where the parts may be of two real cookies."""
NOTHING = '[{}, ""]'
"""What `text_of` makes of a cookie that is proved, and whose content needs a second key."""
WRONG = ("another secret, of 32 bytes or more…",)
HOSTILE: tuple[Json, ...] = (
    None,
    "",
    [],
    {},
    True,
    -1,
    10**40,
    1e300,
    "9" * 500,
    "\x00\u00e9\U0001f600",
    {"a": {"a": {"a": [[[[]]]]}}},
)
"""What a signed member may hold all the same."""


@dataclass(frozen=True)
class Bent:
    """An example, and the case it was made of."""

    case: FormatCase
    material: Material
    is_sealed: bool = False
    """True: its seal is right, whatever is inside."""


def cases_of(decoder: Decoder) -> list[FormatCase]:
    """Return the real cookies that a decoder claims; all where it claims none."""
    own = [case for case in CASES if decoder.claim(case.material().cookies) is not None]
    return own or CASES


def bend_case(decoder: Decoder, own: Sequence[FormatCase], dice: random.Random) -> Bent:
    case = dice.choice(own if dice.random() < 0.85 else CASES)
    material = case.material()
    if dice.random() < 0.15:
        sealed = seal_hostile(decoder, material, dice)
        if sealed is not None:
            return Bent(case, sealed, is_sealed=True)
    others = [dice.choice(CASES).material().cookies]
    secrets = dice.choice(
        (material.secrets, material.secrets, (), ("another secret of 32 bytes…",))
    )
    cookies = bend(material.cookies, others, dice)
    return Bent(case, replace(material, cookies=cookies, secrets=secrets))


def seal_hostile(decoder: Decoder, material: Material, dice: random.Random) -> Material | None:
    """Return the case sealed again with something strange inside; None where it is not written."""
    if not isinstance(decoder, Sealer) or not material.secrets:
        return None
    try:
        found = decoder.decode(material)
        payload: JsonObject = dict(found.payload)
        payload[dice.choice([*payload, "exp", "x"])] = dice.choice(HOSTILE)
        at = dice.choice((None, 0, 1.5e9, 4e9))
        edited = replace(found, family=decoder.name, payload=payload, issued=at, expires=at)
        cookies = seal_cookies([decoder], edited, material.secrets)
    except DecodeError:
        return None
    return replace(material, cookies=cookies)


TWINS = {"fastify-session": ("hono",), "hono": ("fastify-session",)}
"""Families that sign a text in the same way: with padding or without is all that differs."""


@lru_cache(maxsize=8)
def real_contents(family: str) -> frozenset[str]:
    """Return what the real cookies hold, by what the family and its twins open of them."""
    return frozenset().union(*map(_list_contents, (family, *TWINS.get(family, ()))))


def _list_contents(family: str) -> frozenset[str]:
    (decoder,) = [one for one in DECODERS if one.name == family]
    found = {NOTHING}
    for case in CASES:
        material = case.material()
        for name in (None, *material.cookies):
            cookies = material.cookies if name is None else {name: material.cookies[name]}
            for rows in (material.rows, {}):
                opened = attempt(decoder, replace(material, cookies=cookies, rows=rows))
                if opened is not None:
                    found.add(text_of(opened))
    return frozenset(found)


def text_of(found: Decoded) -> str:
    """Return what is proved of a session, to compare; a name says whether a text is an id."""
    payload = found.payload
    if set(payload) == {"value"}:
        payload = {"id": payload["value"]}
    members = SIGNED.get(found.format.partition(" (")[0])
    if members is not None:
        payload = {name: value for name, value in payload.items() if name in members}
    return json.dumps([payload, found.text], sort_keys=True)


def attempt(decoder: Decoder, material: Material) -> Decoded | None:
    """Return what a decoder opens; whatever is no DecodeError comes out."""
    if decoder.claim(material.cookies) is None:
        return None
    try:
        found = decoder.decode(material)
    except DecodeError as error:
        refusal = error
    else:
        json.loads(harmless_json({"payload": found.payload, "header": found.header}))
        return found
    assert refusal.code
    assert len(refusal.message) > 10
    json.dumps(refusal.payload)
    return None


@pytest.mark.parametrize("decoder", DECODERS, ids=[decoder.name for decoder in DECODERS])
def test_bent_cookies_are_refused_or_hold_what_they_held(decoder: Decoder) -> None:
    dice = random.Random(f"{decoder.name} 20261128")
    own = cases_of(decoder)
    for number in range(EXAMPLES):
        bent = bend_case(decoder, own, dice)
        found = attempt(decoder, bent.material)
        if found is not None and found.is_verified and not bent.is_sealed:
            assert text_of(found) in real_contents(decoder.name), (number, bent.material)
        if number % WHOLE == 0:
            check_whole(bent)
        if IS_MEASURED and number % LARGE == 0:
            check_time(decoder, bent.material, dice)


def check_whole(bent: Bent) -> None:
    """Look into an example as decode does."""
    finding = examine_cookies(DECODERS, replace(bent.material, secrets=()))
    code = ""
    try:
        finding.take()
    except DecodeError as error:
        code = error.code
    assert code != "wrong_secret", bent.material


def check_time(decoder: Decoder, material: Material, dice: random.Random) -> None:
    """Measure the time of this process for 100 KB; the best of three: caches are filled."""
    name = dice.choice(list(material.cookies))
    value = grow(material.cookies[name], dice)
    large = replace(material, cookies={**material.cookies, name: value})
    times: list[float] = []
    for _ in range(3):
        start = time.process_time()
        attempt(decoder, large)
        times.append(time.process_time() - start)
    allowed = SLOWEST * len(value) / 100_000
    assert min(times) < allowed, (decoder.name, min(times), value[:200])


def test_a_real_cookie_stays_what_it_is_beside_strangers() -> None:
    dice = random.Random(20261128)
    for case in CASES:
        material = case.material()
        alone = examine_cookies(DECODERS, material).proven
        if alone is None:
            continue
        for _ in range(max(1, EXAMPLES // 500)):
            noise = {f"n{dice.randrange(99)}": text for text in random_texts(dice)}
            found = examine_cookies(
                DECODERS, replace(material, cookies={**material.cookies, **noise})
            )
            assert found.proven is not None, (case.name, noise)
            assert text_of(found.proven) == text_of(alone), (case.name, noise)


def random_texts(dice: random.Random) -> list[str]:
    letters = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEF-_"
    return ["".join(dice.choices(letters, k=dice.randint(1, 60))) for _ in range(3)]
