"""Runs the cases of the transaction cookies: txn_save, txn_get, txn_delete, txn_delete_all."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.cookies.jar import Jars
from session_inspector.devserver.cookies.sealed import KeyRing
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.transaction import TransactionOptions, Transactions
from tests.vectors.case import Case, browser_after, compare_loaded, cookie_options, difference


def transactions_of(case: Case) -> Transactions:
    cookie = case.config_cookie()
    config = case.table("config")
    max_age = cookie.get("maxAge")
    prefix = cookie.get("prefix")
    options = TransactionOptions(
        cookie=cookie_options(cookie),
        is_parallel=config.get("enableParallelTransactions") is not False,
    )
    if isinstance(max_age, (int, float)):
        options = replace(options, max_age=max_age)
    if isinstance(prefix, str):
        options = replace(options, prefix=prefix)
    ivs = case.ivs()
    return Transactions(
        KeyRing(case.secrets()),
        options,
        ManualClock(case.now),
        compat=True,
        new_iv=lambda: next(ivs, bytes(12)),
    )


def operate(case: Case, transactions: Transactions, jars: Jars) -> JsonObject | None:
    state = case.raw.get("state")
    match case.op:
        case "txn_save":
            may_evict = bool(case.raw.get("pass_request_cookies"))
            transactions.save(jars, case.table("session"), may_evict=may_evict)
        case "txn_get":
            return transactions.load(jars, str(state))
        case "txn_delete":
            transactions.delete(jars, str(state))
        case _:
            transactions.delete_all(jars)
    return None


def run_transaction_case(case: Case) -> list[str]:
    """Return what differs from the package."""
    jars = case.jars()
    try:
        loaded = operate(case, transactions_of(case), jars)
    except InspectorError as error:
        return difference("throws_message", case.raw.get("throws_message"), error.message)
    if case.raw.get("throws"):
        return [f"throws: expected {case.raw['throws']}, found nothing"]
    return [
        *difference("set_cookie", case.lines("set_cookie"), jars.response.lines()),
        *difference(
            "cookies_after", case.table("cookies_after"), browser_after(case, jars.response.lines())
        ),
        *compare_loaded(case, loaded),
    ]
