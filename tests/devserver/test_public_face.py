"""The public face is small, pinned, loads lazily, and the example of its page runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp

import session_inspector
from session_inspector.devserver.session.differences import DIFFERENCES
from tests.waiting import PATIENCE

PAGE = Path(__file__).parent.parent.parent / "docs" / "python.md"


def test_the_names_are_pinned() -> None:
    assert session_inspector.__all__ == [
        "AccessTokenError",
        "Auth0Client",
        "ConnectionTokenSet",
        "CookieOptions",
        "DPoPOptions",
        "InputError",
        "InspectorError",
        "MfaRequired",
        "Routes",
        "SessionConfiguration",
        "SessionData",
        "SessionDataStore",
        "SessionStore",
        "StoreUnavailable",
        "TokenSet",
        "TransactionOptions",
        "UserClaims",
        "current_session",
        "open_store",
        "require_session",
    ]
    assert dir(session_inspector) == session_inspector.__all__
    assert all(
        getattr(session_inspector, name).__name__ == name for name in session_inspector.__all__
    )
    with pytest.raises(AttributeError, match="nothing"):
        _ = session_inspector.nothing


def test_importing_the_package_costs_nothing() -> None:
    code = (
        "import sys, session_inspector;"
        " print([m for m in sys.modules if m.startswith('session_inspector.')])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    assert found.stdout.strip() == "[]"


def test_its_page_begins_with_ten_lines_for_fastapi() -> None:
    # tests/install runs each example of the page beside its framework
    text = PAGE.read_text()
    first = text.partition("```python")[2].partition("```")[0]
    lines = [line for line in first.splitlines()[1:] if line]
    assert "fastapi" in lines[1]
    assert len(lines) <= 10
    assert "## Sessions in my FastAPI app in ten lines" in text.partition("```")[0]


async def test_the_example_for_starlette_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    example = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert example is not None
    assert len(example[1].strip().splitlines()) <= 15
    monkeypatch.setenv("AUTH0_SECRET", "s" * 32)
    monkeypatch.setenv("AUTH0_DOMAIN", "tenant.example")
    monkeypatch.setenv("AUTH0_CLIENT_ID", "id")
    monkeypatch.setenv("APP_BASE_URL", "http://app.test")
    names: dict[str, object] = {}
    exec(example[1], names)  # the document's own code
    app: ASGIApp = names["app"]  # type: ignore[assignment]  # what the example calls it
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://app.test") as http:
        assert (await http.get("/")).json() == {"hello": "stranger"}
        assert (await http.get("/auth/profile")).status_code == 401


def test_every_difference_is_on_its_page() -> None:
    text = PAGE.read_text()
    assert [d.name for d in DIFFERENCES if f"`{d.name}`" not in text] == []
