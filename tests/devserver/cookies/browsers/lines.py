"""The Set-Cookie lines that real browsers judge.

`{n}` stands for a number that makes names different, `{host}` for the host that answers, `{above}`
for the domain above it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

FOLDER = "/app/"
"""The folder of the request."""
PREFIXES = ("__Secure-", "__Host-", "__HOST-", "__Http-", "__http-")
LONG_PREFIXES = ("__Host-Http-", "__host-http-")
PAST = "Expires=Thu, 01 Jan 1970 00:00:00 GMT"
FUTURE = "Expires=Fri, 01 Jan 2038 00:00:00 GMT"


@dataclass(frozen=True, slots=True)
class Line:
    """One line, and the one before it that makes what it would delete."""

    text: str
    before: str = ""
    path: str = f"{FOLDER}set"
    """Of the request."""


def _prefixed() -> Iterator[Line]:
    attributes = [
        "",
        "; Secure",
        "; Secure; Path=/",
        "; Secure; Path=/; HttpOnly",
        "; Secure; Path=/; Domain={host}",
        "; Secure; Path=/app; HttpOnly",
        "; Path=/; HttpOnly",
    ]
    for prefix in (*PREFIXES, *LONG_PREFIXES):
        yield from (Line(f"{prefix}{{n}}=1{rest}") for rest in attributes)
    for prefix in PREFIXES:
        yield Line(f"{prefix}{{n}}=1; Secure; HttpOnly", path="/set")
        yield Line(f"{prefix}{{n}}=1; Secure; HttpOnly; Path=/; Domain=", path="/set")


def _nameless() -> Iterator[Line]:
    for text in ("=x", "=", "=__Host-x", "= __Secure-x", "=__http-x", "=__Hostx"):
        number = "" if text == "=" else "{n}"
        yield Line(f"{text}{number}; Path=/; Secure; HttpOnly")
    for text in ("bare{n}", "__Host-bare{n}"):
        yield Line(text)


def _same_site() -> Iterator[Line]:
    for value in ("None", "none", "Lax", "Strict", "Foo", "", "None; SameSite=Lax", " None "):
        yield Line(f"s{{n}}=1; SameSite={value}")
        yield Line(f"s{{n}}=1; SameSite={value}; Secure")
    for rest in ("", "; Secure", "; Secure; Path=/", "; SameSite=None", "; Secure; SameSite=None"):
        yield Line(f"p{{n}}=1; Partitioned{rest}")
        yield Line(f"p{{n}}=1; Partitioned{rest}; HttpOnly; Domain={{host}}")
    yield Line("__Host-p{n}=1; Secure; Path=/; SameSite=None; Partitioned")
    yield Line("p{n}=1; Secure; SameSite=Lax; Partitioned=false")


def _domains() -> Iterator[Line]:
    for value in (
        "{host}",
        ".{host}",
        "..{host}",
        "{host}.",
        "{above}",
        ".{above}",
        "sub.{host}",
        "other.example",
        "localhost",
        "com",
        "co.uk",
        "127.0.0.1",
        "0.0.1",
        "",
        ".",
        "LOCALHOST",
        "{host}:80",
        "a" * 1025,
    ):
        yield Line(f"d{{n}}=1; Domain={value}")
    yield Line("d{n}=1; Domain=other.example; Domain={host}")
    yield Line("d{n}=1; Domain={host}; Domain=")


def _paths() -> Iterator[Line]:
    for value in ("/", "/app", "/app/", "app", "", "/nowhere", "../", "/%20", "/app/set?x"):
        yield Line(f"q{{n}}=1; Path={value}")
    yield Line("q{n}=1", path="/set")
    yield Line("q{n}=1", path="/app/deep/set")
    yield Line(f"q{{n}}=1; Path=/{'a' * 1023}")
    yield Line(f"q{{n}}=1; Path=/{'a' * 1024}")


def _sizes() -> Iterator[Line]:
    for size in (4095, 4096, 4097):
        yield Line(f"z{{n:03d}}={'x' * (size - 4)}")
        yield Line(f"z{{n:03d}}{'y' * (size - 4)}=")
    yield Line(f"z{{n}}=1; Unknown={'x' * 5000}")


def _characters() -> Iterator[Line]:
    for value in ("a\tb", "a\t", "\ta", "a\x01b", "a\x7fb", "é", "\xc3\xa9", '"q"', "a,b", "a b"):
        yield Line(f"c{{n}}={value}")
    for name in ("c{n}\tx", "c{n} x", "c{n},", '"c{n}"', "c{n}\x01", "c{n}é", "$c{n}", "c{n}[]"):
        yield Line(f"{name}=1")
    yield Line("c{n}=1; Path=/\t; Secure")
    yield Line("c{n}=1; HttpOnly\x01")
    yield Line("c{n}=1;Secure;;;Path=/;=x;")


def _ends() -> Iterator[Line]:
    ages = ["0", "-1", "-0", "+60", "60", "60.5", "1e3", "NaN", "abc", "", " 60 ", "60s", "00060"]
    for age in [
        *ages,
        "999999999999",
        "34560001",
        '"60"',
        "9" * 30,
        "-" + "9" * 30,
        "--1",
        "-abc",
        "++1",
        "+",
        "+0",
    ]:
        yield Line(f"m{{n}}=1; Max-Age={age}", before="m{n}=0")
    for date in (
        PAST,
        FUTURE,
        "Expires=0",
        "Expires=-1",
        "Expires=nonsense",
        "Expires=",
        "Expires=Fri, 31 Feb 2038 00:00:00 GMT",
        "Expires=01-Jan-70 00:00:00",
        "Expires=Jan 1 2038 0:0:0",
        "Expires=Fri, 01 Jan 1500 00:00:00 GMT",
        f"{PAST}; Max-Age=60",
        f"{FUTURE}; Max-Age=0",
        f"{PAST}; Max-Age=abc",
        f"{FUTURE}; Max-Age=-abc",
        f"Max-Age=60; {PAST}",
    ):
        yield Line(f"m{{n}}=1; {date}", before="m{n}=0")
    yield Line("m{n}=1; Path=/; Max-Age=0", before="m{n}=0")
    yield Line("m{n}=1; Max-Age=0", before="m{n}=0; Path=/")
    yield Line("m{n}=1; Path=/app; Max-Age=0", before="m{n}=0")
    yield Line("m{n}=1; Max-Age=0; Domain={host}", before="m{n}=0")


def _words() -> Iterator[Line]:
    for rest in ("SECURE", "Secure=false", "secure ", "HttpOnly=0", "HTTPONLY", "Priority=High"):
        yield Line(f"w{{n}}=1; {rest}")
    yield Line("w{n}=1; Secure; Path=/; SameSite=Lax; HttpOnly")


def all_lines() -> list[Line]:
    """Return every line, each once."""
    made = [
        *_prefixed(),
        *_nameless(),
        *_same_site(),
        *_domains(),
        *_paths(),
        *_sizes(),
        *_characters(),
        *_ends(),
        *_words(),
    ]
    return list(dict.fromkeys(made))
