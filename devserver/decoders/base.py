"""What a decoder promises: to rate how much cookies look like its own, and to open them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, TypeVar, runtime_checkable

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.decoders.claims import Claim
from session_inspector.devserver.decoders.evidence import NO_SECRET, Unverified
from session_inspector.devserver.decoders.traits import Traits

if TYPE_CHECKING:  # 50 ms, for those who give a key
    from joserfc.jwk import Key

T = TypeVar("T")
CookieGroup: TypeAlias = Mapping[str, str]
"""Cookies of one request by name, values percent-decoded, in header order."""
MaxAge: TypeAlias = float | Literal["default"] | None
Role: TypeAlias = Literal["session", "transaction", "token"]
NO_TRAITS = Traits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What there is to work with."""

    cookies: CookieGroup
    secrets: Sequence[str] = ()
    """Tried in order; a format with a second secret (an encryption key) finds it here too."""
    keys: Sequence[Key] = ()
    """Public keys that verify tokens."""
    salts: Sequence[str] = ()
    """Further salts: a renamed cookie's old name, the state of an OAuth transaction."""
    now: Seconds = 0
    max_age: MaxAge = "default"
    """Seconds an application lets a time-stamped cookie live; None: without limit."""
    rows: Mapping[str, bytes] = field(default_factory=dict)
    """Store rows by key, where the cookie is only an id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """An opened session cookie."""

    format: str
    family: str = ""
    """Name of the decoder that opened it; empty when one was asked directly."""
    traits: Traits = NO_TRAITS
    """What that decoder declares of its format."""
    role: Role = "session"
    """What the cookie is for: a session, a login under way, or a token beside a session."""
    cookies: Sequence[str]
    """Names of the cookies it was made of, chunks in order."""
    header: JsonObject = field(default_factory=dict)
    """The protected header of a sealed value."""
    payload: JsonObject = field(default_factory=dict)
    key_index: int | None = None
    """Which of the secrets opened it; 0 is the current one; None: none did."""
    unverified: Unverified | None = None
    """Which check is missing; None: a seal was opened, a signature or a row was found good."""
    size: int = 0
    """Bytes of the values."""
    issued: Seconds | None = None
    updated: Seconds | None = None
    expires: Seconds | None = None
    """When it ends, by what the cookie says and the format's own limits."""
    ends_by: str = ""
    """Which rule that is: `exp`, `max_age`, …"""
    session_id: str = ""
    """The key in a store, for formats whose cookie is only that."""
    signed_text: str = ""
    """What an app signed, where only the app knows what it is: an id of a session, or any value."""
    salt: str = ""
    """What the key was derived with besides the secret, where a format has that."""
    text: str = ""
    """The content, where it is no JSON object."""
    content: bytes = field(default=b"", repr=False)
    """The content as it is packed, where it is shown as structure and cannot be written anew."""
    problem: str = ""
    """Why a server would refuse it although it opens (`ERR_JWT_EXPIRED`); empty: it is good."""
    reason: str = ""
    """The problem in a sentence."""
    notes: Sequence[str] = ()
    """What else is worth knowing."""
    clock_offset: Seconds = 0.0
    """Seconds that the clock it goes by is ahead of ours; its moments are by ours."""

    @property
    def is_verified(self) -> bool:
        """True: something proved it."""
        return self.unverified is None

    def with_end(
        self, ends: Seconds | None, rule: str, now: Seconds, tolerance: Seconds = 0
    ) -> Decoded:
        """Return it with the moment at which a rule ends it, and whether that has come."""
        if ends is None:
            return replace(self, expires=None, ends_by="", problem="", reason="")
        problem, reason = check_end(ends, now, rule, tolerance)
        return replace(self, expires=ends, ends_by=rule, problem=problem, reason=reason)


class Decoder(Protocol):
    """Opens the cookies of one family of formats."""

    name: str
    traits: Traits

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Return how sure it is of them by structure alone, None: not mine. It derives no key."""
        ...

    def decode(self, material: Material) -> Decoded:
        """Open them; what is read without a check is `unverified`.

        Raises: DecodeError with a stable code when they do not open; nothing else.
        """
        ...


@runtime_checkable
class Sealer(Protocol):
    """A decoder that can write its format as well."""

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookies of an edited session, values percent-decoded, chunks and all.

        `secrets`: the one to seal with, then others (an encryption key).
        Raises: DecodeError (not_sealable) where it cannot be done, with the reason.
        """
        ...


