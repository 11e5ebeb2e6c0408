"""The names of chunks: which cookies carry one value together, which are missing, which are left.

    nextjs-auth0 v4                      NAME__0, NAME__1, …
    express-openid-connect, Auth.js      NAME.0, NAME.1, …
    auth0-server-python, oauth2-proxy    NAME_0, NAME_1, …
    with a head (ASP.NET, h3)            NAME = "chunks-2", NAMEC1, NAMEC2

A decoder declares its rule; whoever has only names (the alarms) uses `recognise_chunks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

DIGITS = "0123456789"
LONGEST_NUMBER = 3
"""Digits of a chunk's number; `report.20240101` is no chunk."""
FULL = 3000
"""Bytes from which a cookie counts as a full chunk, whatever its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkRule:
    """How one library names the pieces of a value that is too long for one cookie."""

    separator: str
    """Between the cookie's name and the number."""
    size: int
    """Characters of a full chunk."""
    first: int = 0
    """The number of the first chunk."""
    is_always: bool = False
    """True: a value that fits into one cookie gets a number too."""
    head: str = ""
    """What the cookie of the plain name starts with, before the count of chunks; empty: the plain
    cookie holds a whole value."""
    names: tuple[str, ...] = ()
    """Cookie names that prove a chunk where the separator does not: `step_2` is no chunk.
    Empty: the separator is proof enough."""

    def chunk_name(self, base: str, number: int) -> str:
        """Return the name of one chunk."""
        return f"{base}{self.separator}{number}"

    def split_name(self, name: str) -> tuple[str, int] | None:
        """Return (base, number) of a chunk's name, None for any other."""
        stem = name.rstrip(DIGITS)
        digits = name[len(stem) :]
        base = stem.removesuffix(self.separator)
        if not digits or len(digits) > LONGEST_NUMBER or base in ("", stem):
            return None
        if base.endswith(self.separator) and not self.head:
            return None  # `a__0` is a chunk of the rule `__`, not of `_`
        return base, int(digits)

    def read_announced_count(self, value: str) -> int | None:
        """Return how many chunks a head announces, None for a value that is no head."""
        count = value.removeprefix(self.head)
        if not self.head or count == value or len(count) > LONGEST_NUMBER:
            return None
        if not count.isascii() or not count.isdigit():
            return None
        return int(count)


