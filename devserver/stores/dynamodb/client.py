"""Clients of DynamoDB by URL, the table they open, and what the driver raises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiobotocore.client import AioBaseClient
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from botocore.exceptions import BotoCoreError, ClientError

from session_inspector.devserver.core.errors import MissingTable, StoreUnavailable
from session_inspector.devserver.stores.url_options import read_options
from session_inspector.devserver.stores.watching.commands import CommandCount

SECONDS = 5.0
CONNECTIONS = 50
TABLE = "Sessions"
REGION = "us-east-1"
LOCAL = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
"""Credentials for a server of one's own, which takes any."""
GONE = "ConditionalCheckFailedException"
CANCELLED = "TransactionCanceledException"


@dataclass(frozen=True, slots=True)
class DynamoLocation:
    """What a URL names."""

    endpoint: str
    """Empty: AWS."""
    region: str
    table: str


class ConditionFailed(Exception):
    """A condition did not hold: the row is gone, or another now."""


def parse_location(url: str) -> DynamoLocation:
    """Return what `dynamodb://[host:port]/TABLE[?region=…]` names."""
    parts = urlsplit(url)
    endpoint = ""
    if parts.netloc:
        endpoint = f"http://{parts.netloc}"
    region = read_options(url).get("region", REGION)
    return DynamoLocation(endpoint, region, parts.path.strip("/") or TABLE)


def create_client(location: DynamoLocation) -> AbstractAsyncContextManager[AioBaseClient]:
    """Return a client to enter; credentials come from where AWS tools look."""
    own: dict[str, str] = {}
    if location.endpoint:
        own = {"endpoint_url": location.endpoint, **LOCAL}
    config = AioConfig(
        connect_timeout=SECONDS,
        read_timeout=SECONDS,
        retries={"max_attempts": 1},
        max_pool_connections=CONNECTIONS,
    )
    creator: AbstractAsyncContextManager[AioBaseClient] = get_session().create_client(
        "dynamodb", region_name=location.region, config=config, **own
    )
    return creator


async def count_requests(client: AioBaseClient) -> CommandCount:
    """Count what a client sends from now on; a request that is tried again counts again."""
    commands = CommandCount()

    def note(**_: object) -> None:
        commands.note()

    client.meta.events.register("before-send.dynamodb", note)
    return commands


@contextmanager
def dynamodb_errors() -> Iterator[None]:
    """Turn whatever the driver raises into StoreUnavailable, or ConditionFailed."""
    try:
        yield
    except ClientError as error:
        if _is_condition_failed(error):
            raise ConditionFailed from error
        raise StoreUnavailable(f"DynamoDB: {error}") from error
    except (BotoCoreError, OSError, TimeoutError) as error:
        raise StoreUnavailable(f"DynamoDB: {error}") from error


def _is_condition_failed(error: ClientError) -> bool:
    code = error.response.get("Error", {}).get("Code", "")
    if code == CANCELLED:
        return "ConditionalCheckFailed" in str(error)
    return bool(code == GONE)


async def ensure_table(client: AioBaseClient, name: str, url: str, *, may_create: bool) -> None:
    """Make a table that is not there, when that is allowed. Raises: MissingTable."""
    try:
        await client.describe_table(TableName=name)
    except client.exceptions.ResourceNotFoundException as error:
        if not may_create:
            raise MissingTable(
                f"table {name} is not there; nothing is created unasked."
                f" Fix: session-inspector stores create '{url}'"
            ) from error
        await _create_table(client, name)


async def _create_table(client: AioBaseClient, name: str) -> None:
    await client.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    await client.get_waiter("table_exists").wait(
        TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )
