"""Two sides of a switched connection, each of which may end before the other."""

from __future__ import annotations

from typing import Protocol


class Side(Protocol):
    """One of the connections."""

    def end_side(self) -> bool:
        """Send no more, and still read; False: it has no such thing."""
        ...

    def close(self) -> None:
        """Close once all is sent."""
        ...


class Tunnel:
    """What ends on one side is ended on the other, and what has no sides left is closed."""

    def __init__(self, client: Side, app: Side) -> None:
        self._client = client
        self._app = app
        self._has_ended = False

    def end_client(self) -> bool:
        """The client sends no more; returns whether the app's side goes on."""
        return self._end(self._app)

    def end_app(self) -> bool:
        """The app sends no more; returns whether the client's side goes on."""
        return self._end(self._client)

    def _end(self, other: Side) -> bool:
        if not self._has_ended and other.end_side():
            self._has_ended = True
            return True
        self._app.close()
        self._client.close()
        return False
