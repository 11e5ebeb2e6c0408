"""mitmproxy and `attach` see the same traffic: their logs must agree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.attach.proxy.route import route_to
from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.masking import mask_url
from tests.end_to_end.attached import attached
from tests.end_to_end.lab import running_lab, sign_in
from tests.end_to_end.lab_attached import SECRET, browser
from tests.mitm import Mitmdump, require_mitmdump
from tests.servers import free_port


def test_the_log_agrees_with_the_har_of_the_same_traffic(tmp_path: Path) -> None:
    require_mitmdump()
    har = tmp_path / "traffic.har"
    own = free_port()
    route = route_to(f"http://127.0.0.1:{own}")
    with attached(AttachSettings(route=route, secrets=[SECRET])) as proxy:
        witness = Mitmdump(tmp_path, proxy.base_url, har)
        try:
            flags = {"kind": "stateless", "port": str(own), "base_url": witness.url}
            with running_lab(tmp_path, **flags), browser() as http:
                _visit(http, witness.url)
        finally:
            witness.stop()
        entries = _entries(har)
        assert len(entries) > 6
        proxy.wait_for(ExchangeEnded, len(entries))
        ended = {e.exchange: e for e in proxy.told(ExchangeEnded)}
        ours = [
            (
                e.method,
                e.path,
                ended[e.exchange].status,
                sorted((c.name, c.size) for c in e.cookies),
                [
                    (c.name, c.size, c.path, c.http_only, c.same_site.lower())
                    for c in proxy.told(CookieSet)
                    if c.exchange == e.exchange
                ],
                ended[e.exchange].location,
            )
            for e in proxy.told(ExchangeStarted)
        ]
    assert ours == [_seen(entry) for entry in entries]


def _visit(http: httpx.Client, url: str) -> None:
    sign_in(http, url, "alice")
    for page in ("/", "/protected", "/auth/profile", "/nowhere?code=secret&x=1"):
        http.get(url + page)
    http.post(f"{url}/api/me", content=b"x" * 1000)
    http.get(f"{url}/auth/logout")


def _entries(har: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(har.read_text())["log"]["entries"]
    return sorted(found, key=lambda entry: str(entry["startedDateTime"]))


def _seen(entry: dict[str, Any]) -> tuple[object, ...]:
    """Return what the HAR says of one exchange, in the words of our own events."""
    request = entry["request"]
    response = entry["response"]
    url = httpx.URL(request["url"])
    path = mask_url(url.raw_path.decode())
    sent = "; ".join(h["value"] for h in request["headers"] if h["name"].lower() == "cookie")
    pairs = [pair.strip().partition("=") for pair in sent.split(";") if pair.strip()]
    lines = [h["value"] for h in response["headers"] if h["name"].lower() == "set-cookie"]
    location = [h["value"] for h in response["headers"] if h["name"].lower() == "location"]
    return (
        request["method"],
        path,
        response["status"],
        sorted((name, len(value)) for name, _, value in pairs),
        [_set(line) for line in lines],
        mask_url("".join(location)),
    )


def _set(line: str) -> tuple[str, int, str, bool, str]:
    first, *rest = [part.strip() for part in line.split(";")]
    name, _, value = first.partition("=")
    said = {key.lower(): text for key, _, text in (part.partition("=") for part in rest)}
    same = said.get("samesite", "").lower()
    return name, len(value), said.get("path", ""), "httponly" in said, same
