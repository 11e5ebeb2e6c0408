"""An option that nobody reads is refused before anything is opened."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.stores.known_options import check_url_options
from session_inspector.devserver.stores.urls import check_store_url


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            "sqlite:///a.db?tabel=x",
            "?tabel= is no option of a SQLite URL. Fix: did you mean table?",
        ),
        ("sqlite:///a.db?prefix=x", "?prefix= is no option of a SQLite URL. Fix: it takes table"),
        ("postgres://h/db?collection=x", "of a PostgreSQL URL. Fix: it takes notify, table"),
        ("postgresql://h/db?notfy=create", "of a PostgreSQL URL. Fix: did you mean notify?"),
        ("mongodb://h/db?table=x", "Fix: it takes collection, and what pymongo takes"),
        ("mongodb+srv://h/db?colection=x", "of a MongoDB URL. Fix: did you mean collection?"),
        ("mongodb://h/db?replicaSte=x", "of a MongoDB URL. Fix: did you mean replicaset?"),
        ("dynamodb:///T?regoin=x", "of a DynamoDB URL. Fix: did you mean region?"),
        ("dynamodb:///T?table=", "Fix: it takes region; its table is the path"),
        ("redis+sentinel://h/m?prefx=x", "of a Redis URL. Fix: did you mean prefix?"),
        ("memory://?x=1", "?x= is no option of a memory URL. Fix: it takes none"),
    ],
)
def test_an_option_that_nobody_reads_is_refused_before_anything_is_opened(
    url: str, said: str
) -> None:
    with pytest.raises(InputError) as refused:
        check_store_url(url)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///a.db?mode=rwc&timeout=5&table=x&cache=shared&check_same_thread=False",
        "postgresql://h/db?sslmode=require&application_name=x&statement_timeout=5&notify=create",
        "mongodb://h1,h2/db?replicaSet=r&retryWrites=true&w=majority&collection=c&tlsCAFile=f",
        "mongodb+srv://h/db?serverSelectionTimeoutMS=1&readPreference=secondary",
        "dynamodb://h:1/T?region=eu-central-1",
        "rediss://h/0?ssl_ca_certs=f&prefix=a:",
        "plugin://h?whatever=1",
    ],
)
def test_what_a_driver_or_a_plug_in_takes_is_not(url: str) -> None:
    check_url_options(url)
