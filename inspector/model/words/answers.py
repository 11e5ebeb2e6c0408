"""What is said of a session that the app has refused at one page and answered at another."""

from __future__ import annotations

from session_inspector.devserver.core.events.session import SessionAnswered

TITLE = "not known whether the session is accepted: answered after a refusal"
WAIT = "a page that needs a session shows whether it lives"


def describe_answer(event: SessionAnswered) -> str:
    """Return both pages: a GET is named by its path alone."""
    return f"refused at {_name(event.refused)}, answered at {_name(event.request)}; {WAIT}"


def answer_detail(event: SessionAnswered) -> str:
    """Return both requests, and the status of the second one."""
    refused = f"{event.refused} was refused in {event.refused_by}"
    return f"{refused}, {event.request}: {event.status}"


def _name(request: str) -> str:
    return request.removeprefix("GET ")
