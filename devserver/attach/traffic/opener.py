"""Opens the cookies of real requests: off the hot path, once for each jar, in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from session_inspector.devserver.attach.traffic.app_clocks import in_our_time
from session_inspector.devserver.attach.traffic.equal_names import (
    EqualCookies,
    choose_read,
    describe_repeated,
    first_of_each,
    read_jar,
)
from session_inspector.devserver.attach.visitors.unverified import NO_SECRET_CODE, WRONG_SECRET
from session_inspector.devserver.cookies.jar import Pairs, find_repeated
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import Seconds, fingerprint
from session_inspector.devserver.decoders.base import Decoded, Decoder, Material
from session_inspector.devserver.decoders.bundles import joined_first
from session_inspector.devserver.decoders.evidence import NO_SALT, NO_SECRET
from session_inspector.devserver.decoders.finding import NO_SESSION, Finding
from session_inspector.devserver.decoders.registry import (
    chunk_rules,
    examine_cookies,
    signature_suffixes,
)
from session_inspector.devserver.decoders.traits import ReasonHeader

MOST = 8
"""Sessions looked for in one jar; cookies ignore ports, so other apps' are among them."""
CLEAR = 0.3
"""Rate from which an id that could be of a family is worth a look for its row."""
ALIKE = 0.09
"""Rates that differ by less say the same of a shape: h3's seals are iron's."""
MOST_NAMED = 3
"""Families that a name has."""
KEPT = 5_000
"""Jars whose contents are remembered."""
UNOPENED = "not opened"
NO_FIT = "not verified: no secret of this app is known, and none of those at hand fits"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedJar:
    """What a jar holds."""

    sessions: tuple[Decoded, ...] = ()
    """With `problem` where a cookie does not open, or is not to be trusted."""
    others: tuple[Decoded, ...] = ()
    """Login transactions and tokens beside the session."""
    guesses: frozenset[str] = frozenset()
    """Cookies among the sessions whose family nothing proves: only a row makes them one."""


@dataclass(frozen=True, slots=True)
class _Opened:
    found: Decoded
    is_guess: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedRequest:
    """What the cookies of a request hold."""

    jar: Mapping[str, str]
    """As the app reads it."""
    opened: OpenedJar = OpenedJar()
    equal: tuple[EqualCookies, ...] = ()
    """Names that come more than once."""


