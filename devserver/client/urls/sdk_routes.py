"""Routes that the SDK answers and this client does not: where the app has nothing, that is said.

An app that has a page of its own at such a path keeps it.
"""

from __future__ import annotations

from starlette.types import Message, Send

from session_inspector.devserver.core.json.writing import strict_json

UNANSWERED = frozenset(
    {
        "/auth/federated-domain",
        "/auth/mfa/associate",
        "/auth/mfa/authenticators",
        "/auth/mfa/challenge",
        "/auth/mfa/verify",
        "/auth/passkey/challenge",
        "/auth/passkey/enrollment-challenge",
        "/auth/passkey/enrollment-verify",
        "/auth/passkey/get-token",
        "/auth/passkey/register",
        "/auth/passwordless/otp/challenge",
        "/auth/passwordless/otp/token",
        "/auth/passwordless/start",
        "/auth/passwordless/verify",
    }
)
NOT_FOUND = 404
NOT_IMPLEMENTED = 501


class NamesUnanswered:
    """ASGI's `send` for the app at such a path: its 404 becomes a 501 that names the route."""

    def __init__(self, path: str, send: Send) -> None:
        self._path = path
        self._send = send
        self._is_replaced = False

    async def send(self, message: Message) -> None:
        """Send a message, or what stands for a 404."""
        is_start = message["type"] == "http.response.start"
        if is_start and message["status"] == NOT_FOUND:
            self._is_replaced = True
            await self._answer()
        elif not self._is_replaced:
            await self._send(message)

    async def _answer(self) -> None:
        description = (
            f"{self._path} is a route of @auth0/nextjs-auth0 that this client does not answer:"
            " use the provider's own pages, or its API from the app"
        )
        body = strict_json({"error": "not_implemented", "error_description": description}).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        await self._send(
            {"type": "http.response.start", "status": NOT_IMPLEMENTED, "headers": headers}
        )
        await self._send({"type": "http.response.body", "body": body})


def name_unanswered(path: str, send: Send) -> Send:
    """Return `send`, which names a route of the SDK that neither client nor app answers."""
    if path not in UNANSWERED:
        return send
    return NamesUnanswered(path, send).send
