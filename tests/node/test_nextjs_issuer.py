"""Which issuers @auth0/nextjs-auth0 takes: why its flag is needed on localhost, by https too."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.node.packages import PACKAGES, installed
from tests.waiting import PATIENCE

NORMALIZE = (
    PACKAGES / "node_modules" / "@auth0" / "nextjs-auth0" / "dist" / "utils" / "normalize.js"
)
ASK = """
const [file, ...asked] = process.argv.slice(1);
const { normalizeDomain } = await import(file);
const answers = asked.map((text) => {
  const { issuer, ...options } = JSON.parse(text);
  try { return normalizeDomain(issuer, options).issuer; } catch (error) { return error.message; }
});
console.log(JSON.stringify(answers));
"""


@cache
def issuer_of(issuer: str, *, is_told: bool) -> str:
    """Return the issuer that the real package makes of one, or why it takes none."""
    asked = json.dumps({"issuer": issuer, "allowInsecureRequests": is_told})
    done = subprocess.run(
        [installed(), "--input-type=module", "-e", ASK, Path(NORMALIZE).as_uri(), asked],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    (answer,) = json.loads(done.stdout)
    return str(answer)


@pytest.mark.parametrize("name", ["localhost", "provider.localhost"])
def test_a_name_on_localhost_is_refused_by_https_too_until_it_is_told(name: str) -> None:
    issuer = f"https://{name}:6141/"
    assert issuer_of(issuer, is_told=False) == "localhost domains are not supported."
    assert issuer_of(issuer, is_told=True) == issuer


def test_another_name_loses_its_port_until_it_is_told() -> None:
    assert issuer_of("https://provider.test:6141/", is_told=False) == "https://provider.test/"
    assert issuer_of("https://provider.test:6141/", is_told=True) == "https://provider.test:6141/"