NEXTJS_AUTH0 = ChunkRule(separator="__", size=3500)
EXPRESS_OIDC = ChunkRule(separator=".", size=4012)
AUTHJS = ChunkRule(separator=".", size=3933)
BETTER_AUTH = ChunkRule(separator=".", size=3961)
"""better-auth limits the whole Set-Cookie line to 4050 characters."""
SUPABASE = ChunkRule(separator=".", size=3180)
"""Counted in percent-encoded characters."""
AUTH0_PYTHON = ChunkRule(separator="_", size=4075, is_always=True, names=("_a0_session",))
OAUTH2_PROXY = ChunkRule(separator="_", size=3800, names=("_oauth2_proxy",))
"""oauth2-proxy limits the whole Set-Cookie line to 4000 characters."""
ASPNET_CORE = ChunkRule(
    separator="C",
    size=3900,
    first=1,
    head="chunks-",
    names=(
        ".AspNetCore.Cookies",
        ".AspNetCore.Identity.Application",
        ".AspNetCore.Identity.External",
        ".AspNetCore.OpenIdConnect",
        ".AspNet.Cookies",
        ".AspNet.ApplicationCookie",
    ),
)
"""ChunkingCookieManager limits the whole Set-Cookie line to 4050 characters."""
H3 = ChunkRule(separator=".", size=4000, first=1, head="__chunked__")
LITESTAR = ChunkRule(separator="-", size=4032, names=("session",))
"""Litestar's own server reads up to ten: it sorts the names as text."""
QUARKUS = ChunkRule(separator="_chunk_", size=4056, first=1, names=("q_session",))
ALB = ChunkRule(separator="-", size=3900, is_always=True, names=("AWSELBAuthSessionCookie",))
CHUNK_RULES = (
    NEXTJS_AUTH0,
    EXPRESS_OIDC,
    AUTHJS,
    AUTH0_PYTHON,
    OAUTH2_PROXY,
    ASPNET_CORE,
    H3,
    LITESTAR,
    QUARKUS,
    ALB,
)
"""The rules of the formats that are known here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkGroup:
    """The chunks of one value, as far as they are there."""

    base: str
    rule: ChunkRule
    by_number: Mapping[int, str]
    """Cookie names by number, ascending."""
    count: int | None = None
    """How many there must be, where a head announces it."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the chunks that belong to the value, in order."""
        return tuple(name for number, name in self.by_number.items() if number < self.end)

    @property
    def end(self) -> int:
        """The number after the last chunk."""
        if self.count is not None:
            return self.rule.first + self.count
        return max(self.by_number) + 1

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of chunks that should be there and are not."""
        return tuple(
            self.rule.chunk_name(self.base, number)
            for number in range(self.rule.first, self.end)
            if number not in self.by_number
        )

    @property
    def left_over(self) -> tuple[str, ...]:
        """The names of chunks beyond the announced count."""
        return tuple(name for number, name in self.by_number.items() if number >= self.end)


def group_chunks(cookies: Mapping[str, str], rules: Sequence[ChunkRule]) -> list[ChunkGroup]:
    """Return the chunks among cookies, by base name and rule.

    `cookies`: values by name. A name that fits several rules counts for the best of them; a head
    without any chunk is a group as well.
    """
    heads = _find_heads(cookies, rules)
    groups: dict[tuple[str, ChunkRule], dict[int, str]] = {
        (base, rule): {} for base, rule in heads.items()
    }
    for name in cookies:
        found = find_chunk(name, rules, heads)
        if found is not None:
            base, number, rule = found
            groups.setdefault((base, rule), {})[number] = name
    return [
        ChunkGroup(
            base=base,
            rule=rule,
            by_number=dict(sorted(by_number.items())),
            count=rule.read_announced_count(cookies.get(base, "")),
        )
        for (base, rule), by_number in groups.items()
    ]


def may_have_chunks(cookies: Mapping[str, str], rules: Sequence[ChunkRule]) -> bool:
    """Return False where no name and no value is one of chunks: most requests have none."""
    if any(name[-1:] in DIGITS for name in cookies):
        return True
    heads = tuple(rule.head for rule in rules if rule.head)
    return bool(heads) and any(value.startswith(heads) for value in cookies.values())


def _find_heads(cookies: Mapping[str, str], rules: Sequence[ChunkRule]) -> dict[str, ChunkRule]:
    """Return the rule of each cookie that announces chunks."""
    headed = [rule for rule in rules if rule.head]
    return {
        name: rule
        for name, value in cookies.items()
        for rule in headed
        if value.startswith(rule.head) and rule.read_announced_count(value) is not None
    }


def read_head(value: str) -> str:
    """Return a value that only announces chunks, empty for any other: that is a secret."""
    for rule in CHUNK_RULES:
        if (
            rule.head
            and value.startswith(rule.head)
            and rule.read_announced_count(value) is not None
        ):
            return value
    return ""


def find_chunk(
    name: str, rules: Sequence[ChunkRule], heads: Mapping[str, ChunkRule] | None = None
) -> tuple[str, int, ChunkRule] | None:
    """Return (base, number, rule) of a chunk's name, None for any other.

    A rule whose head is there wins, then one that names the base, then one that needs no such
    proof, then the first. `heads`: rules by the names of the heads that are there.
    """
    if name[-1:] not in DIGITS:
        return None
    best: tuple[str, int, ChunkRule] | None = None
    for rule in rules:
        found = rule.split_name(name)
        if found is None:
            continue
        if heads and heads.get(found[0]) is rule:
            return (*found, rule)
        if _is_better(found[0], rule, best):
            best = (*found, rule)
    return best


def _is_better(base: str, rule: ChunkRule, best: tuple[str, int, ChunkRule] | None) -> bool:
    """Check whether a rule that fits a name has more evidence than the best so far."""
    if best is None:
        return True
    best_base, _, best_rule = best
    if best_base in best_rule.names:
        return False
    return base in rule.names or bool(best_rule.names and not rule.names)


def recognise_chunks(
    sizes: Mapping[str, int],
    rules: Sequence[ChunkRule] = CHUNK_RULES,
    *,
    heads: Mapping[str, str] | None = None,
) -> list[ChunkGroup]:
    """Return the chunks among cookies of which only names and bytes are known.

    `heads`: the values of cookies that only announce chunks. Where the separator is common in
    other names, a known base, a head or a full chunk must prove it.
    """
    values = {**dict.fromkeys(sizes, ""), **(heads or {})}
    groups = group_chunks(values, rules)
    return [group for group in groups if _is_proven(group, sizes)]


def _is_proven(group: ChunkGroup, sizes: Mapping[str, int]) -> bool:
    if not group.rule.names or group.base in group.rule.names or group.count is not None:
        return True
    return any(sizes[name] >= FULL for name in group.names)


def find_left_over(
    used: Iterable[str], names: Iterable[str], rules: Sequence[ChunkRule]
) -> list[str]:
    """Return further chunk names of the cookies that a value was read from."""
    used = tuple(used)
    bases = {_base_name(name, rules) for name in used}
    return [name for name in names if name not in used and _is_chunk_of(name, bases, rules)]


def _base_name(name: str, rules: Sequence[ChunkRule]) -> str:
    found = find_chunk(name, rules)
    if found is None:
        return name
    return found[0]


def _is_chunk_of(name: str, bases: set[str], rules: Sequence[ChunkRule]) -> bool:
    found = find_chunk(name, rules)
    return found is not None and found[0] in bases
