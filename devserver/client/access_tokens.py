"""Access tokens of a session: from the session while they last, else by refresh.

Concurrent queries of one session for one token share one refresh: with rotating refresh tokens
a second one would look like theft. Source: docs/sdk.md, Access tokens.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from session_inspector.devserver.client.callback import finalize
from session_inspector.devserver.client.failures import report_step_failure
from session_inspector.devserver.client.id_token import check_id_token
from session_inspector.devserver.client.mfa import MfaRequired, make_mfa_required
from session_inspector.devserver.client.relying_party import RelyingParty, RequestContext
from session_inspector.devserver.client.tokens.failures import AccessTokenError, name_failure
from session_inspector.devserver.client.tokens.token_sets import (
    Retrieved,
    TokenQuery,
    add_shared,
    default_claims,
    drop_absent_but_end,
    expiry_after,
    expiry_of,
    is_due,
    select_token_set,
    store_token_set,
)
from session_inspector.devserver.client.urls.authorization_parameters import merge_scopes
from session_inspector.devserver.cookies.js_values import UNDEFINED, get_member
from session_inspector.devserver.core.errors import (
    InputError,
    OAuthError,
    StoreUnavailable,
)
from session_inspector.devserver.core.values import Json, JsonObject, fingerprint
from session_inspector.devserver.session.policy import is_past_ceiling, part

NO_TOKEN = (
    "No access token found and a refresh token was not provided. The user needs to re-authenticate."
)
LATE = 10.0
"""Seconds in which a request may still come with a refresh token that was just exchanged."""


@dataclass(slots=True)
class SharedRefresh:
    """One refresh, under way or just done."""

    task: asyncio.Task[JsonObject]
    done_at: float | None = None

    def is_over(self, now: float) -> bool:
        """Return whether a request that comes now is too late to share the answer."""
        return self.done_at is not None and not self.done_at <= now <= self.done_at + LATE

    def may_be_awaited(self) -> bool:
        """Return whether the running loop may wait for it: its own task, or one that is done."""
        return self.task.done() or self.task.get_loop() is asyncio.get_running_loop()


@dataclass(slots=True)
class AccessTokens:
    """Returns access tokens of sessions; one for each client."""

    rp: RelyingParty
    _refreshes: dict[tuple[str, str, str], SharedRefresh] = field(default_factory=dict)
    """By fingerprint of the refresh token, audience and scope."""

    async def get(
        self,
        context: RequestContext,
        *,
        audience: str = "",
        scope: str = "",
        merges_scopes: bool = True,
        refresh: bool = False,
    ) -> Retrieved:
        """Return the token set that fits.

        Raises: AccessTokenError; MfaRequired; StoreUnavailable; SealError in compat mode.
        """
        session = await self._load_session(context)
        now = self.rp.clock.now()
        query = self._make_query(audience, scope, merges_scopes)
        if self.rp.config.compat:
            get_member(session.get("tokenSet", UNDEFINED), "audience")  # the SDK throws without it
        found = select_token_set(session, query, self._default())
        if not refresh and not is_due(found, now, self.rp.config.token_refresh_buffer):
            return await self._note_read(context, session, found)
        if not part(session, "tokenSet").get("refreshToken"):
            found = self._require_unexpired(context, found)
            return await self._note_read(context, session, found)
        try:
            fresh = await self._refresh_once(context, session, found, query)
        except MfaRequired:
            # the SDK stores the unchanged session again, and that counts as activity
            # (docs/sdk.md, Surprises, 22)
            await self.rp.engine.save(context.jars, session, reason="refresh", cause=context.cause)
            raise
        try:
            is_saved = await self._save(context, session, fresh, query)
        except StoreUnavailable as error:  # the fresh refresh token is lost
            report_step_failure(self.rp, context, error, step="refresh")
            raise
        return Retrieved(fresh, is_saved, is_fresh=True)

    async def _load_session(self, context: RequestContext) -> JsonObject:
        engine = self.rp.engine
        session = await engine.load(context.jars, cause=context.cause)
        if session is None:
            raise AccessTokenError("missing_session")
        if is_past_ceiling(session, self.rp.clock.now()):
            await engine.destroy(context.jars, reason="ceiling", cause=context.cause)
            raise AccessTokenError("session_expired")
        return session

    def _default(self) -> TokenQuery:
        """Return the audience and scope of the configuration."""
        parameters = self.rp.config.authorization_parameters
        return TokenQuery(
            audience=parameters.get("audience", ""), scope=self.rp.config.scope_of("")
        )

    def _make_query(self, audience: str, scope: str, merges_scopes: bool) -> TokenQuery:
        wanted = scope
        if merges_scopes:
            wanted = merge_scopes(self.rp.config.scope_of(audience), scope)
        return TokenQuery(audience=audience, scope=wanted, given_scope=scope)

    async def _refresh_once(
        self, context: RequestContext, session: JsonObject, found: JsonObject, query: TokenQuery
    ) -> JsonObject:
        """Refresh once for all who present the same refresh token at about the same time.

        A request that read its session before the refresh was saved comes with the old token a
        moment later: it shares the answer, as a theft it would end the whole family.
        """
        if self.rp.config.compat:
            return await self._refresh(context, session, found, query)
        self._forget_over()
        token = str(part(session, "tokenSet").get("refreshToken"))
        key = (fingerprint(token), query.audience, query.scope)
        refresh = self._refreshes.get(key)
        if refresh is None or not refresh.may_be_awaited():
            task = asyncio.ensure_future(self._refresh(context, session, found, query))
            refresh = SharedRefresh(task)
            self._refreshes[key] = refresh
            task.add_done_callback(lambda done: self._note_done(key, done))
        return await asyncio.shield(refresh.task)

    def _forget_over(self) -> None:
        now = self.rp.clock.now()
        over = [key for key, refresh in self._refreshes.items() if refresh.is_over(now)]
        for key in over:
            del self._refreshes[key]

    def _note_done(self, key: tuple[str, str, str], done: asyncio.Task[JsonObject]) -> None:
        """Keep a good answer for late requests; after a failure the next one tries again."""
        refresh = self._refreshes.get(key)
        if refresh is None or refresh.task is not done:
            return
        if refresh.task.cancelled() or refresh.task.exception() is not None:
            del self._refreshes[key]
        else:
            refresh.done_at = self.rp.clock.now()

    async def _refresh(
        self, context: RequestContext, session: JsonObject, found: JsonObject, query: TokenQuery
    ) -> JsonObject:
        """Exchange the refresh token. Raises: AccessTokenError; MfaRequired."""
        main = part(session, "tokenSet")
        fields = {"grant_type": "refresh_token", "refresh_token": str(main["refreshToken"])}
        if query.given_scope:
            fields["scope"] = query.scope
        if query.audience:
            fields["audience"] = query.audience
        try:
            answer = await self.rp.token_endpoint.ask(fields, cause=context.cause)
            if answer.get("id_token"):
                await check_id_token(self.rp, str(answer["id_token"]))
        except (OAuthError, InputError) as error:
            report_step_failure(self.rp, context, error, step="refresh")
            if isinstance(error, OAuthError) and error.code == "mfa_required":
                raise self._explain_mfa(error, query) from error
            code = name_failure(error, "failed_to_refresh_token")
            raise AccessTokenError(code, error.message) from error
        return self._make_token_set(answer, found or main, main, query)

    def _require_unexpired(self, context: RequestContext, found: JsonObject) -> JsonObject:
        """Return a token set that cannot be refreshed. Raises: AccessTokenError when it is over."""
        expires = expiry_of(found)
        message = ""
        if not found.get("accessToken"):
            message = NO_TOKEN
        elif expires is None or expires > self.rp.clock.now():
            return found
        error = AccessTokenError("missing_refresh_token", message=message)
        report_step_failure(self.rp, context, error, step="refresh")
        raise error

    def _explain_mfa(self, error: OAuthError, query: TokenQuery) -> MfaRequired:
        return make_mfa_required(
            error,
            self.rp.ring,
            audience=query.audience,
            scope=query.scope or self._default().scope,
            now=self.rp.clock.now(),
            ttl=self.rp.config.mfa_token_ttl,
        )

    def _make_token_set(
        self, answer: JsonObject, found: JsonObject, main: JsonObject, query: TokenQuery
    ) -> JsonObject:
        """Return the new token set; members it had keep their place."""
        id_token = answer.get("id_token")
        if not id_token and not self.rp.config.compat:
            id_token = main.get("idToken")
        fresh: dict[str, Json] = {
            **found,
            "accessToken": answer["access_token"],
            "idToken": id_token or None,
            "scope": answer.get("scope"),
            "refreshToken": answer.get("refresh_token") or main.get("refreshToken"),
            "expiresAt": expiry_after(answer, self.rp.clock.now()),
            "requestedScope": query.scope,
            "audience": found.get("audience") or query.audience or None,
            "token_type": str(answer.get("token_type") or "").lower() or None,
        }
        return drop_absent_but_end(fresh)

    async def _note_read(
        self, context: RequestContext, session: JsonObject, found: JsonObject
    ) -> Retrieved:
        """Return a stored token; compat mode may write it (docs/sdk.md, Surprises, 29)."""
        audience = found.get("audience")
        is_main = found == part(session, "tokenSet")
        if not self.rp.config.compat or is_main or not isinstance(audience, str):
            return Retrieved(found, is_saved=False)
        scope = found.get("requestedScope")
        if not isinstance(scope, str):
            scope = self._default().scope
        query = TokenQuery(audience=audience, scope=scope)
        token_set = add_shared(session, found)
        return Retrieved(found, await self._save(context, session, token_set, query))

    async def _save(
        self,
        context: RequestContext,
        session: JsonObject,
        fresh: JsonObject,
        query: TokenQuery,
    ) -> bool:
        """Write the session with its fresh token set; False when nothing was written."""
        changed = store_token_set(session, fresh, query, self._default())
        if changed is None:
            return False
        id_token = str(fresh.get("idToken") or "")
        if id_token and id_token != part(session, "tokenSet").get("idToken"):
            claims = await check_id_token(self.rp, id_token)
            changed["user"] = self._update_user(part(session, "user"), claims)
        if self._is_finalized():
            changed = await finalize(self.rp, changed, id_token)
        return await self.rp.engine.save(
            context.jars, changed, reason="refresh", cause=context.cause
        )

    def _is_finalized(self) -> bool:
        """Return whether hook or claim filter of a login also run after a refresh."""
        return self.rp.config.compat or self.rp.config.before_session_saved is not None

    def _update_user(self, old: JsonObject, claims: JsonObject) -> JsonObject:
        """Return the user after a refresh: claims that were added stay, except in compat mode."""
        if self._is_finalized():
            return claims
        return {**old, **default_claims(claims)}
