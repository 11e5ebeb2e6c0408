"""Flask with Flask-Login, whose cookie brings a session back. Who names herself is signed in."""

import os

from flask import Flask, jsonify, redirect, request
from flask_login import (
    LoginManager,
    UserMixin,
    current_user,
    login_required,
    login_user,
    logout_user,
)

app = Flask(__name__)
app.secret_key = os.environ["SECRET_KEY"]
manager = LoginManager(app)


class Person(UserMixin):
    """Somebody with a name."""

    def __init__(self, name):
        self.id = name


@manager.user_loader
def load(name):
    """Return who a session, or the cookie beside it, names."""
    return Person(name)


@app.after_request
def forbid_caches(response):
    """Keep the answers out of caches."""
    response.headers["Cache-Control"] = "no-store"
    return response


@app.post("/login")
def login():
    """Sign in, and be remembered where that is asked for."""
    login_user(Person(request.form["name"]), remember="remember" in request.form)
    return redirect("/profile")


@app.get("/profile")
@login_required
def profile():
    """Tell who is signed in."""
    return jsonify(name=current_user.id)


@app.post("/logout")
def logout():
    """Forget who it is, and the cookie that remembers."""
    logout_user()
    return redirect("/profile")


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ["PORT"]), threaded=True)
