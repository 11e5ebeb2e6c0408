"""hono-sessions: iron's seal of a text, which holds the session as JSON.

The values are those of hono-sessions 0.8.1.
"""

from __future__ import annotations

from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionShownAgain,
    SessionWritten,
)
from session_inspector.devserver.decoders.codecs.iron import FEW, make_seal
from session_inspector.devserver.decoders.codecs.json_text import compact_json
from tests.devserver.attach.traffic.scene import TrafficScene

SECRET = "hono-secret-hono-secret-hono-secret-1"
ALICE = (
    "Fe26.2**08abbfbf0009fe41c59d7b22fa26e6a2e9d4f64a25be4920600a9a59cc34e915*P0ZfRVD"
    "3svE_7P9R9GntaA*G0JeM72_yosmd3yb7sZhX7T7kRZHsKyeaVQzL_Tvh-E00URrgU1DQUhYOnFbtNSi"
    "VyeRrUfL_PPkw8fKvURl6F32G2G3l0qgUNI-a0Xvj0NzOLaTDfHs414OkHhURMT9FVZo4i2W3upT2YDP"
    "jIpmdCFENzRQ9vrb5qKxBY9ikolYM3l8vA_2YbAHb7C9HI49sgespUQqib6ZOQC1LzczpJg4v9tXjI6b"
    "JrnoUYoSbaAIdsnKJhPtu9jl4bccThqM8wt9YwSHTgU0y89lVpiWOw**c1bf4dbbdefac0819299f7c8"
    "78d9e15ecdb4ad8525f14d49924058255a914a41*CpI1l8ccO3TJhh7AtInN1hQh3TTJUfdeMaDdp9h"
    "ptcE"
)
"""Its `_expire` is 2025-10-09T09:53:32Z: NOW + 3,612."""
NOBODY = (
    "Fe26.2**f2ac25c595a75553ea2be2aeb9bdcb699b917748ff75ca4fe660b272d23e3137*MLvv24n"
    "xqfXftcFXKFWk8Q*y5bkV_73VBXBb4T8XBMQbw**917ee8eba3c3e5b95670ff5e2fb65dcd71d5e566"
    "845cae2932a41543fdf3ebde*kbDcWQCctVJ82UgnH8COu04sgbvxRdWLfq2942dC7BM"
)
"""An empty text."""


async def log_in(*secrets: str) -> tuple[TrafficScene, SessionFacts]:
    scene = TrafficScene(*secrets)
    await scene.visit("GET /me", "", status=302, location="/login")
    await scene.visit("POST /login", "", f"session={ALICE}; HttpOnly; Path=/", status=303)
    (login,) = scene.take(SessionWritten)
    return scene, login.facts


async def test_its_session_is_shown_with_its_secret_and_ends_where_it_says() -> None:
    scene, facts = await log_in(SECRET)
    assert (facts.kind, facts.sub, facts.data) == ("stateless", "alice", {"user": "alice", "n": 2})
    assert [(timer.name, timer.ends) for timer in facts.timers] == [
        ("sealed", scene.clock.now() + 3612),
        ("cookie", None),
    ]
    scene.opener.close()


async def test_a_seal_of_an_empty_text_is_its_logout_and_a_copy_after_it_is_seen() -> None:
    scene, _ = await log_in(SECRET)
    await scene.visit("POST /logout", f"session={ALICE}", f"session={NOBODY}; HttpOnly; Path=/")
    await scene.visit("GET /", f"session={NOBODY}")
    await scene.visit("GET /me", f"session={ALICE}")
    assert [end.reason for end in scene.take(SessionDestroyed)] == ["logout"]
    assert [again.outcome for again in scene.take(SessionShownAgain)] == ["accepted"]
    scene.opener.close()


async def test_without_its_secret_it_is_named_by_all_whose_seal_it_could_be() -> None:
    scene, facts = await log_in()
    assert facts.name == "h3 or iron-session (not opened)"
    scene.opener.close()
    scene = TrafficScene()
    await scene.visit("POST /login", "", f"nuxt-session={ALICE}; HttpOnly; Path=/")
    await scene.visit("POST /login", "", f"session={ALICE}~2; HttpOnly; Path=/")
    named, marked = scene.take(SessionWritten)
    assert named.facts.name == "h3 (not opened)"
    assert marked.facts.name == "iron-session (not opened)"
    scene.opener.close()


async def test_a_sealed_text_that_no_family_explains_is_a_session_and_a_number_is_none() -> None:
    scene = TrafficScene(SECRET)
    seals = [
        make_seal(compact_json(content), SECRET, ends=None, password_id="", rounds=FEW)
        for content in ("Zx81-kQ2mVb7LtRw0PyHs9Gd", 5)
    ]
    await scene.visit("POST /login", "", f"id={seals[0]}; HttpOnly; Path=/")
    await scene.visit("GET /me", f"id={seals[0]}")
    await scene.visit("GET /", "", f"page={seals[1]}; HttpOnly; Path=/")
    (login,) = scene.take(SessionWritten)
    assert login.facts.name == "iron (sealed value)"
    assert [loaded.session for loaded in scene.take(SessionLoaded)] == [login.session]
    scene.opener.close()
