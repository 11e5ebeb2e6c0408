"""The packages that say what an app is, by the file that names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Part: TypeAlias = Literal["framework", "sessions", "store"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One package, and what it means that an app has it."""

    name: str
    title: str
    part: Part = "framework"
    reads: str = ""
    """Whose variables it reads: a key of VARIABLES of the tenant; empty: the plain ones."""
    module: str = ""
    """As its source imports it, where that is another name."""


def _list(*rows: Package) -> Sequence[Package]:
    return rows


def _name_alike(
    title: str, part: Part, names: Sequence[str], *, reads: str = ""
) -> Sequence[Package]:
    """Return the packages of several names that mean the same."""
    return [Package(name=name, title=title, part=part, reads=reads) for name in names]


NODE = _list(
    Package(name="next", title="Next.js"),
    Package(name="nuxt", title="Nuxt"),
    Package(name="@sveltejs/kit", title="SvelteKit"),
    Package(name="@remix-run/react", title="Remix"),
    Package(name="@react-router/dev", title="React Router"),
    Package(name="@solidjs/start", title="SolidStart"),
    Package(name="@tanstack/react-start", title="TanStack Start"),
    Package(name="@adonisjs/core", title="AdonisJS"),
    Package(name="astro", title="Astro"),
    Package(name="@nestjs/core", title="NestJS"),
    Package(name="express", title="Express"),
    Package(name="fastify", title="Fastify"),
    Package(name="hono", title="Hono"),
    Package(name="koa", title="Koa"),
    Package(name="vite", title="Vite"),
    Package(
        name="@auth0/nextjs-auth0", title="@auth0/nextjs-auth0", part="sessions", reads="nextjs"
    ),
    Package(
        name="express-openid-connect",
        title="express-openid-connect",
        part="sessions",
        reads="express",
    ),
    Package(name="next-auth", title="Auth.js (next-auth)", part="sessions", reads="authjs"),
    *_name_alike(
        "Auth.js",
        "sessions",
        ("@auth/express", "@auth/sveltekit", "@auth/core"),
        reads="authjs",
    ),
    Package(name="better-auth", title="better-auth", part="sessions", reads="better-auth"),
    Package(name="nuxt-auth-utils", title="nuxt-auth-utils", part="sessions", reads="nuxt"),
    Package(name="express-session", title="express-session", part="sessions"),
    Package(name="iron-session", title="iron-session", part="sessions"),
    Package(name="cookie-session", title="cookie-session", part="sessions"),
    Package(name="remix-auth", title="remix-auth", part="sessions"),
    Package(name="passport", title="Passport", part="sessions"),
    Package(name="openid-client", title="openid-client", part="sessions"),
    *_name_alike("Redis", "store", ("connect-redis", "redis", "ioredis")),
    Package(name="connect-mongo", title="MongoDB", part="store"),
    Package(name="connect-pg-simple", title="PostgreSQL", part="store"),
)
PYTHON = _list(
    Package(name="django", title="Django"),
    Package(name="flask", title="Flask"),
    Package(name="fastapi", title="FastAPI"),
    Package(name="starlette", title="Starlette"),
    Package(name="litestar", title="Litestar"),
    Package(name="quart", title="Quart"),
    Package(name="sanic", title="Sanic"),
    Package(name="pyramid", title="Pyramid"),
    Package(name="bottle", title="Bottle"),
    Package(
        name="aiohttp-session",
        title="aiohttp-session",
        part="sessions",
        module="aiohttp_session",
    ),
    Package(
        name="auth0-fastapi",
        title="auth0-fastapi",
        part="sessions",
        reads="fastapi",
        module="auth0_fastapi",
    ),
    Package(name="authlib", title="Authlib", part="sessions"),
    Package(
        name="mozilla-django-oidc",
        title="mozilla-django-oidc",
        part="sessions",
        module="mozilla_django_oidc",
    ),
    Package(name="flask-session", title="Flask-Session", part="sessions", module="flask_session"),
    Package(name="starsessions", title="starsessions", part="sessions"),
    Package(name="django-allauth", title="django-allauth", part="sessions", module="allauth"),
    Package(name="redis", title="Redis", part="store"),
)
RUBY = _list(
    Package(name="rails", title="Rails"),
    Package(name="sinatra", title="Sinatra"),
    Package(name="omniauth", title="OmniAuth", part="sessions"),
    Package(name="omniauth_openid_connect", title="OmniAuth OpenID Connect", part="sessions"),
    Package(name="omniauth-auth0", title="OmniAuth Auth0", part="sessions"),
    Package(name="devise", title="Devise", part="sessions"),
    Package(name="redis", title="Redis", part="store"),
)
PHP = _list(
    Package(name="laravel/framework", title="Laravel"),
    Package(name="symfony/framework-bundle", title="Symfony"),
    Package(name="auth0/login", title="auth0/login", part="sessions"),
    Package(name="laravel/socialite", title="Socialite", part="sessions"),
)
SPRING_CLIENT = ("spring-boot-starter-oauth2-client", "spring-boot-starter-security-oauth2-client")
"""Before and since Spring Boot 4."""
SPRING_SECURITY = _name_alike(
    "Spring Security", "sessions", (*SPRING_CLIENT, "okta-spring-boot-starter"), reads="spring"
)
JAVA = _list(
    Package(name="spring-boot-starter-web", title="Spring Boot"),
    Package(name="spring-boot-starter-webmvc", title="Spring Boot"),
    Package(name="spring-boot-starter-webflux", title="Spring Boot"),
    Package(name="quarkus-oidc", title="Quarkus OIDC", part="sessions"),
    *SPRING_SECURITY,
    *_name_alike(
        "Spring Session, Redis",
        "store",
        ("spring-session-data-redis", "spring-boot-starter-session-data-redis"),
    ),
    *_name_alike(
        "Spring Session, JDBC",
        "store",
        ("spring-session-jdbc", "spring-boot-starter-session-jdbc"),
    ),
)
GO = _list(
    Package(name="github.com/gin-gonic/gin", title="Gin"),
    Package(name="github.com/labstack/echo", title="Echo"),
    Package(name="github.com/go-chi/chi", title="chi"),
    Package(name="github.com/alexedwards/scs", title="scs", part="sessions"),
    Package(name="github.com/gorilla/sessions", title="gorilla/sessions", part="sessions"),
    Package(name="github.com/coreos/go-oidc", title="go-oidc", part="sessions"),
)
ELIXIR = _list(
    Package(name="phoenix", title="Phoenix"),
    Package(name="plug", title="Plug"),
    Package(name="ueberauth", title="Ueberauth", part="sessions"),
    Package(name="ueberauth_oidcc", title="Ueberauth Oidcc", part="sessions"),
    Package(name="oidcc", title="Oidcc", part="sessions"),
)
RUST = _list(
    Package(name="axum", title="axum"),
    Package(name="actix-web", title="Actix Web"),
    Package(name="rocket", title="Rocket"),
    Package(name="tower-sessions", title="tower-sessions", part="sessions"),
    Package(name="actix-session", title="actix-session", part="sessions"),
    Package(name="openidconnect", title="openidconnect", part="sessions"),
)
DOTNET = _list(
    Package(name="Microsoft.NET.Sdk.Web", title="ASP.NET Core"),
    *(
        Package(name=name, title=name.removeprefix("Microsoft.AspNetCore."), part="sessions")
        for name in (
            "Microsoft.AspNetCore.Authentication.OpenIdConnect",
            "Microsoft.Identity.Web",
            "Auth0.AspNetCore.Authentication",
            "Duende.BFF",
        )
    ),
    Package(name="Microsoft.Extensions.Caching.StackExchangeRedis", title="Redis", part="store"),
)
PACKAGES: Mapping[str, Sequence[Package]] = {
    "Node": NODE,
    "Python": PYTHON,
    "Ruby": RUBY,
    "PHP": PHP,
    "Java": JAVA,
    "Go": GO,
    "Elixir": ELIXIR,
    "Rust": RUST,
    ".NET": DOTNET,
}
