"""Who signs in, and who the tokens of a session are about."""

from __future__ import annotations

from collections.abc import Iterable

from session_inspector.devserver.core.events.login_name import name_login
from session_inspector.devserver.provider.authlib_server import ReadRequest
from session_inspector.devserver.provider.registrations import ProviderSession, User
from session_inspector.devserver.provider.requests.audience import choose_audience
from session_inspector.devserver.provider.tokens import Subject

EXPIRY_CLAIM = "session_expiry"
"""A claim of the session, not of the user: it goes into ID tokens only."""


def make_subject(session: ProviderSession, question: ReadRequest | None = None) -> Subject:
    """Return who the tokens of a session are about.

    `question` adds its audience and nonce, the key that it binds the code to, and its login.
    """
    audience = ""
    nonce = ""
    jkt = ""
    login = ""
    if question is not None:
        audience = choose_audience(question.payload.datalist)
        nonce = question.form.get("nonce", "")
        jkt = question.form.get("dpop_jkt", "")
        login = name_login(question.form)
    session_expiry = session.user.claims.get(EXPIRY_CLAIM)
    if not isinstance(session_expiry, int):
        session_expiry = None
    return Subject(
        sub=session.user.sub,
        claims={k: v for k, v in session.user.claims.items() if k != EXPIRY_CLAIM},
        sid=session.sid,
        auth_time=session.auth_time,
        audience=audience,
        nonce=nonce,
        session_expiry=session_expiry,
        jkt=jkt,
        acr=session.acr,
        login=login,
    )


def find_or_make_user(users: Iterable[User], name: str) -> User:
    """Return a user of the settings, or one made from the name that was typed."""
    by_sub = {user.sub: user for user in users}
    known = by_sub.get(name) or by_sub.get(f"local|{name.lower()}")
    if known is not None:
        return known
    plain = name.removeprefix("local|")
    email = plain
    if "@" not in plain:
        email = f"{plain}@example.com"
    return User(sub=f"local|{plain}", claims={"name": plain, "nickname": plain, "email": email})