class Opener:
    """One set of decoders and secrets."""

    def __init__(
        self,
        decoders: Sequence[Decoder],
        secrets: Sequence[str],
        clock: Clock,
        *,
        has_told: bool = True,
    ) -> None:
        """`has_told`: somebody said that one of the secrets is this app's; else they were found."""
        self._decoders = decoders
        self._traits = {decoder.name: decoder.traits for decoder in decoders}
        self._chunk_rules = chunk_rules(decoders)
        self._suffixes = signature_suffixes(decoders)
        self._secrets = tuple(secrets)
        self._has_told = has_told
        self._proven: set[str] = set()
        """Families of which a secret has opened a cookie."""
        self._clock = clock
        self._known: Bounded[OpenedJar] = Bounded(KEPT)
        self._nobodys: Bounded[bool] = Bounded(KEPT)
        """Digests of cookies that no family claims. They come with each request, beside a session
        whose value is another one each time; that they are no cut copy takes longest to find."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="decoders")

    @property
    def reason_headers(self) -> list[ReasonHeader]:
        """The headers in which servers of these formats say why nobody is signed in."""
        return [traits.reason for traits in self._traits.values() if traits.reason is not None]

    def is_beside(self, name: str) -> bool:
        """Check for a cookie that a framework sets beside its session, and that holds none."""
        patterns = [traits.beside for traits in self._traits.values()]
        return any(one is not None and one.fullmatch(name) is not None for one in patterns)

    async def open_request(self, pairs: Pairs, clock_offset: Seconds = 0.0) -> OpenedRequest:
        """Return what the app reads of a request's cookies, each family by its own rule.

        `clock_offset` is how far the app's clock is ahead of ours.
        """
        repeated = find_repeated(pairs)
        first = first_of_each(pairs)
        opened = await self.open(first, clock_offset)
        if not repeated:
            return OpenedRequest(jar=first, opened=opened)
        last = await self.open(dict(pairs), clock_offset)
        chosen = OpenedJar(
            sessions=tuple(choose_read(opened.sessions, last.sessions, repeated)),
            others=tuple(choose_read(opened.others, last.others, repeated)),
            guesses=opened.guesses | last.guesses,
        )
        equal = describe_repeated(repeated, [*chosen.sessions, *chosen.others])
        return OpenedRequest(jar=read_jar(pairs, equal), opened=chosen, equal=equal)

    async def open(self, jar: Mapping[str, str], clock_offset: Seconds = 0.0) -> OpenedJar:
        """Return what is inside, by the app's clock; values percent-decoded."""
        if not jar:
            return OpenedJar()
        # a proof changes what the others are, another clock what has ended
        digest = f"{len(self._proven)} {clock_offset} {_digest_of(jar)}"
        known = self._known.get(digest)
        if known is None:
            loop = asyncio.get_running_loop()
            known = await loop.run_in_executor(self._thread, self._open, dict(jar), clock_offset)
            self._known.put(digest, known)
        return known

    def close(self) -> None:
        """Let the thread end."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _open(self, jar: dict[str, str], clock_offset: Seconds) -> OpenedJar:
        now = self._clock.now() + clock_offset
        material = Material(cookies=jar, secrets=self._secrets, now=now)
        found: list[Decoded] = []
        together: Sequence[str] = ()
        while jar and len(found) < MOST:
            one, together = self._open_likeliest(replace(material, cookies=jar))
            if one is None:
                break
            found.append(one)
            jar = {name: value for name, value in jar.items() if name not in one.cookies}
        rest = self._open_rest(replace(material, cookies=jar), MOST - len(found), together)
        found += [one.found for one in rest]
        found = [one for one in found if not all(map(self.is_beside, one.cookies))]
        found = [in_our_time(one, clock_offset) for one in found]
        return OpenedJar(
            sessions=tuple(one for one in found if one.role == "session"),
            others=tuple(one for one in found if one.role != "session"),
            guesses=frozenset(name for one in rest if one.is_guess for name in one.found.cookies),
        )

    def _open_likeliest(self, material: Material) -> tuple[Decoded | None, Sequence[str]]:
        """Return what opens, or else the cookies that would be one session with their secret."""
        try:
            found = examine_cookies(self._decoders, material).take()
        except DecodeError as error:
            if error.code == WRONG_SECRET:
                return None, self._find_together(material)
            return None, ()
        if _lacks_secret(found):
            return None, found.cookies
        self._note_proof(found)
        return found, ()

    def _find_together(self, material: Material) -> Sequence[str]:
        """Return the cookies of the likeliest session, which none of the secrets opens."""
        try:
            found = examine_cookies(self._decoders, replace(material, secrets=())).take()
        except DecodeError:
            return ()
        return found.cookies

    def _open_rest(self, material: Material, most: int, together: Sequence[str]) -> list[_Opened]:
        """Return what the remaining cookies are one by one: the likeliest of all hid the others.

        `together` are those of them that are one session, as better-auth's token and its cache.
        """
        found: list[_Opened] = []
        groups = self._group_names(material.cookies)
        if len(together) > 1:
            groups.insert(0, together)
        for names in groups[: 4 * MOST]:
            taken = {name for one in found for name in one.found.cookies}
            if len(found) >= most or not taken.isdisjoint(names):
                continue
            jar = {name: material.cookies[name] for name in names}
            one = self._open_one(replace(material, cookies=jar))
            if one is not None:
                found.append(one)
        return found

    def _group_names(self, jar: Mapping[str, str]) -> list[Sequence[str]]:
        """Return the names of cookies that may be one value: one and its signature first."""
        signed = [
            (name, f"{name}{suffix}")
            for suffix in self._suffixes
            for name in jar
            if f"{name}{suffix}" in jar
        ]
        return [*signed, *(bundle.names for bundle in joined_first(jar, *self._chunk_rules))]

    def _open_one(self, material: Material) -> _Opened | None:
        """Return what one cookie is, opened or not; None: nothing says whose it is."""
        digest = _digest_of(material.cookies)
        if self._nobodys.get(digest):
            return None
        try:
            finding = examine_cookies(self._decoders, material)
        except DecodeError:
            return None
        if not finding.attempts:
            self._nobodys.put(digest, True)
            return None
        first = finding.attempts[0]
        try:
            found = finding.take()
        except DecodeError as error:
            if error.code == WRONG_SECRET:
                return self._read_unfit(first.family, material, error)
            if first.claim.is_certain and error.code != NO_SESSION:
                unread = self._describe_unopened(first.family, material.cookies, error)
                return _Opened(replace(unread, format=_name_alike(finding)))
            if error.code == NO_SESSION and error.payload:  # read, and known to be none
                known = self._describe_unopened(first.family, material.cookies, error)
                return _Opened(replace(known, role="token"))
            return _take_guess(finding)
        if _lacks_secret(found):
            unread = self._describe_unopened(found.family, material.cookies, _refuse_unread(found))
            return _Opened(replace(unread, session_id=found.session_id))
        self._note_proof(found)
        return _Opened(found)

    def _note_proof(self, found: Decoded) -> None:
        if found.key_index is not None:
            self._proven.add(found.family)

    def _read_unfit(self, family: str, material: Material, error: DecodeError) -> _Opened:
        """Return what anybody can read of a cookie that no secret opens.

        A secret that was merely found may be of another app: it says nothing of this one. Where
        one has opened a cookie of that family, an id under another signature is nobody's session.
        """
        opened = None
        if material.secrets:
            opened = self._open_one(replace(material, secrets=()))
        if opened is None:
            opened = _Opened(self._describe_unopened(family, material.cookies, error))
        found = opened.found
        if family in self._proven and found.session_id:
            # not of the app, whose secret is known: whose id it names did not send it
            return _Opened(self._describe_unopened(family, material.cookies, error))
        if self._has_told or family in self._proven:
            return _Opened(replace(found, problem=WRONG_SECRET, reason=error.message))
        if not is_unopened(found):
            return opened
        return _Opened(replace(found, problem=NO_SECRET_CODE, reason=f"{NO_FIT} ({error.message})"))

    def _describe_unopened(
        self, family: str, jar: Mapping[str, str], error: DecodeError
    ) -> Decoded:
        """Return a cookie that does not open, with what anybody can read of it."""
        return Decoded(
            format=f"{family} ({UNOPENED})",
            family=family,
            traits=self._traits[family],
            cookies=tuple(jar),
            payload=error.payload or {},
            size=sum(map(len, jar.values())),
            problem=error.code,
            reason=error.message,
        )


def _digest_of(jar: Mapping[str, str]) -> str:
    return fingerprint("\x00".join(f"{name}={value}" for name, value in jar.items()))


def _lacks_secret(found: Decoded) -> bool:
    """Check for a session that is only read, for want of a secret; a token is shown as it is."""
    return found.role == "session" and found.unverified in (NO_SECRET, NO_SALT)


def _name_alike(finding: Finding) -> str:
    """Return the name of an unopened cookie: of several families that are as sure of it, all."""
    first = finding.attempts[0]
    alike = [
        one.family
        for one in finding.attempts
        if one.claim.is_certain
        and not one.is_no_session
        and one.claim.rate > first.claim.rate - ALIKE
    ]
    return f"{' or '.join(alike[:MOST_NAMED])} ({UNOPENED})"


def _refuse_unread(found: Decoded) -> DecodeError:
    """Return why a session that was only read does not count, with what anybody can read."""
    shown = None if found.session_id else found.payload
    lack = found.unverified or NO_SECRET
    return DecodeError(lack.reason.partition(": give")[0], code=lack.code, payload=shown)


def _take_guess(finding: Finding) -> _Opened | None:
    """Return an id of which a row may be known, unless too much else looks so."""
    for attempt in finding.attempts:
        if attempt.found is not None and attempt.claim.rate >= CLEAR:
            return _Opened(attempt.found, is_guess=True)
    return None


def is_unopened(found: Decoded) -> bool:
    """Check whether a cookie was recognised by its shape alone."""
    return found.format.endswith(f"({UNOPENED})")


def is_sealed(found: Decoded) -> bool:
    """Check whether nothing can be read of a cookie that was recognised by its shape."""
    return is_unopened(found) and not found.payload and not found.session_id


def is_unreadable(found: Decoded) -> bool:
    """Check whether a secret was tried and does not open it, or it is broken: no session shows.

    Without any secret it is one that cannot be read.
    """
    return is_unopened(found) and not found.payload and found.problem != NO_SECRET_CODE


def is_broken(found: Decoded) -> bool:
    """Check whether a cookie is unreadable for another reason than its secret."""
    return is_unreadable(found) and found.problem != WRONG_SECRET
