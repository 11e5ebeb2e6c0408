"""Open-redirect payloads, made systematically, and a browser's own opinion of where they lead."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from itertools import product
from urllib.parse import quote

from tests.servers import binary
from tests.waiting import PATIENCE

EVIL = "evil.example"
SCHEMES = (
    "",
    "http:",
    "https:",
    "HTTPS:",
    "HtTp:",
    "javascript:",
    "data:text/html,",
    "ftp:",
    "file:",
    "blob:https:",
    "ws:",
    "about:",
    "mailto:",
    "view-source:https:",
    "\x00https:",
    "\x1fhttps:",
    " https:",
    "ht\ntps:",
    "https\t:",
    "https:%0a",
)
SLASHES = (
    "//",
    "/",
    "",
    "///",
    "////",
    "\\\\",
    "\\",
    "/\\",
    "\\/",
    "/\\/",
    "\\//",
    "/\t/",
    "/\n/",
    "/\r\n/",
    "\t//",
    "//\\",
    "/.//",
    "/..//",
    "/%2e%2e//",
    "./\\",
    ";//",
    "?//",
    "#//",
    "%2f%2f",
    "/%5c",
    "/%09/",
    "/\u2215/",
    "／／",
    "/\u200b/",
    "/\x0b/",
)
HOSTS = (EVIL, "evil%2eexample", "evil。example", "ｅvil.example", "[::ffff:1.2.3.4]", "0x7f.1")
TAILS = (
    "",
    "/",
    "/x",
    "?x=1",
    "#x",
    ":443/",
    ":80",
    "@{own}",
    "%40{own}",
    ".{own}",
    "\\@{own}",
    "#@{own}",
    "?@{own}",
    "/..;/",
    "%00.{own}",
    "\t.{own}",
)
BENT = (
    "{scheme}://{own}@{evil}/",
    "{scheme}://{own}:80@{evil}/",
    "{scheme}://{own}:x@{evil}",
    "{scheme}://{own}\\@{evil}/",
    "{scheme}://{own}%40{evil}/",
    "{scheme}://{own}.{evil}/",
    "{scheme}://{own}%2e{evil}/",
    "{scheme}://{own}\t.{evil}/",
    "{scheme}://{own}。{evil}/",
    "{scheme}://{own}\\.{evil}/",
    "{scheme}://{own};{evil}/",
    "{scheme}://{own},{evil}/",
    "{scheme}://{own} {evil}/",
    "{scheme}://{own}\n{evil}/",
    "{scheme}://{own}#@{evil}/",
    "{scheme}://{own}?@{evil}/",
    "{scheme}://{own}//{evil}/",
    "{scheme}://{own}/\\{evil}",
    "{scheme}://{own}/..//{evil}",
    "{scheme}://{own}/.//{evil}",
    "{scheme}://{own}/%2e%2e//{evil}",
    "{scheme}://{evil}#{own}",
    "{scheme}://{evil}?{own}",
    "{scheme}://{evil}/{own}",
    "{scheme}://{evil}\\{own}",
    "{scheme}:{evil}/{own}",
    "{scheme}:/{evil}",
    "{scheme}:///{evil}",
    "{scheme}:\\\\{evil}",
    "{scheme}:/\\{evil}",
    "{scheme}://\\{evil}",
    "{scheme}://{evil}:{own}",
    "{scheme}://{own}:1\\.{evil}{path}",
    "{scheme}://{evil}\\@{own}{path}",
    "{scheme}://{evil}@{own}{path}",
    "{scheme}://{own}:@{evil}{path}",
    "{scheme}://:x@{own}{path}",
    "{scheme}://{own}:port{path}",
    "{scheme}://{own}{path}/../{evil}",
    "{scheme}://{own}{path}%0d%0aLocation:%20http://{evil}",
    "{scheme}://{own}{path}\r\nLocation: http://{evil}",
    "{scheme}://{own}{path}#http://{evil}",
    "{scheme}://{own}{path}\\..\\..",
    "{scheme}://{own}{path}?next=http://{evil}",
    "{scheme}://{own}{path}\t",
    "{scheme}://{own}{path}/",
    "{scheme}://{own}{path}%00",
    "{scheme}://{own}:99999{path}",
    "{scheme}://{own}.{path}",
    "{scheme}://[{own}]{path}",
    "{other}://{own}{path}",
)
"""Built around a registered URL: {own} is its host, {path} its path."""


def payloads(own: str, scheme: str = "https", path: str = "/cb") -> list[str]:
    """Return distinct payloads against the origin `scheme://own`, plain and percent-encoded."""
    other = "http" if scheme == "https" else "https"
    mixed = [a + b + h for a, b, h in product(SCHEMES, SLASHES, HOSTS[:2])]
    tails = [f"{a}//{h}{t}" for a, h, t in product(SCHEMES[:4], HOSTS, TAILS)]
    bent = [
        text.format(scheme=s, own=own, evil=EVIL, path=path, other=other)
        for text, s in product(BENT, (scheme, scheme.upper(), other))
    ]
    plain = [text.replace("{own}", own) for text in (*mixed, *tails)] + bent
    encoded = [quote(text, safe="") for text in bent] + [quote(quote(t)) for t in bent]
    return list(dict.fromkeys([*plain, *encoded]))


def origins(urls: Sequence[str], base: str) -> list[str | None]:
    """Return where a browser would go from a page of `base`: origins by WHATWG's rules (Node's).

    None: no URL at all, nobody goes anywhere. What has no origin (javascript:) is its scheme.
    """
    script = (
        "const [urls,base]=JSON.parse(require('fs').readFileSync(0,'utf8'));"
        "console.log(JSON.stringify(urls.map(u=>{try{const f=new URL(u,base);"
        "return f.origin==='null'?f.protocol:f.origin}catch{return null}})))"
    )
    answer = subprocess.run(
        [binary("node"), "-e", script],
        input=json.dumps([list(urls), base]),
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    found: list[str | None] = json.loads(answer.stdout)
    return found
