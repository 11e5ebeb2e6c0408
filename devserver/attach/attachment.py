"""Somebody's real app, watched: the proxy before it, its store, and the journal of both."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Sequence
from itertools import count

from starlette.applications import Starlette
from starlette.types import ASGIApp

from session_inspector.devserver.attach.attach_settings import (
    AttachSettings,
    address_of,
    bind_all,
    choose_base_url,
    close_all,
    name_stores,
    name_upstream,
    tell_policy,
)
from session_inspector.devserver.attach.browser.browsing import Browsing
from session_inspector.devserver.attach.browser.jar_edits import JarEdits
from session_inspector.devserver.attach.browser.opening import BrowserOpener
from session_inspector.devserver.attach.browser.page_requests import find_kept
from session_inspector.devserver.attach.browser.watch import BrowserWatch
from session_inspector.devserver.attach.browser.wish import BrowserWish
from session_inspector.devserver.attach.control import AttachedControl
from session_inspector.devserver.attach.gone_rows import GoneRows
from session_inspector.devserver.attach.proxy.address import ProxyAddress
from session_inspector.devserver.attach.proxy.listener import Proxy
from session_inspector.devserver.attach.proxy.origins import OriginProxies
from session_inspector.devserver.attach.proxy.reporter import ExchangeReporter
from session_inspector.devserver.attach.proxy.route import Route, trust_of
from session_inspector.devserver.attach.proxy.under_way import LikelyCause
from session_inspector.devserver.attach.proxy.upstream.trouble import describe_at_start
from session_inspector.devserver.attach.proxy.upstream.unproxied import UnproxiedApp
from session_inspector.devserver.attach.recognise import OfferedStores, StoreFinder, StoreToWatch
from session_inspector.devserver.attach.traffic.app_clocks import AppClocks
from session_inspector.devserver.attach.traffic.opener import Opener
from session_inspector.devserver.attach.traffic.redirects import RedirectedLogins
from session_inspector.devserver.attach.traffic.resurrections import Resurrections
from session_inspector.devserver.attach.traffic.sessions import SessionReporter
from session_inspector.devserver.attach.watched_store import AppStore
from session_inspector.devserver.core.clock import SystemClock, TravelClock
from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.core.events.server import (
    AppAddressSeen,
    ServerStarted,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.journal import Journal
from session_inspector.devserver.core.listening import (
    LOOPBACK,
    port_of,
)
from session_inspector.devserver.core.supervision import Supervisor
from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.devserver.host import Host, RunningHost
from session_inspector.devserver.lab.own_provider import OwnProvider
from session_inspector.devserver.stores.undo.undos import Undos
from session_inspector.devserver.stores.urls import mask_store_url
from session_inspector.devserver.web.api import Api
from session_inspector.devserver.web.kept_requests import KeptRequests
from session_inspector.devserver.web.resending import Resender
from session_inspector.devserver.web.reveal_cache import RevealCache
from session_inspector.devserver.web.urgency import Urgency

PATIENCE = 10.0
"""Seconds that the loop may take to do what another thread asks."""


class Attachment:
    """Everything behind the screen; lives in the server's thread and loop."""

    _proxy: Proxy | None = None
    _reporter: ExchangeReporter | None = None
    _browser: BrowserWatch | None = None
    _page: UnproxiedApp | None = None

    def __init__(
        self,
        settings: AttachSettings,
        address: ProxyAddress | None,
        control_url: str,
        issuer: str = "",
    ) -> None:
        """Take what to watch; `issuer` is the address of the provider of the settings."""
        self.issuer = issuer or settings.issuer
        self._settings = settings
        self._address = address
        self.base_url = choose_base_url(settings, address, control_url)
        self._control_url = control_url
        self.journal = Journal()
        self.urgency = Urgency()
        self.clock = TravelClock(SystemClock())
        self._secrets = RevealCache(self.journal.publish)
        self.publish = Resurrections(self._secrets.publish).publish
        self._supervisor = Supervisor(self.clock, self.publish)
        self._numbers = count(1)
        self.provider = OwnProvider.make(
            settings.provider, issuer, self.clock, self.publish, self._numbers
        )
        self._opener = Opener(
            load_decoders(), settings.secrets, self.clock, has_told=settings.has_told_secret
        )
        self._gone = GoneRows(self.publish)
        self._undos = Undos()
        self._finder: StoreFinder | None = None
        self.store = self._make_store(settings)
        self._kept = KeptRequests()
        self.control = self._make_control(settings)
        self._is_open = True
        self._api = Api(self.journal, self.control, lambda: self._is_open, token=settings.token)
        self.api = Starlette(routes=self._api.routes)
        self._origins = OriginProxies(settings.origins, self.clock, self.publish)
        self.warning = ""
        """What a person should know at once."""
        self._tasks: list[asyncio.Task[None]] = []

    async def open(
        self, sockets: list[socket.socket], others: Sequence[socket.socket] = ()
    ) -> None:
        """Begin to relay and to watch. Raises: InputError for a store that cannot be had."""
        await self._check_store()
        self.publish(self._describe_start())
        if self._settings.route is not None:
            await self._open_proxy(self._settings.route, sockets)
        if self._reporter is not None:
            await self._origins.open(others, self._reporter, self._numbers, self._keep)
        if self.store is not None:
            self._keep("the store", self.store.follow)
        self._offer_browser()
        if self._page is not None:
            self.warning = await self._page.check()

    def _offer_browser(self) -> None:
        """Watch the browser of the settings, and open one when a key asks for it."""
        if self._settings.browser is None and self._address is None:
            return
        opener = BrowserOpener(self.base_url, os.environ, self._open_browser)
        if self._settings.browser is not None:
            opener.watch = self._open_browser(self._settings.browser)
        self.control.open_browser = opener.open

    def _open_browser(self, wish: BrowserWish) -> BrowserWatch:
        """Watch a real browser; without a proxy it is also who sees the traffic."""
        browsing = Browsing(wish, self._address, self.clock, self.publish, self.urgency)
        find_request = find_kept(self._kept, self.base_url)
        if self._settings.route is None:
            reporter = self._make_reporter(wish.url)
            find_request = browsing.report_to(reporter)
            self._keep("traffic", reporter.run)
            self._page = UnproxiedApp(wish.url, reporter)
            self._keep("the app", self._page.follow)
        self.control.jar = JarEdits(
            browsing.watch,
            self.clock,
            self._undos,
            is_read_only=wish.is_read_only or self._settings.is_read_only,
            find_request=find_request,
        )
        self._keep("the browser", browsing.watch.run)
        self._browser = browsing.watch
        return browsing.watch

    async def _open_proxy(self, route: Route, sockets: list[socket.socket]) -> None:
        reporter = self._make_reporter(route.url)
        self._proxy = Proxy(route, reporter, self.clock, numbers=self._numbers, kept=self._kept)
        await self._proxy.open(sockets)
        if not self._settings.is_started_later:
            await self._warn_of_trouble(self._proxy, route)
        self._keep("the app", self._proxy.follow_app)
        self._keep("traffic", reporter.run)

    async def _warn_of_trouble(self, proxy: Proxy, route: Route) -> None:
        trouble = await proxy.check_upstream()
        if trouble is not None:
            self.warning = describe_at_start(route.url, trouble)

    def lead_to(self, route: Route) -> None:
        """Let the proxy lead elsewhere: the app listens on another port."""
        if self._proxy is None or self._reporter is None:
            return
        self._reporter.lead_to(route.url)
        self._proxy.lead_to(route)

    def likely_cause(self) -> LikelyCause:
        """Return the exchanges that what happens now may be of. Any thread."""
        if self._reporter is None:
            return LikelyCause()
        return self._reporter.under_way.likely()

    def _make_reporter(self, url: str) -> ExchangeReporter:
        logins = RedirectedLogins(self.publish)
        sessions = SessionReporter(
            self._opener,
            logins.publish,
            self.store,
            cookies=self._settings.cookies,
            find_gone=self._gone.find,
            read_row=None if self.store is None else self.store.read_now,
        )
        self._reporter = ExchangeReporter(
            url,
            sessions,
            self.clock,
            self._publish_traffic,
            address=self._address,
            logins=logins,
            clocks=AppClocks(),
        )
        self.control.settle = self._reporter.publish_notes
        if self.provider is not None:
            self.provider.settle = self._reporter.publish_notes
        return self._reporter

    def _publish_traffic(self, event: Event) -> None:
        """Publish; a browser watches the app under the name that it turns out to go by."""
        self.publish(event)
        if isinstance(event, AppAddressSeen) and self._browser is not None:
            self._browser.widen(event.base_url)

    def _make_control(self, settings: AttachSettings) -> AttachedControl:
        """Return who carries out commands; only through a proxy requests are sent again."""
        requests = None
        if settings.route is not None:
            requests = Resender(self._kept, self.base_url, verify=trust_of(settings.route))
        return AttachedControl(
            self.store,
            self._secrets,
            self.clock,
            self.publish,
            self.provider,
            self._undos,
            requests,
        )

    def _keep(self, task: str, work: Callable[[], Awaitable[None]]) -> None:
        self._tasks.append(asyncio.ensure_future(self._supervisor.keep(task, work)))

    def _describe_start(self) -> ServerStarted:
        settings = self._settings
        tenant = ""
        users: tuple[str, ...] = ()
        if self.provider is not None:
            tenant = self.base_url
            users = self.provider.users
        started = ServerStarted(
            at=self.clock.now(),
            base_url=self.base_url,
            control_url=self._control_url,
            issuer=self.issuer,
            tenant=tenant,
            users=users,
            kind="stateful" if settings.store else "stateless",
            store=name_stores(settings),
            may_write=settings.may_write,
            rolling=None,
            inactivity=None,
            absolute=None,
            cookie_name="",
            wall=self.clock.base.now(),
            upstream=name_upstream(settings),
            origins=tuple(origin.describe() for origin in settings.origins),
        )
        return tell_policy(started, settings.policy)

    def end_streams(self) -> None:
        """Let whoever reads the events see their end."""
        self._is_open = False
        self._api.end_streams()

    async def close(self) -> None:
        """Stop relaying and watching, and let go of the store."""
        self._is_open = False
        if self._proxy is not None:
            await self._proxy.close()
        await self._origins.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.store is not None:
            await self.store.close()
        self._opener.close()
        if self.provider is not None:
            await self.provider.close()

    # -- the store -------------------------------------------------------------------------

    def _make_store(self, settings: AttachSettings) -> AppStore | None:
        if settings.store:
            self._finder = self._make_finder(settings, settings.store)
            return AppStore(self._finder.find, describe=self._finder.describe, pace=settings.pace)
        if settings.offered:
            offered = self._offer_stores(settings)
            return AppStore(offered.find, describe=offered.describe, pace=settings.pace)
        return None

    def _offer_stores(self, settings: AttachSettings) -> OfferedStores:
        finders = [self._make_finder(settings, offered.url) for offered in settings.offered]
        return OfferedStores(finders, self.clock, self._gone.publish)

    def _make_finder(self, settings: AttachSettings, url: str) -> StoreFinder:
        wanted = StoreToWatch(
            url=url,
            layout=settings.layout,
            may_write=settings.may_write,
            secrets=settings.secrets,
            policy=settings.policy,
            pace=settings.pace,
        )
        return StoreFinder(wanted, self.clock, self._gone.publish, self._undos)

    async def _check_store(self) -> None:
        if self._finder is None or self.store is None:
            return
        try:
            await self._finder.check()
            await self.store.recognise()
        except StoreUnavailable as error:
            label = mask_store_url(self._settings.store)
            raise InputError(
                f"store {label} does not answer: {error.message.rstrip('.')}."
                " Fix: start it, or check --store"
            ) from error


