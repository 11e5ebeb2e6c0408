"""What the journal tells of a session: its fingerprint, size and clocks, credentials masked."""

from __future__ import annotations

from session_inspector.devserver.cookies.jstext import stringify
from session_inspector.devserver.core.events.base import Kind, SessionFacts, Timer
from session_inspector.devserver.core.values import (
    JsonObject,
    Seconds,
    Secret,
    fingerprint,
    mask_object,
)
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
    user, internal = part(data, "user"), part(data, "internal")
    sub = str(user.get("sub") or "")
    return SessionFacts(
        kind=kind,
        sub=sub,
        name=str(user.get("name") or user.get("email") or sub),
        sid=str(internal.get("sid") or ""),
        created_at=as_number(internal.get("createdAt")) or 0,
        written_at=now,
        size=len(stringify(data)),
        timers=tuple(_timers(kind, data, policy, now, is_transient, stored_until)),
        data=mask_object(data),
        key=Secret.of(key) if key else None,
    )


def _timers(
    kind: Kind,
    data: JsonObject,
    policy: Policy,
    now: Seconds,
    is_transient: bool,
    stored_until: Seconds | None,
) -> list[Timer]:
    created = as_number(part(data, "internal").get("createdAt"))
    ends = now + policy.max_age(created, now)
    timers = [
        Timer(name="cookie", ends=None if is_transient else ends, ends_session=not is_transient),
        Timer(name="sealed", ends=ends, ends_session=True),
    ]
    if kind == "stateful":
        timers.append(Timer(name="store", ends=stored_until or ends, ends_session=True))
    if policy.rolling:
        timers.append(Timer(name="inactivity", ends=now + policy.inactivity, ends_session=True))
    start = now if not policy.rolling else created
    if stored_until is not None and not policy.rolling:
        start = stored_until - policy.absolute  # when it was written, as its row tells
    if start is not None:
        timers.append(Timer(name="absolute", ends=start + policy.absolute, ends_session=True))
    token = as_number(part(data, "tokenSet").get("expiresAt"))
    if token is not None:
        timers.append(Timer(name="access_token", ends=token))
    ceiling = ceiling_of(data)
    if ceiling is not None:
        timers.append(Timer(name="ceiling", ends=ceiling, ends_session=True))
    return timers
