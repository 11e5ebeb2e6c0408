"""Weighs what the families find: proof before likeness, likeness before possibility."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import CookieGroup, Decoded, Decoder, Material
from session_inspector.devserver.decoders.claims import Claim
from session_inspector.devserver.decoders.guard import CODE as PLUGIN_FAILED
from session_inspector.devserver.decoders.no_json import CODE as NOT_JSON
from session_inspector.devserver.decoders.no_json import check_opened

TELLING = (
    "orphan_chunks",
    "wrong_name",
    NOT_JSON,
    "chunk_gap",
    "tampered",
    "unsafe_serialisation",
)
"""Codes that say more than "another secret": they win over the likelier decoder's."""
PROVEN = ("orphan_chunks", "wrong_name", NOT_JSON)
"""Codes of cookies that were opened, and that their own server would refuse all the same."""
NO_SESSION = "not_a_session"
"""Code of what a family knows, and knows to be no session."""
MOST_NAMED = 4
"""Families that a sentence names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One family that the cookies could be of, and what became of it."""

    family: str
    claim: Claim
    found: Decoded | None = None
    error: DecodeError | None = None

    @property
    def is_proven(self) -> bool:
        """True: a secret or a key shows whose cookies they are, good or not."""
        if self.error is not None:
            return self.error.code in PROVEN
        return self.found is not None and self.found.is_verified

    @property
    def is_evidence(self) -> bool:
        """True: structure or proof says that it is of this family; a failing plug-in does not."""
        has_failed = self.error is not None and self.error.code == PLUGIN_FAILED
        return self.is_proven or (self.claim.is_certain and not has_failed)

    @property
    def is_no_session(self) -> bool:
        """True: the family knows what it is, and that it is no session."""
        return self.error is not None and self.error.code == NO_SESSION

    @property
    def tried(self) -> str:
        """What was tried, in a sentence; empty where the claim was not looked into."""
        if self.error is not None:
            return self.error.message
        if self.found is not None and self.found.unverified is not None:
            return self.found.unverified.reason
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What all families found in some cookies."""

    attempts: tuple[Attempt, ...] = ()
    """The strongest claim first."""

    @property
    def possible(self) -> tuple[Attempt, ...]:
        """The families that they could be of: those that do not know better by now."""
        return tuple(one for one in self.attempts if not one.is_no_session)

    @property
    def proven(self) -> Decoded | None:
        """What was opened or verified."""
        for attempt in self.attempts:
            found = attempt.found
            if found is not None and found.is_verified and not self._is_refused_as(attempt, found):
                return found
        return None

    def _is_refused_as(self, attempt: Attempt, found: Decoded) -> bool:
        """Check for what was refused, opened again by a decoder that knows the format less."""
        for one in self.attempts:
            if one.error is None or not one.is_proven:
                continue
            if one.error.payload == found.payload:
                return True
            if one.claim.is_certain and not attempt.claim.is_certain:
                return True
        return False

    @property
    def other_names(self) -> list[str]:
        """Cookie names under which they were made, where one that opened tells it."""
        errors = [one.error for one in self.attempts if one.error is not None]
        return [error.cookie_name for error in errors if error.cookie_name]

    def take(self) -> Decoded:
        """Return what the cookies are, by proof or certain family. Raises: DecodeError."""
        proven = self.proven
        if proven is not None:
            return proven
        certain = [one for one in self.attempts if one.is_evidence]
        errors = [one.error for one in certain if one.error is not None]
        telling = [error for error in errors if error.code in TELLING]
        if telling:
            raise telling[0]
        for attempt in certain:
            if attempt.found is not None:
                return attempt.found
            if attempt.error is not None and not attempt.is_no_session:
                raise attempt.error
        raise self._refuse_uncertain()

    def _refuse_uncertain(self) -> DecodeError:
        """Return why no family is named."""
        codes = (NO_SESSION, PLUGIN_FAILED)
        known = [one.error for one in self.attempts if one.error and one.error.code in codes]
        if known:
            return known[0]
        if not self.possible:
            return DecodeError(
                "none of these looks like a session cookie of a format known here",
                code=NO_SESSION,
            )
        names = [one.family for one in self.possible[:MOST_NAMED]]
        could = f"it could be of {' or '.join(names)}"
        return DecodeError(
            f"{could}: {self.possible[0].claim.why}. Others make such values too, and nothing"
            " proves one of them",
            code="not_certain",
        )


def ranking(decoders: Sequence[Decoder], cookies: CookieGroup) -> list[tuple[Claim, Decoder]]:
    """Return (claim, decoder) of those that the cookies could be of, the strongest first."""
    claims = [(decoder.claim(cookies), decoder) for decoder in decoders]
    made = [(claim, decoder) for claim, decoder in claims if claim is not None]
    return sorted(made, key=lambda pair: pair[0].weight, reverse=True)


def look_into(ranked: Sequence[tuple[Claim, Decoder]], material: Material) -> Finding:
    """Return what each family that claims the cookies makes of them, until one proves it."""
    attempts: list[Attempt] = []
    for claim, decoder in ranked:
        attempt = _try_decoder(claim, decoder, material)
        attempts.append(attempt)
        if attempt.found is not None and attempt.is_proven and not _is_refused(attempts):
            attempts += [Attempt(family=d.name, claim=c) for c, d in ranked[len(attempts) :]]
            break
    return Finding(attempts=tuple(attempts))


def _is_refused(attempts: Sequence[Attempt]) -> bool:
    """Check whether an earlier family opened the cookies and refuses them."""
    return any(one.error is not None and one.is_proven for one in attempts)


def _try_decoder(claim: Claim, decoder: Decoder, material: Material) -> Attempt:
    try:
        opened = check_opened(decoder.decode(material), decoder.traits.json)
    except DecodeError as error:
        return Attempt(family=decoder.name, claim=claim, error=error)
    found = replace(opened, family=decoder.name, traits=decoder.traits)
    return Attempt(family=decoder.name, claim=claim, found=found)
