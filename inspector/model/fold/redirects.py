"""Follows redirects, each request to the one its response sends the client to: a loop shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import parse_qsl

from immutables import Map

from session_inspector.devserver.cookies.scope import is_path_match
from session_inspector.devserver.cookies.url_parts import NO_URL, split_url, target_path
from session_inspector.devserver.core.events.browser import CookieJudged
from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.alarms import (
    AlarmMemory,
    Chain,
    CookieKey,
    RedirectLoop,
)
from session_inspector.inspector.model.facts.scopes import explain_not_sent
from session_inspector.inspector.model.fold.raising import raise_alarm, retell
from session_inspector.inspector.model.words.browser import describe_dropped

LOOP = 3
"""Redirects away from the same path and query in one chain: a loop."""
LOOP_OF_PATH = 5
"""The same where only the query differs: a loop may count, or pack one URL into the next."""
LOOP_WITHIN = 10.0
"""Seconds a client has for a redirect."""
LONGEST = 40
"""Requests of a chain that are remembered; browsers stop at 20."""
WAITING = 20
"""Redirects of a client that are waited for."""
ABROAD = "*"
"""Where a redirect to another host will come back to, when its URL does not say."""
NAMED = 4
"""Pages of a loop that are named."""


def follow_request(memory: AlarmMemory, event: ExchangeStarted) -> AlarmMemory:
    """Return the memory after a request: it may be where a redirect has sent the client."""
    waiting = memory.expected.get(event.client, Map())
    expected = next((key for key in _keys_of(event) if key in waiting), "")
    chain = Chain(targets=(event.path,), exchanges=(event.exchange,), began=event.at)
    if expected:
        found = waiting[expected]
        memory = replace(
            memory, expected=memory.expected.set(event.client, waiting.delete(expected))
        )
        if event.at - found.began <= LOOP_WITHIN * len(found.targets):
            chain = replace(
                found,
                targets=(*found.targets, event.path)[-LONGEST:],
                exchanges=(*found.exchanges, event.exchange)[-LONGEST:],
            )
    return replace(memory, chains=memory.chains.set(event.exchange, chain))


def follow_response(
    memory: AlarmMemory,
    event: ExchangeEnded,
    request: ExchangeStarted | None,
    chain: Chain | None,
) -> AlarmMemory:
    """Return the memory after a response, with an alarm when it closes a loop.

    `chain`: the redirects that led to its request, which the memory has no more.
    """
    is_redirect = 300 <= event.status < 400 and bool(event.location)
    if not is_redirect or request is None or chain is None:
        return memory
    waiting = memory.expected.get(request.client, Map())
    if len(waiting) >= WAITING:
        waiting = Map()
    for path in _next_paths(event.location, request):
        waiting = waiting.set(path, chain)
    memory = replace(memory, expected=memory.expected.set(request.client, waiting))
    if not _is_loop(chain):
        return memory
    loop = RedirectLoop(event=event, request=request, chain=chain)
    text = _describe_loop(memory, loop)
    memory = raise_alarm(memory, event, "redirect loop", text, group=request.client)
    return replace(memory, loop=loop)


def retell_loop(memory: AlarmMemory, judged: CookieJudged) -> AlarmMemory:
    """Return the memory after a browser's word on a cookie: it may be why a loop goes on."""
    loop = memory.loop
    if loop is None:
        return memory
    made = _set_on_the_way(memory, loop.request.client, loop.chain)
    key = (judged.name, judged.value.digest)
    if key not in [(cookie.name, cookie.value.digest) for _, cookie in made]:
        return memory
    return retell(memory, "redirect loop", loop.request.client, _describe_loop(memory, loop))


def _keys_of(event: ExchangeStarted) -> Iterator[str]:
    """Yield the keys under which a redirect to this request may be waited for."""
    yield target_path(event.path)
    if event.method == "POST" or "state=" in event.path or "code=" in event.path:
        yield ABROAD


def _next_paths(location: str, request: ExchangeStarted) -> Iterator[str]:
    """Yield the paths a client will ask for next; of another host: where that sends it back to."""
    target = split_url(location)
    if target == NO_URL:
        return
    host = split_url(request.origin).netloc
    if not target.netloc or target.netloc == host:
        yield _join_path(target_path(request.path), target.path)
        return
    names = [value for _, value in parse_qsl(target.query) if "://" in value]
    own = [url.path or "/" for url in map(split_url, names) if url.netloc == host]
    yield from own or [ABROAD]


def _join_path(base: str, path: str) -> str:
    """Return the path of a reference on a page (RFC 3986, without dot segments)."""
    if not path:
        return base
    if path.startswith("/"):
        return path
    return f"{base.rpartition('/')[0]}/{path}"


def _is_loop(chain: Chain) -> bool:
    last = chain.targets[-1]
    same_paths = [target for target in chain.targets if target_path(target) == target_path(last)]
    return chain.targets.count(last) >= LOOP or len(same_paths) >= LOOP_OF_PATH


# -- the alarm ---------------------------------------------------------------------------------


def _describe_loop(memory: AlarmMemory, loop: RedirectLoop) -> str:
    chain = loop.chain
    pages = list(dict.fromkeys(target_path(target) for target in chain.targets))
    way = " → ".join(pages[:NAMED])
    span = loop.event.at - chain.began
    return (
        f"{loop.request.client} was redirected {len(chain.targets)} times in {span:.1f} s: {way};"
        f" {_explain(memory, loop.request, chain)}"
    )


def _explain(memory: AlarmMemory, request: ExchangeStarted, chain: Chain) -> str:
    """Return what becomes of the cookies that the responses of a loop set."""
    made = _set_on_the_way(memory, request.client, chain)
    if not made:
        return "no response on the way sets a cookie"
    pages = list(dict.fromkeys(target_path(target) for target in chain.targets))
    reasons = [_explain_lost(memory, key, cookie, request, pages) for key, cookie in made]
    lost = [reason for reason in reasons if reason]
    if not lost:
        names = ", ".join(sorted({cookie.name for _, cookie in made}))
        return f"{names} is set, comes back, and does not end it: the app does not accept it"
    return "; ".join(lost[:NAMED])


def _explain_lost(
    memory: AlarmMemory,
    key: CookieKey,
    cookie: CookieSet,
    request: ExchangeStarted,
    pages: Sequence[str],
) -> str:
    """Return why a cookie does not reach the pages of a loop; empty: it does."""
    judged = memory.judged.get((cookie.name, cookie.value.digest))
    if judged is not None:
        return f"{cookie.name} is set by {cookie.cause}; {describe_dropped(judged)}"
    missed = next((page for page in pages if not is_path_match(page, key[2])), "")
    is_sent = any(sent.name == cookie.name for sent in request.cookies)
    if missed:
        reason = f"its Path {key[2]} does not cover {missed}"
    elif is_sent:
        return ""
    else:
        reason = explain_not_sent(cookie, request.origin)
    text = f"{cookie.name} is set by {cookie.cause} and never comes back"
    if reason:
        return f"{text}: {reason}"
    return text


def _set_on_the_way(
    memory: AlarmMemory, client: str, chain: Chain
) -> list[tuple[CookieKey, CookieSet]]:
    jar = memory.jars.get(client, Map())
    dropped = memory.dropped.get(client, Map())
    found = [*jar.items(), *dropped.items()]
    exchanges = set(chain.exchanges)
    return [(key, cookie) for key, cookie in found if cookie.cause in exchanges]
