"""What events hold of a session: its fingerprint, size and clocks, with credentials masked."""

from __future__ import annotations

from collections.abc import Iterator

from session_inspector.devserver.cookies.jstext import stringify
from session_inspector.devserver.core.events.base import Kind, SessionFacts, Timer
from session_inspector.devserver.core.values import (
    JsonObject,
    Seconds,
    Secret,
    fingerprint,
    mask_object,
)
from session_inspector.devserver.decoders.subject import find_label
from session_inspector.devserver.session.policy import Policy, as_number, ceiling_of, part


def session_fingerprint(kind: Kind, data: JsonObject, key: str) -> str:
    """Return the public name of a session.

    Stateful: of its id in the store. Stateless: of the provider's session id (else the subject)
    and the moment of login, which together no other login shares.
    """
    if kind == "stateful":
        return fingerprint(key)
    internal = part(data, "internal")
    holder = internal.get("sid") or part(data, "user").get("sub")
    return fingerprint(f"{holder}|{internal.get('createdAt')}")


def find_written_at(policy: Policy, ends: Seconds | None, now: Seconds) -> Seconds:
    """Return when a row was written, derived from its end (rolling only)."""
    if ends is None or not policy.rolling:
        return now
    return min(now, ends - policy.inactivity)


def session_facts(
    kind: Kind,
    data: JsonObject,
    policy: Policy,
    now: Seconds,
    *,
    key: str = "",
    is_transient: bool = False,
    stored_until: Seconds | None = None,
) -> SessionFacts:
    """Return what a session is right after it was written at `now`.

    `stored_until` is the row's own expiry where it is known to differ from the policy's.
    """
    user = part(data, "user")
    internal = part(data, "internal")
    sub = str(user.get("sub") or "")
    secret_key = None
    if key:
        secret_key = Secret.of(key)
    return SessionFacts(
        kind=kind,
        sub=sub,
        name=find_label(data) or sub,
        sid=str(internal.get("sid") or ""),
        created_at=as_number(internal.get("createdAt")) or 0,
        written_at=now,
        size=len(stringify(data)),
        timers=(
            *_cookie_timers(kind, data, policy, now, is_transient, stored_until),
            *_policy_timers(data, policy, now, stored_until),
            *_provider_timers(data),
        ),
        data=mask_object(data),
        key=secret_key,
    )


def _cookie_timers(
    kind: Kind,
    data: JsonObject,
    policy: Policy,
    now: Seconds,
    is_transient: bool,
    stored_until: Seconds | None,
) -> Iterator[Timer]:
    """Yield the ends of the cookie, of what is sealed in it, and of the row."""
    created = as_number(part(data, "internal").get("createdAt"))
    ends = now + policy.max_age(created, now)
    if is_transient:
        yield Timer(name="cookie", ends=None, ends_session=False)
    else:
        yield Timer(name="cookie", ends=ends, ends_session=True)
    yield Timer(name="sealed", ends=ends, ends_session=True)
    if kind == "stateful":
        yield Timer(name="store", ends=stored_until or ends, ends_session=True)


def _policy_timers(
    data: JsonObject, policy: Policy, now: Seconds, stored_until: Seconds | None
) -> Iterator[Timer]:
    """Yield the ends by inactivity and absolute duration; without rolling each write restarts."""
    if not policy.rolling:
        ends = stored_until  # a row tells when it was written
        if ends is None:
            ends = now + policy.absolute
        yield Timer(name="absolute", ends=ends, ends_session=True)
        return
    yield Timer(name="inactivity", ends=now + policy.inactivity, ends_session=True)
    created = as_number(part(data, "internal").get("createdAt"))
    if created is not None:
        yield Timer(name="absolute", ends=created + policy.absolute, ends_session=True)


def _provider_timers(data: JsonObject) -> Iterator[Timer]:
    """Yield the ends that the provider set: of the access token, and of the whole session."""
    token_expiry = as_number(part(data, "tokenSet").get("expiresAt"))
    if token_expiry is not None:
        yield Timer(name="access_token", ends=token_expiry)
    ceiling = ceiling_of(data)
    if ceiling is not None:
        yield Timer(name="ceiling", ends=ceiling, ends_session=True)
