"""FastAPI with auth0-fastapi; with `STATEFUL=1` its sessions are rows in memory."""

import json
import os

import uvicorn
from auth0_fastapi.auth.auth_client import AuthClient
from auth0_fastapi.config import Auth0Config
from auth0_fastapi.server.routes import register_auth_routes, router
from auth0_server_python.error import AccessTokenError
from fastapi import FastAPI, Request, Response

config = Auth0Config(
    domain=os.environ["AUTH0_DOMAIN"],
    client_id=os.environ["AUTH0_CLIENT_ID"],
    client_secret=os.environ["AUTH0_CLIENT_SECRET"],
    app_base_url=os.environ["APP_BASE_URL"],
    secret=os.environ["AUTH0_SECRET"],
    authorization_params={"scope": "openid profile email offline_access"},
)
app = FastAPI()
app.state.config = config
app.state.auth_client = AuthClient(config)
register_auth_routes(router, config)
app.include_router(router)


@app.get("/profile")
async def profile(request: Request, response: Response) -> Response:
    """Tell who is signed in."""
    client = app.state.auth_client
    user = await client.client.get_user(store_options={"request": request, "response": response})
    if user is None:
        return Response('{"error":"nobody is signed in"}', 401, media_type="application/json")
    return Response(json.dumps(dict(user)), media_type="application/json")


@app.get("/refresh")
async def refresh(request: Request, response: Response) -> dict[str, bool]:
    """Ask for the access token: the SDK renews it when it is over."""
    client = app.state.auth_client.client
    try:
        await client.get_access_token(store_options={"request": request, "response": response})
    except AccessTokenError:
        response.status_code = 401
    return {"has_token": response.status_code != 401}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]))