def with_any_secret(
    secrets: Sequence[str],
    work: Callable[[str], T | None],
    why: str,
    *,
    readable: Callable[[], JsonObject | None] = lambda: None,
) -> tuple[T, int]:
    """Return what `work` makes of the first secret that fits, and which one that was.

    `work` returns None for a secret that does not; `readable` is what anybody can read of it.
    Raises: DecodeError (no_secret, wrong_secret), with what is readable.
    """
    if not secrets:
        shown = readable()
        means = "what is shown is not verified" if shown else "nothing of it opens without one"
        raise DecodeError(f"no secret was given; {means}", code="no_secret", payload=shown)
    for index, secret in enumerate(secrets):
        found = work(secret)
        if found is not None:
            return found, index
    raise refuse_secrets(secrets, why, payload=readable())


def refuse_secrets(secrets: Sequence[str], why: str, payload: JsonObject | None) -> DecodeError:
    """Return the refusal (wrong_secret) of something that no secret opens."""
    tried = "the secret does not open it"
    if len(secrets) > 1:
        tried = f"none of the {len(secrets)} secrets opens it"
    return DecodeError(f"{tried}: {why}", code="wrong_secret", payload=payload)


def with_any_salt(
    secrets: Sequence[str],
    salts: Sequence[str],
    does_fit: Callable[[str, str], bool],
    why: str,
    *,
    readable: Callable[[], JsonObject | None] = lambda: None,
) -> tuple[str, int]:
    """Return the first salt that fits with the first secret that has one, and which one that was.

    `does_fit` takes (secret, salt). Raises: DecodeError, as `with_any_secret`.
    """

    def find_salt(secret: str) -> str | None:
        return next((salt for salt in salts if does_fit(secret, salt)), None)

    return with_any_secret(secrets, find_salt, why, readable=readable)


@dataclass(frozen=True, slots=True)
class Check:
    """How the check of a signature went."""

    salt: str = ""
    key_index: int | None = None
    unverified: Unverified | None = NO_SECRET


def check_signature(
    secrets: Sequence[str],
    salts: Sequence[str],
    does_fit: Callable[[str, str], bool],
    why: str,
    *,
    readable: Callable[[], JsonObject | None] = lambda: None,
) -> Check:
    """Check what anybody can read; without a secret it stays unverified, with the first salt.

    `does_fit` takes (secret, salt). Raises: DecodeError (wrong_secret), as `with_any_secret`.
    """
    if not secrets:
        return Check(salt=salts[0])
    salt, index = with_any_salt(secrets, salts, does_fit, why, readable=readable)
    return Check(salt, index, None)


def with_any_name(
    material: Material,
    names: Sequence[str],
    own: Sequence[str],
    does_fit: Callable[[str, str], bool],
    why: str,
) -> tuple[str, int]:
    """Return the name that was signed too, and which secret did it: the cookie's, or a salt's.

    Then the library's `own` names, for a cookie that was renamed. Raises: DecodeError.
    """
    first = [*names, *material.salts]
    try:
        return with_any_salt(material.secrets, first, does_fit, why)
    except DecodeError:
        others = [name for name in own if name not in first]
        for index, secret in enumerate(material.secrets):
            for name in others:
                if does_fit(secret, name):
                    return name, index
        raise


def check_end(
    expires: Seconds | None, now: Seconds, rule: str, tolerance: Seconds = 0
) -> tuple[str, str]:
    """Return (problem, reason) of a session that ended by a rule, empty for one that lives."""
    if expires is None or now < expires + tolerance:
        return "", ""
    return "expired", f"it ended {ago(now - expires)} ago, by {rule}"


def ago(seconds: Seconds) -> str:
    """Return a span in its largest whole unit: `3 d`, `5 h`, `12 min`, `40 s`."""
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds)} s"


def stamp_end(stamp: Seconds, material: Material, life: Seconds) -> Seconds | None:
    """Return when a time-stamped cookie ends: `life`, or the material's limit; None: never."""
    limit = material.max_age
    if limit == "default":
        return stamp + life
    if limit is None:
        return None
    return stamp + limit


def find_row(material: Material, key: str) -> bytes | None:
    """Return the store row whose key ends with an id, None when there is none."""
    for name, row in material.rows.items():
        if name.endswith(key):
            return row
    return None
