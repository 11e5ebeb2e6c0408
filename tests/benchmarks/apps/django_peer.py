"""Django with signed cookies, or with its cached sessions in Redis, behind gunicorn."""

from __future__ import annotations

import json
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path

from tests.benchmarks.apps.serve import SECRET, env

engine = "cache" if env("STORE") else "signed_cookies"
settings.configure(
    SECRET_KEY=SECRET,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
    SESSION_ENGINE=f"django.contrib.sessions.backends.{engine}",
    SESSION_SAVE_EVERY_REQUEST=True,
    CACHES={
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": env("STORE") or "redis://127.0.0.1:1/0",
        }
    },
)
django.setup()


def home(request: Any) -> JsonResponse:
    """Answer who it is; Django saves every session when it is told so."""
    return JsonResponse({"sub": request.session["user"]["sub"]})


def login(request: Any) -> JsonResponse:
    """Fill the session."""
    request.session.update(json.loads(request.body))
    return JsonResponse({})


urlpatterns = [path("", home), path("login", login)]
app = get_wsgi_application()
