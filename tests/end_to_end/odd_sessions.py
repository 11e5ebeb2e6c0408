"""Little apps whose sessions follow no framework, as people write them."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

from joserfc import jwt
from joserfc.jwk import OctKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from session_inspector.devserver.core.clock import SystemClock

KEY = OctKey.import_key(b"k" * 32)
MINUTE = 60
MONTH = 2_592_000
PRIVATE = {"cache-control": "no-store"}


def _answer(status: int = 200) -> Response:
    return JSONResponse({"ok": status == 200}, status_code=status, headers=PRIVATE)


def _post(path: str, handler: Callable[[Request], Awaitable[Response]]) -> Route:
    return Route(path, handler, methods=["POST"])


def two_refresh_cookies() -> Starlette:
    """An access token beside two refresh cookies, of user and device: each rotates alone."""

    def give(answer: Response, *names: str) -> Response:
        claims = {"sub": "alice", "exp": int(SystemClock().now()) + MINUTE}
        access = jwt.encode({"alg": "HS256"}, claims, KEY)
        answer.set_cookie("at", access, max_age=MINUTE, httponly=True)
        for name in names:
            answer.set_cookie(name, secrets.token_urlsafe(32), max_age=MONTH, httponly=True)
        return answer

    async def login(request: Request) -> Response:
        return give(_answer(), "rt_user", "rt_device")

    async def refresh(request: Request) -> Response:
        return give(_answer(), "rt_user")

    async def renew_device(request: Request) -> Response:
        return give(_answer(), "rt_device")

    async def logout(request: Request) -> Response:
        answer = _answer()
        for name in ("at", "rt_user", "rt_device"):
            answer.delete_cookie(name)
        return answer

    async def me(request: Request) -> Response:
        return _answer(200 if "rt_user" in request.cookies else 401)

    routes = [_post("/login", login), _post("/refresh", refresh), _post("/device", renew_device)]
    return Starlette(routes=[*routes, _post("/logout", logout), Route("/me", me)])


def another_name_after_login() -> Starlette:
    """A visitor's cookie that the login deletes; the user's has another name."""
    users: set[str] = set()

    async def visit(request: Request) -> Response:
        answer = _answer()
        if not {"guest", "member"} & set(request.cookies):
            answer.set_cookie("guest", secrets.token_hex(16), httponly=True)
        return answer

    async def login(request: Request) -> Response:
        answer = _answer()
        users.add(member := secrets.token_hex(16))
        answer.delete_cookie("guest")
        answer.set_cookie("member", member, httponly=True, max_age=MONTH)
        return answer

    async def me(request: Request) -> Response:
        return _answer(200 if request.cookies.get("member") in users else 401)

    return Starlette(routes=[Route("/", visit), _post("/login", login), Route("/me", me)])


def new_id_at_each_request() -> Starlette:
    """Each response brings another id; the one before it works for requests that were under way."""
    ids: dict[str, str] = {}
    """Id to its user's login."""

    def give(answer: Response, login: str) -> Response:
        ids[session_id := secrets.token_hex(16)] = login
        answer.set_cookie("sid", session_id, httponly=True, max_age=MONTH)
        return answer

    async def login(request: Request) -> Response:
        return give(_answer(), secrets.token_hex(4))

    async def page(request: Request) -> Response:
        login = ids.get(request.cookies.get("sid", ""))
        if login is None:
            return _answer(401)
        return give(_answer(), login)

    return Starlette(routes=[_post("/login", login), Route("/", page), Route("/other", page)])


def logout_with_another_path() -> Starlette:
    """A logout that deletes the cookie at `/`; it was set at `/app`."""
    live: set[str] = set()

    async def login(request: Request) -> Response:
        answer = _answer()
        live.add(session_id := secrets.token_hex(16))
        answer.set_cookie("sid", session_id, httponly=True, path="/app", max_age=MONTH)
        return answer

    async def page(request: Request) -> Response:
        return _answer(200 if request.cookies.get("sid") in live else 401)

    async def logout(request: Request) -> Response:
        answer = _answer()
        answer.headers.append("set-cookie", "sid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/")
        return answer

    routes = [_post("/app/login", login), Route("/app/", page), _post("/app/logout", logout)]
    return Starlette(routes=routes)


def one_name_on_each_port() -> Starlette:
    """An app that takes its own ids only, and whose cookie has the name that others use too."""
    live: set[str] = set()

    async def login(request: Request) -> Response:
        answer = _answer()
        live.add(session_id := secrets.token_hex(16))
        answer.set_cookie("sid", session_id, httponly=True, max_age=MONTH)
        return answer

    async def page(request: Request) -> Response:
        return _answer(200 if request.cookies.get("sid") in live else 401)

    return Starlette(routes=[_post("/login", login), Route("/", page)])
