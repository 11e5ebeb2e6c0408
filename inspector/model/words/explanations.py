"""What should never happen to a session: why it matters, and the fix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

AlarmKind: TypeAlias = Literal[
    "resurrection",
    "copy accepted",
    "logout incomplete",
    "lost update",
    "refresh reuse",
    "old id accepted",
    "cacheable",
    "redirect loop",
    "useless deletion",
    "header too large",
    "cookie too large",
    "missing chunk",
    "orphan chunk",
    "mixed chunks",
    "equal names",
    "across ports",
    "third party",
    "localhost sites",
    "loopback names",
    "secure on http",
    "store away",
    "setting missing",
    "clocks apart",
]

BY_A_BROWSER: tuple[AlarmKind, ...] = (
    "third party",
    "localhost sites",
    "loopback names",
    "secure on http",
)
"""Only a real browser that is watched shows these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why it matters, and what to do."""

    why: str
    fix: str


EXPLANATIONS: dict[AlarmKind, Explanation] = {
    "resurrection": Explanation(
        why="a request that was under way during the logout wrote the session again, or the app"
        " made its row anew of another copy, as a cache does of the database behind it. The user"
        " thinks they are logged out, but the session is alive: whoever has the cookie is logged"
        " in.",
        fix="let saves update rows, never create them (update … WHERE id = ?, SET … XX), and keep"
        " a revocation list for stateless sessions (--revocation store). Delete every copy: that in"
        " the database first, then that in the cache.",
    ),
    "copy accepted": Explanation(
        why="a cookie was sent after its session was over, and the app accepted it. A logout that"
        " only deletes the cookie ends the session in that browser: whoever has a copy (a log, a"
        " proxy, a thief) is logged in for as long as the cookie's own end allows. For a stateless"
        " cookie, which no server remembers, that is what such a logout means. Where its row was"
        " deleted, the app has another copy: in a cache, a second cookie, or its own memory. A"
        " refusal, too, takes the cookie from that browser alone.",
        fix="end the session where it is checked: delete its row, or keep a revocation list (or a"
        " generation number of the user) for stateless sessions; make their life short. Delete the"
        " cached copy with the row.",
    ),
    "logout incomplete": Explanation(
        why="the logout left a cookie of the login that still logs in: a remember-me cookie, the"
        " refresh token beside an access token, or all of them. The user thinks they are logged"
        " out, and whoever opens that browser next is logged in.",
        fix="delete each cookie of the login at the logout, with the Path and Domain it was set"
        " with, and make what it holds worthless where it is checked: destroy the session, delete"
        " the remember-me token's row, revoke the refresh token.",
    ),
    "lost update": Explanation(
        why="two requests read the same session and both wrote it. The later write put back what"
        " the other one had changed: a refreshed token, a claim, a cart.",
        fix="let one request at a time refresh a session; write only what changed; compare a"
        " version when saving.",
    ),
    "refresh reuse": Explanation(
        why="a refresh token, or the cookie that holds it, was presented again after it had been"
        " exchanged. Whoever issued it cannot tell a thief from a slow tab, and revokes the"
        " whole family: the user is logged out for no visible reason. Where it is accepted, a"
        " stolen one works as long as the login lasts.",
        fix="share one refresh among the requests of a session (one tab refreshes, the others"
        " wait), save the new token before answering, and allow a few seconds of grace where it"
        " is checked.",
    ),
    "old id accepted": Explanation(
        why="a session's cookie was sent with a value that the app had replaced, and was accepted."
        " A new id at a login or a change of the password is to lock out whoever has the old"
        " one. A cookie that is sealed anew by each answer holds the session itself: each of its"
        " values counts until the end inside it.",
        fix="delete the row of the old id when the new one is set. For sealed cookies, keep a"
        " generation number of the user where they are checked, and raise it at a change of the"
        " password; make their life short.",
    ),
    "cacheable": Explanation(
        why="a response that sets the session cookie may be stored by a cache. The next visitor"
        " gets the cookie with it, and is logged in as somebody else.",
        fix="send Cache-Control: private, no-store with every response that sets a session cookie,"
        " and set no session cookie on responses that a CDN keeps.",
    ),
    "redirect loop": Explanation(
        why="the browser was sent to the login again and again, and never came back with a"
        " session: its cookie was not stored, not sent, or not accepted.",
        fix="check the session cookie of the last response that sets one: too large, Secure on"
        " plain http, another host or path, or another name than the app reads.",
    ),
    "useless deletion": Explanation(
        why="the cookie was deleted with another Path or Domain than it was set with. For a browser"
        " these are two cookies: the live one stays, and the user is still logged in.",
        fix="delete with exactly the Path and Domain of the live cookie. A cookie that was set"
        " without Path has the folder of the URL that set it: set it with Path=/.",
    ),
    "header too large": Explanation(
        why="the Cookie header is longer than servers accept: 8 KB at nginx and aiohttp, 16 KB"
        " at Node. The answer is 400, 431 or 502 on every page of the site.",
        fix="keep tokens out of the cookie (a stateful session), drop claims, delete leftover"
        " chunks and transaction cookies.",
    ),
    "cookie too large": Explanation(
        why="name and value are longer than 4096 bytes: browsers drop the cookie silently.",
        fix="split it into chunks, or keep the session in a store.",
    ),
    "missing chunk": Explanation(
        why="a chunk in the middle was not sent: the value cannot be joined, and the user is"
        " logged out.",
        fix="delete all chunks and log in again; find out what evicted it: too many cookies, or"
        " another tab's write.",
    ),
    "orphan chunk": Explanation(
        why="chunks of an earlier, longer session are still sent. They cost bytes with each"
        " request; some libraries join them too, and then the value does not decrypt.",
        fix="delete the chunks above the last one with every write.",
    ),
    "mixed chunks": Explanation(
        why="the plain cookie and its chunks are both sent. Readers take the plain one, which may"
        " be older.",
        fix="delete the chunks when writing one cookie, and the cookie when writing chunks.",
    ),
    "equal names": Explanation(
        why="the request has several cookies of one name. A browser keeps one for each Path and"
        " Domain, and sends all that match; the app reads one of them, the first or the last by"
        " its library. The login may be in the other one: the user looks logged out, or logged in"
        " as somebody else.",
        fix="always set and delete the cookie with the same Path and the same Domain (or always"
        " without one); delete the older variant once with exactly its own Path and Domain, or"
        " give the cookie another name.",
    ),
    "across ports": Explanation(
        why="two apps of one host set a cookie of the same name. Cookies know no ports: the browser"
        " keeps one, so the login at the first app is gone, and the other's cookie is sent to it.",
        fix="give each app's session cookie a name of its own, or each app a host of its own"
        " (app.localhost, api.localhost); where both are meant to share the session, the same"
        " secret and store.",
    ),
    "third party": Explanation(
        why="a frame or a script asks from a page of another site, and the browser keeps the cookie"
        " out of it: SameSite does, or third-party cookies are blocked. Inside the frame nobody is"
        " logged in, whatever the server answers.",
        fix="SameSite=None; Secure; Partitioned (CHIPS): a jar of its own for each site around it."
        " Where one login has to count in both, serve page and frame under one site, or hand a"
        " token over.",
    ),
    "localhost sites": Explanation(
        why="browsers treat localhost as a public suffix, as they do com: app.localhost and"
        " api.localhost are two sites. Domain=localhost is dropped, and a cookie of one goes to no"
        " other, nor with its scripts.",
        fix="names with one label more (web.app.localhost, api.app.localhost) and"
        " Domain=app.localhost; or one host, with the API under a path of it.",
    ),
    "loopback names": Explanation(
        why="the app answers at localhost, 127.0.0.1 and [::1], three hosts for a browser: a login"
        " under one of them is none under the others. A callback URL with the other name loses the"
        " login on its way back.",
        fix="one name everywhere: in the address bar, the app's own base URL and the callback URLs"
        " that the provider knows; redirect the others to it.",
    ),
    "secure on http": Explanation(
        why="the cookie is Secure, and the page came over plain http from a host that is not this"
        " machine: the browser drops the line, and the user is never logged in.",
        fix="serve it over https (in production behind a proxy: let the app trust"
        " X-Forwarded-Proto), or develop on localhost, which browsers take for secure.",
    ),
    "setting missing": Explanation(
        why="the app's SDK has refused localhost, plain http, another name, or the local provider's"
        " certificate: nobody can log in until it is told that this is a development machine.",
        fix="the setting that the alarm names, in the app's code or environment; then start the app"
        " again.",
    ),
    "clocks apart": Explanation(
        why="the app's clock and this machine's are apart, by the Date of its responses. Chromium"
        " and Firefox count Expires from that Date; whatever else compares times of two machines"
        " goes wrong: a token of the provider has expired, or is not valid yet; a cookie that one"
        " server has signed is over at another; a row ends early or late. What is inside the app's"
        " cookies is counted here by the app's clock.",
        fix="set the clock of the app's machine (a container or a virtual machine that has slept:"
        " start it again, or let NTP step it; take faketime away), and allow a few seconds of"
        " leeway where tokens are checked.",
    ),
    "store away": Explanation(
        why="the store does not answer: stateful sessions can be neither read nor ended.",
        fix="start it again; it is read again by itself, and nothing else need be restarted.",
    ),
}
