"""Cookies that a family knows, and knows to be no session: Django's `messages`.

The values are those of Django 5.2's CookieStorage.
"""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.session import SessionWritten
from tests.devserver.attach.traffic.scene import TrafficScene

SECRET = "djadm-secret-djadm-secret-djadm-secret-djadm-secret-"
SAVED = (
    "W1siX19qc29uX21lc3NhZ2UiLDAsMjUsIlRoZSB1c2VyIHdhcyBjaGFuZ2VkIHN1Y2Nlc3NmdWxseS4iXV0"
    ":1xY4ft:zYiOMtseKU19kMv_PGcQmMaLRQOzXNBkWKca9gZKwh0"
)
THIRTY = (
    ".eJyLjlaKj88qzs-Lz00tLk5MT1XSMdAxMtBRqiASKMXqjBoxasSoEaNGjBoxasSoEYPFiFgA95cqfg"
    ":1xY4ft:ErNEcYj7A2CAb-3kPZDcrEou8ojXxL4eI_mwhggEmkA"
)
"""Deflated."""


@pytest.mark.parametrize("secrets", [(SECRET,), (), ("of another app",)])
@pytest.mark.parametrize("value", [SAVED, THIRTY])
async def test_what_a_save_in_django_s_admin_sets_is_no_session(
    value: str, secrets: tuple[str, ...]
) -> None:
    scene = TrafficScene(*secrets)
    await scene.visit("POST /admin/user/", "", f"messages={value}; HttpOnly; Path=/", status=302)
    await scene.visit("GET /admin/", f"messages={value}", "messages=; Path=/; Max-Age=0")
    await scene.visit("GET /admin/", f"messages={value}")
    assert scene.events == []
    scene.opener.close()


async def test_a_value_of_django_s_that_nobody_can_read_is_learned_as_any_other() -> None:
    scene = TrafficScene()
    value = f"Zx81kQ2mVb7LtRw0PyHs9Gd:1xY4ft:{'a1' * 21}b"
    await scene.visit("POST /login", "", f"who={value}; HttpOnly; Path=/")
    assert [one.facts.name for one in scene.take(SessionWritten)] == ["who · format unknown"]
    scene.opener.close()
