"""better-auth: a signed session token, and beside it a short-lived cache of the session.

The token names a row of its database or Redis. The cache (`session_data`) has a copy of the row for
some minutes, in one of three forms: compact (signed JSON), jwt, jwe. When the cache is over, the
server reads the row again: the session lives on, as long as the token is sent too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from session_inspector.devserver.cookies.chunk_rules import BETTER_AUTH
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.decoders.base import (
    Check,
    CookieGroup,
    Decoded,
    Material,
    ago,
    check_signature,
    find_row,
)
from session_inspector.devserver.decoders.bundles import (
    Bundle,
    bundles,
    has_full_chunk,
    open_bundle,
    split_value,
    whole_first,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose,
    could_be,
    looks_like,
    strongest,
)
from session_inspector.devserver.decoders.codecs.json_text import object_member, parse_object
from session_inspector.devserver.decoders.codecs.jwe import earliest
from session_inspector.devserver.decoders.codecs.signed_text import (
    sign_padded,
    split_bare,
    split_padded,
)
from session_inspector.devserver.decoders.codecs.timestamp import from_iso, to_iso
from session_inspector.devserver.decoders.formats.js import better_auth_cache as caches
from session_inspector.devserver.decoders.traits import Traits

TOKEN = "session_token"
DATA = "session_data"
ACCOUNT = "account_data"
TOKEN_SIZE = 32
CUT = "it was cut: its signature lost the = at its end, and better-auth reads 44 characters only"
TOKEN_END = "session.expiresAt"
OTHER_CACHE = "its cache is of another session than its token: the server reads the cache first"
IN_STORE = "the session is a row in its database or Redis, by this token"
WRONG = "the signature is of another secret, or the token was changed"


@dataclass(frozen=True, slots=True)
class _Pair:
    """The cookies of one session, as far as they are there."""

    token: tuple[str, str] | None
    data: Bundle | None


class BetterAuthDecoder:
    """better-auth.session_token, .session_data and .account_data."""

    name = "better-auth"
    traits = Traits(
        json="strict",
        reads="first",
        cookie_names=(
            "better-auth.session_token",
            "__Secure-better-auth.session_token",
            "better-auth.session_data",
            "__Secure-better-auth.session_data",
            "better-auth.account_data",
        ),
        chunks=BETTER_AUTH,
        is_percent_encoded=True,
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim its cache by what is in it, its token by name and structure together."""
        if not any(_may_be_mine(name, value) for name, value in cookies.items()):
            return NOT_MINE
        return strongest(map(_claim_bundle, bundles(cookies, BETTER_AUTH)))

    def decode(self, material: Material) -> Decoded:
        """Open the token with its cache, or either alone. Raises: DecodeError."""
        found = _find_pair(material.cookies)
        if found.token is None and found.data is not None:
            return _open_cache_alone(found.data, material)
        if found.token is None:
            raise DecodeError("neither its token nor its cache is there", code="not_a_session")
        opened = _open_token(*found.token, material)
        if found.data is None:
            return opened
        return _add_cache(opened, found.data, material)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookies of an edited session: its token, and its cache where it had one."""
        cookies: dict[str, str] = {}
        names = [*found.cookies]
        if found.session_id:
            cookies[names.pop(0)] = _seal_token(found, secrets[0])
        if names:
            value = caches.seal_cache(_with_ends(found), secrets[0])
            cookies |= split_value(names, value, BETTER_AUTH)
        return cookies


def _seal_token(found: Decoded, secret: str) -> str:
    token = found.session_id
    if set(found.payload) == {"id"}:
        token = str(found.payload["id"])
    return sign_padded(token, secret)


def _with_ends(found: Decoded) -> Decoded:
    """Return a session whose copy of the row ends where an edit wants it to."""
    session = object_member(found.payload, "session")
    ends = from_iso(session.get("expiresAt"))
    if found.expires is None or ends is None or ends == found.expires:
        return found
    if not found.session_id and found.expires < ends:
        return found  # the cache ends before its session
    changed: JsonObject = {**session, "expiresAt": to_iso(found.expires)}
    return replace(found, payload={**found.payload, "session": changed})


def _may_be_mine(name: str, value: str) -> bool:
    """Check what costs nothing, before chunks are joined."""
    is_named = DATA in name or ACCOUNT in name or TOKEN in name
    return is_named or value.startswith("eyJ") or value.endswith("=")


def _claim_bundle(bundle: Bundle) -> Claim | None:
    more = 0.01 * len(bundle.parts)
    strategy = caches.find_strategy(bundle.value)
    if strategy is not None:
        if strategy.is_certain or caches.is_named(bundle.name, DATA, ACCOUNT):
            return looks_like(strategy.why, 1 + more)
        return could_be(strategy.why, 0.5 + more)
    if bundle.gap and caches.is_named(bundle.name, DATA, ACCOUNT) and has_full_chunk(bundle):
        return looks_like(f"full chunks of {bundle.name}, one of which is missing", 2)
    parts = split_padded(bundle.value)
    if parts is None and not bundle.parts and _is_cut_token(bundle.name, bundle.value):
        return looks_like(f"a token and a dot, named {TOKEN}, and a cut HMAC-SHA256", 0.9)
    if parts is None or bundle.parts:
        return NOT_MINE
    if caches.is_named(bundle.name, TOKEN):
        return looks_like("a token, a dot and a padded HMAC-SHA256, named session_token")
    if len(parts[0]) == TOKEN_SIZE and parts[0].isalnum():
        return could_be("32 letters and digits, a dot and a padded HMAC-SHA256", 0.6)
    return NOT_MINE


def _is_cut_token(name: str, value: str) -> bool:
    """Check for its token under its name, without the padding of its signature."""
    return caches.is_named(name, TOKEN) and split_bare(value) is not None


def _find_pair(cookies: CookieGroup) -> _Pair:
    """Return the likeliest of the cookies, and its companion. Raises: DecodeError."""
    listed = bundles(cookies, BETTER_AUTH)
    chosen = whole_first(choose(listed, _claim_bundle), cookies)
    if not chosen.parts and caches.find_strategy(chosen.value) is None:
        stem = caches.stem_of(chosen.name, TOKEN)
        found = [one for one in listed if stem is not None and one.name == f"{stem}{DATA}"]
        data = whole_first(found[-1], cookies) if found else None
        return _Pair((chosen.name, chosen.value), data)
    stem = caches.stem_of(chosen.name, DATA)
    name = f"{stem}{TOKEN}"
    if stem is None or split_padded(cookies.get(name, "")) is None:
        return _Pair(None, chosen)
    return _Pair((name, cookies[name]), chosen)


def _open_token(name: str, value: str, material: Material) -> Decoded:
    """Return the session of a token: its row where that is there. Raises: DecodeError."""
    token = value.rpartition(".")[0]
    if _is_cut_token(name, value):
        raise DecodeError(CUT, code="truncated")
    check = _check_token(token, value, material)
    row = find_row(material, token)
    payload: JsonObject = {"id": token}
    notes: tuple[str, ...] = (IN_STORE,)
    ends: Seconds | None = None
    if row is not None:
        payload = row_of(row)
        ends = from_iso(object_member(payload, "session").get("expiresAt"))
        notes = ()
    return Decoded(
        format="better-auth (token)",
        cookies=(name,),
        payload=payload,
        key_index=check.key_index,
        unverified=check.unverified,
        size=len(value),
        session_id=token,
        notes=notes,
    ).with_end(ends, TOKEN_END, material.now)


def row_of(row: bytes) -> JsonObject:
    """Return the session and its user as Redis keeps them. Raises: DecodeError (not_a_session)."""
    found = parse_object(row)
    if found is None or not isinstance(found.get("session"), dict):
        raise DecodeError("the row is no JSON object with a session", code="not_a_session")
    return found


def _check_token(token: str, value: str, material: Material) -> Check:
    return check_signature(
        material.secrets, [""], lambda secret, _: caches.is_signed(token, value, secret), WRONG
    )


def _open_cache_alone(data: Bundle, material: Material) -> Decoded:
    """Return what a cache holds; without its token it is all there is. Raises: DecodeError."""
    return open_bundle(data, lambda value: _describe_cache(data, value, material))


def _describe_cache(data: Bundle, value: str, material: Material) -> Decoded:
    cache = caches.open_cache(data.name, value, material)
    session = object_member(cache.payload, "session")
    ends, rule = earliest(
        (f"the cache's {cache.rule}", cache.ends), (TOKEN_END, from_iso(session.get("expiresAt")))
    )
    notes = ("a cache of the session: when it is over, the server reads the row of the token",)
    if cache.is_account:
        notes = ("the provider's tokens (account_data), no session",)
    return Decoded(
        format=f"better-auth ({cache.strategy})",
        role="token" if cache.is_account else "session",
        cookies=data.names,
        header=cache.header,
        payload=cache.payload,
        key_index=cache.check.key_index,
        unverified=cache.check.unverified,
        size=data.size,
        issued=cache.issued,
        salt=cache.check.salt,
        notes=notes,
    ).with_end(ends, rule, material.now, cache.tolerance)


def _add_cache(opened: Decoded, data: Bundle, material: Material) -> Decoded:
    """Return a session with what its cache holds; a cache that does not open is a note.

    Raises: DecodeError for a cache whose first chunks open alone.
    """
    try:
        cache = _open_cache_alone(data, material)
    except DecodeError as error:
        if error.code == "no_secret":
            note = "its cache is encrypted: it opens with the secret"
            cookies = (*opened.cookies, *data.names)
            size = opened.size + data.size
            return replace(opened, cookies=cookies, size=size, notes=(*opened.notes, note))
        note = f"its cache does not open, so the server reads the row: {error.message}"
        return replace(opened, notes=(*opened.notes, note))
    ends = from_iso(object_member(cache.payload, "session").get("expiresAt"))
    payload = cache.payload
    if "session" in opened.payload:
        ends = opened.expires
        payload = {**cache.payload, **opened.payload}  # the row is newer than its copy
    notes = (*opened.notes, _describe_cache_end(cache, material.now))
    if object_member(cache.payload, "session").get("token") != opened.session_id:
        notes = (*notes, OTHER_CACHE)
    strategy = cache.format.removeprefix("better-auth (").removesuffix(")")
    return replace(
        opened,
        format=f"better-auth ({strategy} and token)",
        cookies=(*opened.cookies, *cache.cookies),
        header=cache.header,
        payload=payload,
        size=opened.size + cache.size,
        issued=cache.issued,
        salt=cache.salt,
        unverified=opened.unverified or cache.unverified,
        notes=notes,
    ).with_end(ends, TOKEN_END, material.now)


def _describe_cache_end(cache: Decoded, now: Seconds) -> str:
    """Return what the cache's clock means for the session."""
    if cache.expires is None:
        return "its cache has no end"
    if cache.problem:
        return f"its cache ended {ago(now - cache.expires)} ago: the server reads the row"
    return f"its cache is read for {ago(cache.expires - now)} more, then the row"
