"""A watched browser of an attachment: which page it opens, and which origins are watched."""

from __future__ import annotations

from urllib.parse import urlsplit

from session_inspector.devserver.attach.browser.exchanges import BrowserExchanges
from session_inspector.devserver.attach.browser.origins import Origins
from session_inspector.devserver.attach.browser.page_requests import FindRequest, find_seen
from session_inspector.devserver.attach.browser.watch import BrowserWatch
from session_inspector.devserver.attach.browser.wish import BrowserWish
from session_inspector.devserver.attach.proxy.address import ProxyAddress
from session_inspector.devserver.attach.proxy.exchange import Audience
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.web.urgency import Urgency

NAMES = ("localhost", "127.0.0.1")
"""Under which names people open a proxy on loopback."""


class Browsing:
    """Puts the watch of a browser together."""

    def __init__(
        self,
        wish: BrowserWish,
        address: ProxyAddress | None,
        clock: Clock,
        publish: Publish,
        urgency: Urgency,
    ) -> None:
        """Raises: InputError for an origin that is none."""
        self._clock = clock
        url = wish.url
        if address is not None:
            url = address.url
        self.watch = BrowserWatch(
            wish, url, Origins([*_names_of(url, address), *wish.origins]), clock, publish, urgency
        )

    def report_to(self, audience: Audience) -> FindRequest:
        """Report what the browser sees as exchanges: there is no proxy that does.

        Returns who finds the requests again.
        """
        exchanges = BrowserExchanges(audience, self._clock)
        self.watch.report_exchange = exchanges.report
        return find_seen(exchanges)


def _names_of(url: str, address: ProxyAddress | None) -> list[str]:
    """Return the origins of a page; a proxy on loopback has two names."""
    if address is None:
        return [url]
    port = urlsplit(url).port
    return [url, *(f"http://{name}:{port}" for name in NAMES)]
