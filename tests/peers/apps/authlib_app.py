"""Authlib in Flask: discovery, code with PKCE, userinfo, refresh; it has no logout URL."""

import os
from urllib.parse import urlencode

from authlib.integrations.base_client.errors import MismatchingStateError
from authlib.integrations.flask_client import OAuth
from flask import Flask, jsonify, redirect, session

BASE_URL = os.environ["BASE_URL"]
app = Flask(__name__)
app.secret_key = "of this test"
TOKENS = {}
"""By sub: a token is longer than a cookie."""
lab = OAuth(app).register(
    "lab",
    client_id=os.environ["OIDC_CLIENT_ID"],
    client_secret=os.environ["OIDC_CLIENT_SECRET"],
    server_metadata_url=f"{os.environ['OIDC_ISSUER']}.well-known/openid-configuration",
    client_kwargs={
        "scope": "openid profile email offline_access",
        "code_challenge_method": "S256",
    },
)


@app.get("/login")
def login():
    return lab.authorize_redirect(f"{BASE_URL}/callback")


@app.get("/callback")
def callback():
    token = lab.authorize_access_token()
    session["sub"] = token["userinfo"]["sub"]
    TOKENS[session["sub"]] = token
    return redirect("/")


@app.get("/")
def index():
    return jsonify(sub=session.get("sub"))


@app.get("/userinfo")
def userinfo():
    return jsonify(lab.userinfo(token=TOKENS[session["sub"]]))


@app.get("/refresh")
def refresh():
    before = TOKENS[session["sub"]]
    after = lab.fetch_access_token(
        grant_type="refresh_token", refresh_token=before["refresh_token"]
    )
    TOKENS[session["sub"]] = after
    return jsonify(changed=after["access_token"] != before["access_token"])


@app.get("/logout")
def logout():
    hint = TOKENS.pop(session.pop("sub"))["id_token"]
    query = urlencode({"post_logout_redirect_uri": f"{BASE_URL}/", "id_token_hint": hint})
    return redirect(f"{lab.load_server_metadata()['end_session_endpoint']}?{query}")


@app.errorhandler(MismatchingStateError)
def refuse(error):
    return str(error), 401


app.run("127.0.0.1", int(os.environ["PORT"]))
