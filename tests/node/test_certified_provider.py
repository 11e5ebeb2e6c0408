"""Our relying party logs in, refreshes and logs out at the npm package oidc-provider."""

from __future__ import annotations

from pathlib import Path

from session_inspector.devserver.core.commands import Expire
from tests.end_to_end.lab import running_lab
from tests.forms import submit
from tests.node.packages import running
from tests.servers import free_port
from tests.waiting import patient_client


def test_login_refresh_and_logout(tmp_path: Path) -> None:
    port = free_port()
    with (
        running("op.mjs", APP=f"http://127.0.0.1:{port}") as issuer,
        running_lab(tmp_path, store="memory://", issuer=issuer, port=str(port)) as lab,
        patient_client() as http,
    ):
        page = http.get(
            f"{lab.base_url}/auth/login?returnTo=/protected&prompt=consent", follow_redirects=True
        )
        page = submit(http, page, login="alice", password="any")
        page = submit(http, page)
        assert (str(page.url), page.status_code) == (f"{lab.base_url}/protected", 200)
        row = lab.only_row()
        assert (row.who, row.life) == ("Alice of npm", "live")

        old = http.get(f"{lab.base_url}/auth/access-token").json()["token"]
        assert lab.send(Expire(session=row.session, clock="access_token")).is_ok
        assert http.get(f"{lab.base_url}/auth/access-token").json()["token"] != old

        page = http.get(f"{lab.base_url}/auth/logout", follow_redirects=True)
        page = submit(http, page, logout="yes")
        assert "Nobody is signed in" in page.text
        lab.row_once(lambda row: row.life == "logged-out")
