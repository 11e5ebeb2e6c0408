"""pyoidc (`oic`) behind Flask: its userinfo request carries the token in the body of a POST."""

import os

from flask import Flask, jsonify, redirect, request, session
from oic import rndstr
from oic.oic import Client
from oic.oic.message import AuthorizationResponse, EndSessionRequest, RegistrationResponse
from oic.utils.authn.client import CLIENT_AUTHN_METHOD
from oic.utils.settings import OicClientSettings

BASE_URL = os.environ["BASE_URL"]
SCOPE = ["openid", "profile", "email", "offline_access"]
app = Flask(__name__)
app.secret_key = "of this test"
client = Client(
    client_authn_method=CLIENT_AUTHN_METHOD,
    settings=OicClientSettings(verify_ssl=os.environ["REQUESTS_CA_BUNDLE"]),
)
client.provider_config(os.environ["OIDC_ISSUER"])
client.store_registration_info(
    RegistrationResponse(
        client_id=os.environ["OIDC_CLIENT_ID"], client_secret=os.environ["OIDC_CLIENT_SECRET"]
    )
)
client.redirect_uris = [f"{BASE_URL}/callback"]


@app.get("/login")
def login():
    session["state"] = rndstr()
    session["nonce"] = rndstr()
    asked = client.construct_AuthorizationRequest(
        request_args={
            "client_id": client.client_id,
            "response_type": "code",
            "scope": SCOPE,
            "nonce": session["nonce"],
            "redirect_uri": client.redirect_uris[0],
            "state": session["state"],
        }
    )
    return redirect(asked.request(client.authorization_endpoint))


@app.get("/callback")
def callback():
    query = request.query_string.decode()
    found = client.parse_response(AuthorizationResponse, info=query, sformat="urlencoded")
    if found["state"] != session.get("state"):
        return "another state", 401
    answer = client.do_access_token_request(
        state=found["state"],
        request_args={"code": found["code"], "redirect_uri": client.redirect_uris[0]},
        authn_method="client_secret_basic",
    )
    if answer["id_token"]["nonce"] != session["nonce"]:
        return "another nonce", 401
    session["sub"] = answer["id_token"]["sub"]
    return redirect("/")


@app.get("/")
def index():
    return jsonify(sub=session.get("sub"))


@app.get("/userinfo")
def userinfo():
    return jsonify(client.do_user_info_request(state=session["state"]).to_dict())


@app.get("/refresh")
def refresh():
    state = session["state"]
    before = client.get_token(state=state).access_token
    client.do_access_token_refresh(state=state, authn_method="client_secret_basic")
    return jsonify(changed=client.get_token(state=state).access_token != before)


@app.get("/logout")
def logout():
    hint = client.get_token(state=session["state"]).id_token
    session.clear()
    asked = EndSessionRequest(post_logout_redirect_uri=f"{BASE_URL}/", client_id=client.client_id)
    assert hint
    return redirect(asked.request(client.end_session_endpoint))


app.run("127.0.0.1", int(os.environ["PORT"]))
