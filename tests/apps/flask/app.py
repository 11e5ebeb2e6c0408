"""Flask with Authlib; the session is a signed cookie, or with REDIS_URL a row of Flask-Session."""

import os

from authlib.integrations.flask_client import OAuth, OAuthError
from flask import Flask, jsonify, redirect, request, session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

BASE_URL = os.environ["APP_BASE_URL"]
SCOPE = "openid profile email offline_access"
app = Flask(__name__)
app.secret_key = os.environ["SECRET_KEY"]
if "REDIS_URL" in os.environ:
    from flask_session import Session
    from redis import Redis

    redis = Redis.from_url(os.environ["REDIS_URL"])
    app.config.update(SESSION_TYPE="redis", SESSION_REDIS=redis)
    Session(app)

oauth = OAuth(app)
lab = oauth.register(
    "lab",
    client_id=os.environ["OIDC_CLIENT_ID"],
    client_secret=os.environ["OIDC_CLIENT_SECRET"],
    server_metadata_url=os.environ["OIDC_DISCOVERY_URL"],
    client_kwargs={"scope": SCOPE, "code_challenge_method": "S256"},
)
tokens = {}
"""What is a table in an app that lives longer: the tokens of each user."""


@app.get("/")
def home():
    """Greet."""
    user = session.get("user")
    return f"Hello, {user['name']}" if user else '<a href="/login">Sign in</a>'


@app.get("/login")
def login():
    """Send the browser to the provider."""
    return lab.authorize_redirect(f"{BASE_URL}/callback")


@app.get("/callback")
def callback():
    """Take the tokens and keep who it is."""
    try:
        token = lab.authorize_access_token()
    except (OAuthError, JoseError) as error:
        return jsonify(error=str(error)), 400
    user = token["userinfo"]
    tokens[user["sub"]] = token
    session["user"] = {name: user[name] for name in ("sub", "name", "email")}
    if "REDIS_URL" in os.environ:
        redis.set(f"sid:{user['sid']}", session.sid, ex=86_400)
    return redirect("/profile")


@app.get("/profile")
def profile():
    """Tell who is signed in."""
    user = session.get("user")
    return (jsonify(user), 200) if user else (jsonify(error="nobody is signed in"), 401)


@app.get("/refresh")
def refresh():
    """Exchange the refresh token for new tokens."""
    user = session.get("user")
    if not user:
        return jsonify(error="nobody is signed in"), 401
    old = tokens[user["sub"]]["refresh_token"]
    found = lab.fetch_access_token(grant_type="refresh_token", refresh_token=old)
    tokens[user["sub"]].update(found)
    return "refreshed"


@app.get("/logout")
def logout():
    """Forget who it is, here and at the provider."""
    session.clear()
    end = lab.load_server_metadata()["end_session_endpoint"]
    return redirect(f"{end}?client_id={lab.client_id}&post_logout_redirect_uri={BASE_URL}")


@app.post("/backchannel-logout")
def backchannel_logout():
    """End the session that a logout token means."""
    keys = KeySet.import_key_set(lab.fetch_jwk_set())
    claims = jwt.decode(request.form["logout_token"], keys, algorithms=["RS256"]).claims
    issuer = lab.load_server_metadata()["issuer"]
    if claims["iss"] != issuer or claims["aud"] != lab.client_id or "events" not in claims:
        return jsonify(error="this is no logout token of ours"), 400
    key = redis.getdel(f"sid:{claims['sid']}")
    if key:
        redis.delete(f"session:{key.decode()}")
    return "", 204


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ["PORT"]))
