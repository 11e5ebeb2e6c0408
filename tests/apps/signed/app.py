"""Flask without a provider, on its signed cookie. Whoever names herself is signed in."""

import os
import threading

from flask import Flask, jsonify, redirect, request, session

app = Flask(__name__)
app.secret_key = os.environ["SECRET_KEY"]
released = threading.Event()


@app.after_request
def forbid_caches(response):
    """Keep the answers out of caches."""
    response.headers["Cache-Control"] = "no-store"
    return response


@app.get("/login")
def login():
    """Sign in, for the browser's session or, with `keep`, for Flask's default of 31 days."""
    session.permanent = "keep" in request.args
    session.update(user={"name": request.args["name"]}, cart={"items": ["tea"]}, visits=0)
    return redirect("/profile")


@app.get("/profile")
def profile():
    """Tell who is signed in."""
    user = session.get("user")
    return (jsonify(user), 200) if user else (jsonify(error="nobody is signed in"), 401)


@app.get("/add")
def add():
    """Put an item into the cart; with `hold`, answer when /release was asked."""
    session["cart"]["items"].append(request.args["item"])
    session.modified = True
    wait_if_held()
    return "added"


@app.get("/count")
def count():
    """Count a visit; as above."""
    session["visits"] += 1
    wait_if_held()
    return "counted"


@app.get("/release")
def release():
    """Let the requests that are held go on."""
    released.set()
    return "released"


def wait_if_held():
    """Wait where the request asks for it."""
    if "hold" in request.args:
        released.wait()


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ["PORT"]), threaded=True)
