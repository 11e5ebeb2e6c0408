"""`stores`, `stores check|create|prune URL`: what stores there are, and what one holds."""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import asdict

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import Store, layout_of
from session_inspector.devserver.stores.querying.estimates import describe_about
from session_inspector.devserver.stores.survey import Survey, survey
from session_inspector.devserver.stores.timestamps import to_datetime
from session_inspector.devserver.stores.urls import availability, mask_store_url, open_store
from session_inspector.inspector.cli.new_file import check_kind
from session_inspector.inspector.cli.output import ExitCode, complain, print_json, print_line
from session_inspector.inspector.cli.progress import ProgressLine
from session_inspector.inspector.cli.stores.others import OthersRows, open_ours
from session_inspector.inspector.cli.stores.pruning import prune_store

NOTIFY = "notify=create"
COUNTS = {
    "live": "live",
    "expired": "expired, not deleted",
    "without_ttl": "without TTL",
    "unreadable": "unreadable",
    "unusable": "an app cannot use",
}


def stores(arguments: argparse.Namespace) -> ExitCode:
    """Carry out one action. Raises: InputError; StoreUnavailable (create and prune)."""
    match arguments.action:
        case "check":
            return asyncio.run(_check(arguments))
        case "create":
            return asyncio.run(_create(arguments))
        case "prune":
            return asyncio.run(prune_store(arguments))
        case _:
            return _list_kinds(arguments)


def _list_kinds(arguments: argparse.Namespace) -> ExitCode:
    found = availability()
    if arguments.json:
        print_json([asdict(each) for each in found])
        return ExitCode.OK
    for each in found:
        state = "installed"
        if not each.is_installed:
            state = f"missing · {each.fix}"
        print_line(f"{each.scheme + '://':20} {each.source:10} {state}")
    print_line("package.module:Class  your own   any class with the methods of Store")
    return ExitCode.OK


async def _check(arguments: argparse.Namespace) -> ExitCode:
    clock = SystemClock()
    try:
        store = await open_ours(arguments.url, clock)
    except StoreUnavailable as error:
        return _print_unreachable(arguments, error)
    except OthersRows as others:
        return _print_others(arguments, others)
    try:
        found = await _survey(store, clock.now(), is_exact=arguments.exact)
        feed = await store.feed()
        how = feed.how
        await feed.close()
    except StoreUnavailable as error:
        return _print_unreachable(arguments, error)
    finally:
        await store.close()
    layout = layout_of(store)
    if arguments.json:
        print_json(
            {
                "reachable": True,
                "store": mask_store_url(arguments.url),
                "layout": layout,
                "changes": how,
                **asdict(found),
            }
        )
    else:
        for line in _survey_lines(mask_store_url(arguments.url), layout, how, found):
            print_line(line)
    return ExitCode.OK


async def _survey(store: Store, now: Seconds, *, is_exact: bool) -> Survey:
    """Count a store's rows, and show how far that is."""
    line = ProgressLine()
    try:
        return await survey(
            store, now, is_exact=is_exact, note=lambda read: line.show(f"read {read:,} rows")
        )
    finally:
        line.clear()


def _print_unreachable(arguments: argparse.Namespace, error: StoreUnavailable) -> ExitCode:
    if arguments.json:
        print_json({"reachable": False, "reason": error.message})
    return complain(error)


def _print_others(arguments: argparse.Namespace, found: OthersRows) -> ExitCode:
    """Print whose rows are there: that is what `check` was asked."""
    if arguments.json:
        print_json(
            {
                "reachable": True,
                "store": mask_store_url(arguments.url),
                "layout": found.layout,
                "reason": found.message,
            }
        )
    else:
        print_line(found.message)
    return ExitCode.OK


def _survey_lines(url: str, layout: str, how: str, found: Survey) -> list[str]:
    oldest = "–"
    if found.oldest is not None:
        oldest = to_datetime(found.oldest).isoformat(" ", "seconds")
    sizes = "  ".join(f"p{p} {size} B" for p, size in found.sizes.items()) or "–"
    lines = [
        f"{'store':22} {url}",
        f"{'layout':22} {layout}",
        f"{'changes heard by':22} {how}",
    ]
    if found.sampled:
        rows = f"{describe_about(found.total, None)}, {found.counted_by}"
        lines.append(f"{'rows':22} {rows}")
        lines.append(f"{'read':22} {found.sampled:,} of them (--exact reads each)")
    lines += [f"{label:22} {_show_count(found, name)}" for name, label in COUNTS.items()]
    largest = "largest read" if found.sampled else "max"
    return [
        *lines,
        f"{'oldest':22} {oldest}",
        f"{'sizes':22} {sizes.replace('p100', largest)}",
    ]


def _show_count(found: Survey, name: str) -> str:
    count: int = getattr(found, name)
    if not found.sampled:
        return str(count)
    return f"{describe_about(count, None)} ± {found.margins[name]:,}"


async def _create(arguments: argparse.Namespace) -> ExitCode:
    url = arguments.url
    if arguments.notify and "?" in url:
        url = f"{url}&{NOTIFY}"
    elif arguments.notify:
        url = f"{url}?{NOTIFY}"
    check_kind(url)
    store = await open_store(url, SystemClock(), may_create=True)
    layout = layout_of(store)
    await store.close()
    if arguments.json:
        print_json({"ready": True, "store": mask_store_url(arguments.url), "layout": layout})
    else:
        print_line(f"ready: {layout}")
    return ExitCode.OK
