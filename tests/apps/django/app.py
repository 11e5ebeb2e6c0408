"""Django with mozilla-django-oidc; its sessions are rows of django_session in SQLite."""

import os
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIServer, make_server

import django
from django.conf import settings

ISSUER = os.environ["OIDC_ISSUER"]
BASE_URL = os.environ["APP_BASE_URL"]
settings.configure(
    ALLOWED_HOSTS=["*"],
    DEBUG=True,
    SECRET_KEY=os.environ["SECRET_KEY"],
    ROOT_URLCONF="__main__",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DATABASE"]}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
        "mozilla_django_oidc",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "mozilla_django_oidc.middleware.SessionRefresh",
    ],
    AUTHENTICATION_BACKENDS=["mozilla_django_oidc.auth.OIDCAuthenticationBackend"],
    OIDC_RP_CLIENT_ID=os.environ["OIDC_CLIENT_ID"],
    OIDC_RP_CLIENT_SECRET=os.environ["OIDC_CLIENT_SECRET"],
    OIDC_RP_SIGN_ALGO="RS256",
    OIDC_RP_SCOPES="openid profile email",
    OIDC_OP_AUTHORIZATION_ENDPOINT=f"{ISSUER}authorize",
    OIDC_OP_TOKEN_ENDPOINT=f"{ISSUER}oauth/token",
    OIDC_OP_USER_ENDPOINT=f"{ISSUER}userinfo",
    OIDC_OP_JWKS_ENDPOINT=f"{ISSUER}.well-known/jwks.json",
    LOGIN_REDIRECT_URL="/profile",
    LOGOUT_REDIRECT_URL="/",
)
django.setup()

from django.contrib.auth import logout  # noqa: E402  # models need the settings first
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse  # noqa: E402
from django.urls import include, path  # noqa: E402


def home(request):
    """Greet."""
    user = request.user
    if user.is_authenticated:
        return HttpResponse(f"Hello, {user.email}")
    return HttpResponse('<a href="/oidc/authenticate/">Sign in</a>')


def profile(request):
    """Tell who is signed in."""
    if request.user.is_authenticated:
        return JsonResponse({"email": request.user.email})
    return JsonResponse({"error": "nobody is signed in"}, status=401)


def refresh(request):
    """Let the ID token count as over: SessionRefresh logs in again, without a page."""
    request.session["oidc_id_token_expiration"] = 0
    return HttpResponseRedirect("/profile")


def sign_out(request):
    """Forget who it is, here and at the provider."""
    logout(request)
    query = f"client_id={settings.OIDC_RP_CLIENT_ID}&post_logout_redirect_uri={BASE_URL}"
    return HttpResponseRedirect(f"{ISSUER}oidc/logout?{query}")


urlpatterns = [
    path("", home),
    path("profile", profile),
    path("refresh", refresh),
    path("logout", sign_out),
    path("oidc/", include("mozilla_django_oidc.urls")),
]


class Server(ThreadingMixIn, WSGIServer):
    """One thread for each connection."""

    daemon_threads = True


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    make_server(
        "127.0.0.1", int(os.environ["PORT"]), get_wsgi_application(), Server
    ).serve_forever()