class RunningAttachment(RunningHost[Attachment]):
    """An attachment that listens."""

    def __init__(
        self, host: Host[Attachment], attachment: Attachment, control_url: str, token: str
    ) -> None:
        super().__init__(host, int(control_url.rpartition(":")[2]), token)
        self.journal = attachment.journal
        self.urgency = attachment.urgency
        self.control = attachment.control
        self.clock = attachment.clock
        self.base_url = attachment.base_url
        self.control_url = control_url
        self.warning = attachment.warning
        self.issuer = attachment.issuer
        self.publish = attachment.publish
        self.likely_cause = attachment.likely_cause
        self._attachment = attachment

    def settle(self) -> None:
        """Publish what is known of the traffic by now; from any thread."""

        async def settle() -> None:
            await self.control.settle()

        self.submit(settle()).result(PATIENCE)

    def lead_to(self, route: Route) -> None:
        """Let the proxy lead elsewhere from now on; from any thread."""

        async def lead() -> None:
            self._attachment.lead_to(route)

        self.submit(lead()).result(PATIENCE)


def start_attachment(settings: AttachSettings) -> RunningAttachment:
    """Start proxy, watching and control in their own thread; returns when they listen.

    The control API has a port of its own: no path of the app is shadowed. Raises: InputError.
    """
    sockets = bind_all(settings)
    control = sockets.control
    provider = sockets.provider
    api_url = f"http://{LOOPBACK}:{port_of(control)}"
    address = address_of(settings, sockets.proxy)

    async def build() -> Attachment:
        attachment = Attachment(settings, address, api_url, provider.issuer)
        try:
            await attachment.open(sockets.proxy, sockets.others)
        except BaseException:
            close_all([*sockets.proxy, *sockets.others])
            await attachment.close()
            raise
        return attachment

    def apps(attachment: Attachment) -> dict[int, ASGIApp]:
        return {port_of(control): attachment.api, **provider.apps(attachment.provider)}

    host = Host(
        build,
        apps,
        Attachment.close,
        [control, *provider.sockets],
        provider.tls,
        before_stop=Attachment.end_streams,
    )
    return RunningAttachment(host, host.start(), api_url, settings.token)
