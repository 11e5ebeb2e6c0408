"""All decoders by name, and what they find in some cookies together.

Others come by the entry point group `session_inspector.decoders`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from session_inspector.devserver.cookies.chunk_rules import ChunkRule
from session_inspector.devserver.core.errors import DecodeError, InputError
from session_inspector.devserver.core.registry import Registry
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Decoder,
    Material,
    Sealer,
)
from session_inspector.devserver.decoders.claims import Claim
from session_inspector.devserver.decoders.codecs.text import unquote_cookie
from session_inspector.devserver.decoders.cut_copies import find_cut
from session_inspector.devserver.decoders.finding import Finding, look_into, ranking
from session_inspector.devserver.decoders.guard import Notify, describe_failure, guard

HERE = "session_inspector.devserver.decoders.formats"
BUILT_IN = {
    "nextjs-auth0": f"{HERE}.js.nextjs_auth0:NextjsAuth0Decoder",
    "express-openid-connect": f"{HERE}.js.express_oidc:ExpressOidcDecoder",
    "authjs": f"{HERE}.js.authjs:AuthjsDecoder",
    "authjs-database": f"{HERE}.js.authjs_database:AuthjsDatabaseDecoder",
    "better-auth": f"{HERE}.js.better_auth:BetterAuthDecoder",
    "better-auth-login": f"{HERE}.js.better_auth_login:BetterAuthLoginDecoder",
    "h3": f"{HERE}.js.h3:H3Decoder",
    "react-router": f"{HERE}.js.react_router:ReactRouterDecoder",
    "cookie-session": f"{HERE}.js.cookie_session:CookieSessionDecoder",
    "fastify-session": f"{HERE}.js.fastify_session:FastifySessionDecoder",
    "fastify-secure-session": (f"{HERE}.js.fastify_secure_session:FastifySecureSessionDecoder"),
    "hono": f"{HERE}.js.hono:HonoDecoder",
    "iron-session": f"{HERE}.js.iron:IronDecoder",
    "clerk": f"{HERE}.js.clerk:ClerkDecoder",
    "supabase": f"{HERE}.js.supabase:SupabaseDecoder",
    "auth0-server-python": f"{HERE}.python.auth0_python:Auth0PythonDecoder",
    "starlette": f"{HERE}.python.starlette:StarletteDecoder",
    "flask": f"{HERE}.python.flask:FlaskDecoder",
    "flask-session": f"{HERE}.python.flask:FlaskSessionDecoder",
    "django": f"{HERE}.python.django:DjangoDecoder",
    "rails": f"{HERE}.ruby.rails:RailsDecoder",
    "express-session": f"{HERE}.js.express_session:ExpressSessionDecoder",
    "laravel": f"{HERE}.php.laravel:LaravelDecoder",
    "oauth2-proxy": f"{HERE}.proxies.oauth2_proxy:Oauth2ProxyDecoder",
    "workos": f"{HERE}.js.workos:WorkosDecoder",
    "firebase": f"{HERE}.js.firebase:FirebaseDecoder",
    "spring-session": f"{HERE}.jvm.spring_session:SpringSessionDecoder",
    "quarkus": f"{HERE}.jvm.quarkus:QuarkusDecoder",
    "scs": f"{HERE}.go.scs:ScsDecoder",
    "gorilla": f"{HERE}.go.gorilla:GorillaDecoder",
    "php": f"{HERE}.php.php_session:PhpSessionDecoder",
    "codeigniter": f"{HERE}.php.codeigniter:CodeIgniterDecoder",
    "symfony": f"{HERE}.php.symfony:SymfonyDecoder",
    "wordpress": f"{HERE}.php.wordpress:WordPressDecoder",
    "tornado": f"{HERE}.python.tornado:TornadoDecoder",
    "tornado-1": f"{HERE}.python.tornado_first:TornadoFirstDecoder",
    "aiohttp-session": f"{HERE}.python.aiohttp_session:AiohttpSessionDecoder",
    "aiohttp-session-nacl": f"{HERE}.python.aiohttp_storages:AiohttpNaclDecoder",
    "aiohttp-session-plain": f"{HERE}.python.aiohttp_storages:AiohttpPlainDecoder",
    "litestar": f"{HERE}.python.litestar:LitestarDecoder",
    "pyramid": f"{HERE}.python.pyramid:PyramidDecoder",
    "bottle": f"{HERE}.python.bottle:BottleDecoder",
    "beaker": f"{HERE}.python.beaker:BeakerDecoder",
    "aspnet-core": f"{HERE}.dotnet.aspnet_core:AspNetCoreDecoder",
    "rack-session": f"{HERE}.ruby.rack_session:RackSessionDecoder",
    "rack-cookie": f"{HERE}.ruby.rack_cookie:RackCookieDecoder",
    "plug": f"{HERE}.beam.plug:PlugDecoder",
    "authelia": f"{HERE}.proxies.authelia:AutheliaDecoder",
    "pomerium": f"{HERE}.proxies.pomerium:PomeriumDecoder",
    "aws-alb": f"{HERE}.proxies.aws_alb:AlbDecoder",
    "cloudflare-access": f"{HERE}.proxies.cloudflare_access:CloudflareAccessDecoder",
    "easyauth": f"{HERE}.proxies.easyauth:EasyAuthDecoder",
    "paseto": f"{HERE}.proxies.paseto:PasetoDecoder",
    "bearer": f"{HERE}.bearer:BearerDecoder",
    "jwt": f"{HERE}.jwt:TokenDecoder",
}
GROUP = "session_inspector.decoders"
UNWRITABLE = (OverflowError, ValueError, TypeError, KeyError, AttributeError)
"""What an edit's numbers, types and missing members make of writing a format."""
LARGEST = 1_000_000
"""Characters of all cookies together; browsers keep far less."""


