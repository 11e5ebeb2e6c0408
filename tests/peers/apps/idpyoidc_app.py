"""idpyoidc's relying party behind Flask: it does all of it; with offline_access it asks consent."""

import os

from flask import Flask, jsonify, redirect, request, session
from idpyoidc.client.defaults import DEFAULT_OIDC_SERVICES
from idpyoidc.client.rp_handler import RPHandler

BASE_URL = os.environ["BASE_URL"]
ISSUER = os.environ["OIDC_ISSUER"]
app = Flask(__name__)
app.secret_key = "of this test"
END_SESSION = {"class": "idpyoidc.client.oidc.end_session.EndSession"}
CLIENT = {
    "client_type": "oidc",
    "client_authn_methods": ["client_secret_basic", "bearer_header", "bearer_body"],
    "client_id": os.environ["OIDC_CLIENT_ID"],
    "client_secret": os.environ["OIDC_CLIENT_SECRET"],
    "issuer": ISSUER,
    "redirect_uris": [f"{BASE_URL}/callback"],
    "post_logout_redirect_uris": [f"{BASE_URL}/"],
    "response_types_supported": ["code"],
    "scopes_supported": ["openid", "profile", "email", "offline_access"],
    "add_ons": {
        "pkce": {
            "function": "idpyoidc.client.oauth2.add_on.pkce.add_support",
            "kwargs": {"code_challenge_length": 64, "code_challenge_method": "S256"},
        }
    },
}
rp = RPHandler(
    base_url=BASE_URL,
    client_configs={"lab": CLIENT},
    services={**DEFAULT_OIDC_SERVICES, "end_session": END_SESSION},
    httpc_params={"verify": os.environ["REQUESTS_CA_BUNDLE"]},
)


@app.get("/login")
def login():
    return redirect(rp.begin("lab", req_args={"scope": CLIENT["scopes_supported"]}))


@app.get("/callback")
def callback():
    answer = request.args.to_dict()
    client = rp.get_client_from_session_key(answer["state"])
    found = rp.finalize(client.get_context().issuer, answer)
    if "error" in found:
        return found["error"], 401
    session["state"] = found["state"]
    session["sub"] = found["userinfo"]["sub"]
    return redirect("/")


@app.get("/")
def index():
    return jsonify(sub=session.get("sub"))


@app.get("/userinfo")
def userinfo():
    return jsonify(rp.get_user_info(session["state"]).to_dict())


@app.get("/refresh")
def refresh():
    state = session["state"]
    before, _ = rp.get_valid_access_token(state)
    rp.refresh_access_token(state)
    after, _ = rp.get_valid_access_token(state)
    return jsonify(changed=before != after)


@app.get("/logout")
def logout():
    session.pop("sub")
    found = rp.logout(session.pop("state"), post_logout_redirect_uri=f"{BASE_URL}/")
    return redirect(found["url"])


@app.errorhandler(KeyError)
def refuse(error):
    return f"no such state: {error}", 401


app.run("127.0.0.1", int(os.environ["PORT"]))
