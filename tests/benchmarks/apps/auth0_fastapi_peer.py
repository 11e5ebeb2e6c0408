"""auth0-fastapi: its AuthClient reads the session, its state store writes it back.

It has no rolling of its own; this is what an app must do to move the session's end.
"""

from __future__ import annotations

from typing import Any

from auth0_fastapi.auth.auth_client import AuthClient
from auth0_fastapi.config import Auth0Config
from fastapi import FastAPI, Request, Response

from tests.benchmarks.apps.serve import SECRET, serve


async def build() -> Any:
    """Return the app."""
    client = AuthClient(
        Auth0Config(
            domain="tenant.example",
            clientId="app",
            clientSecret="secret",
            appBaseUrl="http://127.0.0.1",
            secret=SECRET,
        )
    ).client
    app = FastAPI()
    states = client._state_store
    name = client._state_identifier

    @app.get("/")
    async def home(request: Request, response: Response) -> dict[str, Any]:
        options = {"request": request, "response": response}
        found = await states.get(name, options)
        await states.set(name, found, options=options)
        return {"sub": found["user"]["sub"]}

    @app.post("/login")
    async def login(request: Request, response: Response) -> dict[str, Any]:
        await states.set(name, await request.json(), options={"response": response})
        return {}

    return app


if __name__ == "__main__":
    serve(build)