MOST_COOKIES = 5000
"""Cookies of one request; browsers keep 180 of a site."""


def load_decoders(names: Sequence[str] = (), tell: Notify = lambda text: None) -> list[Decoder]:
    """Return decoders by name, all of them for no names.

    A plug-in that does not load, or raises later, is skipped; `tell` gets a line about it.
    Raises: InputError for an unknown name.
    """
    registry: Registry[type[Decoder]] = Registry(GROUP, BUILT_IN)
    found: list[Decoder] = []
    for name in names or registry.names():
        if name in BUILT_IN:
            found.append(registry.load(name)())
            continue
        try:
            found.append(guard(registry.load(name)(), name, tell))
        except InputError:
            raise
        except Exception as error:  # the plug-in edge: importing one may raise anything
            tell(describe_failure(name, error))
    return found


def examine_cookies(decoders: Sequence[Decoder], material: Material) -> Finding:
    """Return what all families find in the cookies. Raises: DecodeError (too_large)."""
    if sum(map(len, material.cookies.values())) > LARGEST:
        raise DecodeError(
            f"these cookies have more than {LARGEST} characters; no browser sends that",
            code="too_large",
        )
    if len(material.cookies) > MOST_COOKIES:
        raise refuse_many(len(material.cookies))
    cookies = unquote_all(material.cookies)
    ranked = ranking(decoders, cookies)
    if not ranked:
        return find_cut(decoders, cookies) or Finding()
    return look_into(ranked, replace(material, cookies=cookies))


def unquote_all(cookies: CookieGroup) -> CookieGroup:
    """Return values without the double quotes around them, as servers read them (RFC 6265 §4.1.1).

    Python's http.cookies and Java write them, Node's `cookie` and Go's net/http strip them.
    """
    return {name: unquote_cookie(value) for name, value in cookies.items()}


def refuse_many(count: int) -> DecodeError:
    """Return why so many cookies are not looked into."""
    return DecodeError(
        f"these are {count} cookies; no browser sends more than some hundred", code="too_large"
    )


def open_cookies(decoders: Sequence[Decoder], material: Material) -> Decoded:
    """Return what the cookies are, proved, or read where their family is certain.

    Raises: DecodeError with the most telling reason; `not_certain` where several families are
    possible.
    """
    return examine_cookies(decoders, material).take()


def seal_cookies(
    decoders: Sequence[Decoder], found: Decoded, secrets: Sequence[str]
) -> CookieGroup:
    """Return the cookies of an edited session.

    Raises: DecodeError (not_sealable) for a format that is only read here.
    """
    decoder: object = next((one for one in decoders if one.name == found.family), None)
    if not isinstance(decoder, Sealer):
        raise DecodeError(f"{found.format} is only read here, not written", code="not_sealable")
    try:
        return decoder.seal(found, secrets)
    except UNWRITABLE as error:
        raise DecodeError(
            f"this content is none that {found.format} can hold ({type(error).__name__}: {error})",
            code="not_sealable",
        ) from error


def chunk_rules(decoders: Sequence[Decoder]) -> tuple[ChunkRule, ...]:
    """Return the rules by which the formats name their chunks, each once."""
    rules = [decoder.traits.chunks for decoder in decoders]
    return tuple(dict.fromkeys(rule for rule in rules if rule is not None))


def signature_suffixes(decoders: Sequence[Decoder]) -> tuple[str, ...]:
    """Return how the formats name cookies that hold a signature, each once."""
    suffixes = [decoder.traits.signature_suffix for decoder in decoders]
    return tuple(dict.fromkeys(filter(None, suffixes)))


def recognise(decoders: Sequence[Decoder], cookies: CookieGroup) -> list[tuple[str, Claim]]:
    """Return (decoder, claim) of all that the cookies could be of; needs no secret."""
    return [(decoder.name, claim) for claim, decoder in ranking(decoders, unquote_all(cookies))]
