"""Starlette with Authlib: the session is a signed cookie of SessionMiddleware."""

import os

import uvicorn
from authlib.integrations.starlette_client import OAuth, OAuthError
from httpx import HTTPError
from joserfc.errors import JoseError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

BASE_URL = os.environ["APP_BASE_URL"]
SCOPE = "openid profile email offline_access"
oauth = OAuth()
oauth.register(
    "lab",
    client_id=os.environ["OIDC_CLIENT_ID"],
    client_secret=os.environ["OIDC_CLIENT_SECRET"],
    server_metadata_url=os.environ["OIDC_DISCOVERY_URL"],
    client_kwargs={"scope": SCOPE, "code_challenge_method": "S256"},
)
tokens = {}
"""What is a table in an app that lives longer: the tokens of each user."""


async def home(request: Request) -> Response:
    """Greet."""
    user = request.session.get("user")
    return HTMLResponse(f"Hello, {user['name']}" if user else '<a href="/login">Sign in</a>')


async def login(request: Request) -> Response:
    """Send the browser to the provider."""
    return await oauth.lab.authorize_redirect(request, f"{BASE_URL}/callback")


async def callback(request: Request) -> Response:
    """Take the tokens and keep who it is."""
    try:
        token = await oauth.lab.authorize_access_token(request)
    except (OAuthError, JoseError, HTTPError) as error:
        return JSONResponse({"error": str(error)}, 400)
    user = token["userinfo"]
    tokens[user["sub"]] = token
    request.session["user"] = {name: user[name] for name in ("sub", "name", "email")}
    return RedirectResponse("/profile")


async def profile(request: Request) -> Response:
    """Tell who is signed in."""
    user = request.session.get("user")
    return JSONResponse(user or {"error": "nobody is signed in"}, 200 if user else 401)


async def refresh(request: Request) -> Response:
    """Exchange the refresh token for new tokens."""
    user = request.session.get("user")
    if not user:
        return JSONResponse({"error": "nobody is signed in"}, 401)
    old = tokens[user["sub"]]["refresh_token"]
    found = await oauth.lab.fetch_access_token(grant_type="refresh_token", refresh_token=old)
    tokens[user["sub"]].update(found)
    return JSONResponse("refreshed")


async def logout(request: Request) -> Response:
    """Forget who it is, here and at the provider."""
    request.session.clear()
    metadata = await oauth.lab.load_server_metadata()
    query = f"client_id={os.environ['OIDC_CLIENT_ID']}&post_logout_redirect_uri={BASE_URL}"
    return RedirectResponse(f"{metadata['end_session_endpoint']}?{query}")


app = Starlette(
    routes=[
        Route("/", home),
        Route("/login", login),
        Route("/callback", callback),
        Route("/profile", profile),
        Route("/refresh", refresh),
        Route("/logout", logout),
    ],
    middleware=[Middleware(SessionMiddleware, secret_key=os.environ["SECRET_KEY"])],
)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]))
