"""Prints a session of the Django and the Flask that are installed, as JSON lines.

Once for each version that is still used: `pip install Django==3.2.25 Flask==2.3.3` (then 4.2.27 and
2.0.3; 6.1.3 and 3.1.3), `python versions.py >> versions.jsonl`.
"""

import json
import sys
import time
from importlib import import_module, metadata

SECRET = "pub-versions-secret-0123456789"
USER = {"_auth_user_id": "7", "name": "Zoë"}


def show(kind, cookies):
    json.dump(
        {
            "kind": kind,
            "at": int(time.time()),
            "cookies": cookies,
            "secret": SECRET,
            "expected": USER,
        },
        sys.stdout,
    )
    sys.stdout.write("\n")


def django():
    import django.conf

    engine = "django.contrib.sessions.backends.signed_cookies"
    django.conf.settings.configure(SECRET_KEY=SECRET, SESSION_ENGINE=engine, USE_TZ=True)
    django.setup()
    session = import_module(engine).SessionStore()
    session.update(USER)
    show(f"signed-django-{django.__version__}", {"sessionid": session._get_session_key()})


def flask():
    from flask import Flask, session

    app = Flask(__name__)
    app.secret_key = SECRET

    @app.route("/")
    def index():
        session.update(USER)
        return ""

    line = app.test_client().get("/").headers["Set-Cookie"]
    value = line.partition("=")[2].partition(";")[0]
    show(f"flask-{metadata.version('flask')}", {"session": value})


if __name__ == "__main__":
    django()
    flask()
