"""`tests/` mirrors the tree: each module outside `ui` has a test file of its name, or is listed.

A new module without a test fails here. What is listed as tested elsewhere says where.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.budgets.counting import ROOT, sources

GENTLE = "tests/devserver/attach/test_attach_settings.py"
PROJECT_FILE = "tests/devserver/core/configuration/test_project.py"
DECLARATIONS = frozenset(
    {
        "devserver/attach/row_layout.py",
        "devserver/client/authlib_client.py",
        "devserver/core/commands.py",
        "devserver/core/correlation.py",
        "devserver/attach/browser/observed.py",
        "devserver/core/events/base.py",
        "devserver/core/events/browser.py",
        "devserver/core/events/exchange.py",
        "devserver/core/events/login.py",
        "devserver/core/events/process.py",
        "devserver/core/events/server.py",
        "devserver/core/events/session.py",
        "devserver/core/events/union.py",
        "devserver/core/version.py",
        "devserver/decoders/base.py",
        "devserver/decoders/codecs/limits.py",
        "devserver/decoders/codecs/text.py",
        "devserver/decoders/members.py",
        "devserver/run/packages.py",
        "devserver/session/differences.py",
        "devserver/session/memory.py",
        "devserver/stores/base.py",
        "devserver/stores/postgres/statements.py",
        "devserver/stores/redis/scripts.py",
        "devserver/stores/sqlite/statements.py",
        "inspector/feed/base.py",
        "inspector/model/facts/alarms.py",
        "inspector/model/facts/browser.py",
        "inspector/model/facts/fact.py",
        "inspector/model/facts/flows.py",
        "inspector/model/facts/grants.py",
        "inspector/model/facts/links.py",
        "inspector/model/facts/listing.py",
        "inspector/model/facts/presenters.py",
        "inspector/model/facts/rows.py",
        "inspector/model/facts/state.py",
    }
)
"""Values, names and statements: what uses them is tested."""
ELSEWHERE: Mapping[str, str] = {
    # on real engines, by the contract of windows that each store's and each app's test inherits
    "devserver/attach/rows/mongodb/source.py": "tests/devserver/attach/rows/test_mongodb.py",
    "devserver/attach/rows/postgres/source.py": "tests/devserver/attach/rows/test_postgres.py",
    "devserver/attach/rows/sqlite/source.py": "tests/devserver/attach/rows/test_sqlite.py",
    # each engine is pruned by the contract of all stores
    "devserver/stores/mongodb/pruning.py": "tests/devserver/stores/mongodb/test_store.py",
    "devserver/stores/postgres/pruning.py": "tests/devserver/stores/postgres/test_store.py",
    "devserver/stores/pruning/pages.py": "tests/devserver/stores/dynamodb/test_store.py",
    "devserver/stores/redis/pruning.py": "tests/devserver/stores/redis/test_store.py",
    "devserver/stores/sqlite/pruning.py": "tests/devserver/stores/sqlite/test_store.py",
    "devserver/stores/postgres/estimate.py": "tests/devserver/stores/postgres/test_source.py",
    "devserver/stores/redis/estimate.py": "tests/devserver/stores/redis/test_plain.py",
    "devserver/stores/dynamodb/source.py": "tests/devserver/stores/dynamodb/test_store.py",
    "devserver/stores/mongodb/source.py": "tests/devserver/stores/mongodb/test_store.py",
    "devserver/stores/querying/opening.py": "tests/devserver/stores/test_sealed.py",
    "devserver/stores/querying/paged.py": "tests/devserver/stores/test_memory.py",
    "devserver/stores/querying/sql_source.py": "tests/devserver/stores/sqlite/test_source.py",
    "inspector/cli/sessions/foreign_rows.py": "tests/inspector/cli/sessions/test_foreign.py",
    "inspector/cli/doctor/trusting.py": "tests/inspector/cli/doctor/test_authority.py",
    # by what a client is shown
    "devserver/certificates.py": "tests/devserver/test_tls.py",
    # on raw sockets, both sides at once
    "devserver/attach/attachment.py": "tests/end_to_end/test_attach.py",
    "devserver/attach/frameworks/authjs.py": "tests/devserver/attach/test_layouts.py",
    "devserver/attach/frameworks/better_auth.py": "tests/node/test_better_auth_rows.py",
    "devserver/lab/own_provider.py": "tests/devserver/run/test_running.py",
    "inspector/cli/run/starting.py": "tests/inspector/cli/run/test_command.py",
    "devserver/attach/proxy/client_connection.py": "tests/devserver/attach/proxy/test_trouble.py",
    "devserver/attach/proxy/client_socket.py": "tests/devserver/attach/proxy/test_trouble.py",
    "devserver/attach/proxy/exchange.py": "tests/devserver/attach/proxy/test_reporter.py",
    "devserver/attach/proxy/listener.py": "tests/devserver/attach/proxy/test_trouble.py",
    "devserver/attach/proxy/tunnel.py": "tests/devserver/attach/proxy/test_half_close.py",
    "devserver/attach/proxy/upstream/connection.py": "tests/devserver/attach/proxy/test_relay.py",
    "devserver/attach/proxy/upstream/encryption.py": "tests/devserver/attach/proxy/test_trouble.py",
    "inspector/model/words/guides.py": "tests/inspector/model/views/test_watch_mode.py",
    "devserver/attach/proxy/upstream/leftover.py": (
        "tests/devserver/attach/proxy/test_half_close.py"
    ),
    "devserver/attach/proxy/upstream/silence.py": "tests/devserver/attach/proxy/test_trouble.py",
    # in the real browsers
    "devserver/attach/browser/browsing.py": "tests/end_to_end/test_real_browser.py",
    "devserver/attach/browser/chromium/browser.py": "tests/devserver/attach/browser/test_watch.py",
    "devserver/attach/browser/firefox.py": "tests/devserver/attach/browser/test_watch.py",
    # what traffic teaches, by histories of exchanges
    "devserver/attach/traffic/": "tests/devserver/attach/traffic/test_learned_sessions.py",
    # against the real engine, reader and writer together
    "devserver/attach/rows/survey.py": "tests/devserver/attach/test_unknown_rows.py",
    "devserver/attach/rows/base.py": "tests/devserver/attach/rows/test_sql.py",
    "devserver/attach/rows/mongodb/documents.py": (
        "tests/devserver/attach/rows/test_mongodb_documents.py"
    ),
    "devserver/attach/rows/mongodb/reader.py": "tests/devserver/attach/rows/test_mongodb.py",
    "devserver/attach/rows/mongodb/writer.py": "tests/devserver/attach/rows/test_mongodb.py",
    "devserver/attach/rows/postgres/connection.py": "tests/devserver/attach/rows/test_postgres.py",
    "devserver/attach/rows/postgres/reader.py": "tests/devserver/attach/rows/test_postgres.py",
    "devserver/attach/rows/postgres/writer.py": "tests/devserver/attach/rows/test_postgres.py",
    "devserver/attach/rows/redis/hashes.py": "tests/devserver/attach/rows/test_redis.py",
    "devserver/attach/rows/redis/keys.py": "tests/devserver/attach/rows/test_redis.py",
    "devserver/attach/rows/redis/reader.py": "tests/devserver/attach/rows/test_redis.py",
    "devserver/attach/row_layout.py": "tests/devserver/attach/test_layouts.py",
    "devserver/attach/stored_rows.py": "tests/inspector/cli/sessions/test_stored_rows.py",
    "devserver/attach/rows/redis/writer.py": "tests/devserver/attach/rows/test_redis.py",
    "devserver/attach/rows/sqlite/connection.py": "tests/devserver/attach/rows/test_sqlite.py",
    "devserver/attach/rows/sqlite/reader.py": "tests/devserver/attach/rows/test_sqlite.py",
    "devserver/attach/rows/sqlite/writer.py": "tests/devserver/attach/rows/test_sqlite.py",
    "devserver/stores/dynamodb/client.py": "tests/devserver/stores/dynamodb/test_store.py",
    "devserver/stores/dynamodb/items.py": "tests/devserver/stores/dynamodb/test_store.py",
    "devserver/stores/mongodb/client.py": "tests/devserver/stores/mongodb/test_store.py",
    "devserver/stores/mongodb/stream.py": "tests/devserver/stores/mongodb/test_store.py",
    "devserver/stores/postgres/client.py": "tests/devserver/stores/postgres/test_store.py",
    "devserver/stores/postgres/notify.py": "tests/devserver/stores/postgres/test_store.py",
    "devserver/stores/redis/client.py": "tests/devserver/stores/redis/test_store.py",
    "devserver/stores/redis/feed.py": "tests/devserver/stores/redis/test_store.py",
    "devserver/stores/redis/keys.py": "tests/devserver/stores/redis/test_store.py",
    "devserver/stores/redis/pipeline.py": "tests/devserver/stores/redis/test_store.py",
    "devserver/stores/redis/rows.py": "tests/devserver/stores/redis/test_store.py",
    # beside the class that an app writes for such a store, byte by byte
    "devserver/stores/dynamodb/changes.py": "tests/devserver/stores/dynamodb/test_store.py",
    "devserver/stores/dynamodb/exact.py": "tests/devserver/stores/dynamodb/test_store.py",
    "devserver/stores/dynamodb/table.py": "tests/devserver/stores/dynamodb/test_store.py",
    "devserver/stores/exact.py": "tests/contracts/exact.py",
    "devserver/stores/mongodb/exact.py": "tests/seed/test_matrix.py",
    "devserver/stores/mongodb/sign.py": "tests/seed/test_watching.py",
    "devserver/stores/postgres/exact.py": "tests/seed/test_matrix.py",
    "devserver/stores/postgres/sign.py": "tests/seed/test_watching.py",
    "devserver/stores/redis/exact.py": "tests/seed/test_matrix.py",
    "devserver/stores/redis/indexed.py": "tests/devserver/stores/redis/test_store.py",
    "devserver/stores/redis/plain_rows.py": "tests/devserver/stores/redis/test_plain.py",
    "devserver/stores/redis/sign.py": "tests/seed/test_watching.py",
    # all settings at once
    "devserver/core/configuration/file.py": "tests/devserver/core/configuration/test_reading.py",
    "devserver/core/configuration/section.py": "tests/devserver/core/configuration/test_reading.py",
    "devserver/core/configuration/setting.py": "tests/devserver/core/configuration/test_reading.py",
    # golden cases of the real packages, and noise
    "devserver/decoders/formats/": "tests/vectors/test_formats.py",
    "devserver/decoders/codecs/iron.py": "tests/vectors/test_formats.py",
    "devserver/decoders/codecs/jwe.py": "tests/vectors/test_formats.py",
    "devserver/decoders/codecs/serialised/java_classes.py": (
        "tests/devserver/decoders/codecs/serialised/test_java_stream.py"
    ),
    "devserver/decoders/codecs/kdf.py": "tests/vectors/test_formats.py",
    "devserver/decoders/codecs/lz4_frame.py": "tests/vectors/test_formats.py",
    "devserver/decoders/codecs/mac.py": "tests/vectors/test_formats.py",
    "devserver/decoders/codecs/messagepack.py": "tests/vectors/test_formats.py",
    "devserver/decoders/registry.py": "tests/vectors/test_formats.py",
    # over HTTP: a whole lab, a whole provider
    "devserver/lab/real_browser/hosts.py": "tests/inspector/cli/scenario/test_real_browser.py",
    "devserver/lab/real_browser/pages.py": "tests/inspector/cli/scenario/test_real_browser.py",
    "devserver/lab/lab.py": "tests/end_to_end/test_with_httpx.py",
    "devserver/lab/page.py": "tests/devserver/lab/test_demo.py",
    "devserver/provider/authlib_server.py": "tests/devserver/provider/test_provider.py",
    "devserver/provider/flows/flows.py": "tests/devserver/provider/flows/test_flow_metadata.py",
    "devserver/provider/token_reports.py": "tests/devserver/provider/test_token_storage.py",
    "devserver/session/carrier.py": "tests/devserver/session/test_engine.py",
    "devserver/web/openapi.py": "tests/security/test_openapi.py",
    # as a shell runs them
    "inspector/cli/browser/arguments.py": "tests/end_to_end/test_real_browser.py",
    "inspector/cli/arguments.py": "tests/inspector/cli/test_commands.py",
    "inspector/cli/attach/arguments.py": "tests/inspector/cli/attach/test_command.py",
    "inspector/cli/compare/arguments.py": "tests/inspector/cli/scenario/test_command.py",
    "inspector/cli/compare/command.py": "tests/inspector/cli/scenario/test_command.py",
    "inspector/cli/completion/command.py": "tests/inspector/cli/config/test_command.py",
    "inspector/cli/completion/arguments.py": "tests/inspector/cli/config/test_command.py",
    "inspector/cli/replay_arguments.py": "tests/inspector/cli/test_endings.py",
    "inspector/cli/config/arguments.py": "tests/inspector/cli/config/test_command.py",
    "devserver/core/configuration/attach_table.py": GENTLE,
    "devserver/core/configuration/run_table.py": PROJECT_FILE,
    "devserver/core/configuration/lists.py": PROJECT_FILE,
    "inspector/cli/config/schema.py": "tests/inspector/cli/config/test_command.py",
    "inspector/cli/decode/arguments.py": "tests/inspector/cli/decode/test_command.py",
    "inspector/cli/decode/lines.py": "tests/inspector/cli/decode/test_command.py",
    "inspector/cli/decode/report_json.py": "tests/inspector/cli/decode/test_command.py",
    "inspector/cli/decode/reseal.py": "tests/inspector/cli/decode/test_command.py",
    "inspector/cli/doctor/arguments.py": "tests/inspector/cli/doctor/test_command.py",
    "inspector/cli/doctor/diagnosis.py": "tests/inspector/cli/doctor/test_command.py",
    "inspector/cli/decode/weak.py": "tests/inspector/cli/decode/test_command.py",
    "inspector/cli/provider/arguments.py": "tests/inspector/cli/tenant/test_environment.py",
    "inspector/cli/provider/command.py": "tests/inspector/cli/tenant/test_environment.py",
    "inspector/cli/scenario/arguments.py": "tests/inspector/cli/scenario/test_command.py",
    "inspector/cli/serve/arguments.py": "tests/inspector/cli/test_commands.py",
    "inspector/cli/serve/command.py": "tests/inspector/cli/test_commands.py",
    "inspector/cli/sessions/arguments.py": "tests/inspector/cli/sessions/test_foreign.py",
    "inspector/cli/sessions/command.py": "tests/inspector/cli/sessions/test_foreign.py",
    "inspector/cli/stores/arguments.py": "tests/inspector/cli/stores/test_command.py",
    "inspector/cli/tenant/arguments.py": "tests/inspector/cli/tenant/test_environment.py",
    "inspector/entry.py": "tests/inspector/cli/test_commands.py",
    # through the report or the board they are a part of
    "inspector/compare/fields.py": "tests/inspector/ui/test_measuring.py",
    "inspector/decode/captures.py": "tests/inspector/decode/test_paste.py",
    "inspector/decode/copied.py": "tests/inspector/decode/test_paste.py",
    "devserver/decoders/claims.py": "tests/vectors/test_confusion.py",
    "devserver/decoders/evidence.py": "tests/vectors/test_confusion.py",
    "devserver/cookies/secret_bytes.py": "tests/inspector/decode/test_secrets.py",
    "inspector/cli/completion/values.py": "tests/inspector/cli/test_help.py",
    "inspector/cli/help_texts.py": "tests/inspector/cli/test_help.py",
    "inspector/cli/helping.py": "tests/inspector/cli/test_help.py",
    "inspector/cli/new_file.py": "tests/inspector/cli/test_endings.py",
    "inspector/decode/inputs/": "tests/inspector/decode/test_inputs.py",
    "inspector/decode/secret_forms.py": "tests/inspector/decode/test_secrets.py",
    "inspector/ending.py": "tests/inspector/cli/test_endings.py",
    "devserver/attach/row_content.py": "tests/devserver/attach/test_layouts.py",
    "devserver/stores/sqlite/opening.py": "tests/devserver/stores/sqlite/test_file.py",
    "inspector/model/words/answers.py": "tests/inspector/model/fold/ends/test_answers.py",
    "inspector/model/words/changes.py": "tests/inspector/model/boards/test_changes.py",
    "inspector/model/words/copies.py": "tests/devserver/attach/traffic/test_shown_again.py",
    "inspector/decode/keys.py": "tests/inspector/cli/decode/test_command.py",
    "inspector/decode/examining.py": "tests/inspector/decode/test_rows.py",
    "inspector/decode/looking.py": "tests/inspector/decode/test_report.py",
    "inspector/decode/verdicts.py": "tests/inspector/decode/test_report.py",
    "inspector/decode/panel.py": "tests/inspector/decode/test_report.py",
    "inspector/model/boards/access_lines.py": "tests/inspector/model/boards/test_tokens.py",
    "inspector/model/boards/grant_lines.py": "tests/inspector/model/boards/test_logins.py",
    "inspector/model/boards/login_steps.py": "tests/inspector/model/boards/test_logins.py",
    "inspector/model/boards/what_if.py": "tests/inspector/model/boards/test_budget.py",
    # what all panes say of one session
    "inspector/model/facts/row_ends.py": "tests/inspector/model/views/selectors/test_row.py",
    "inspector/model/fold/register.py": "tests/inspector/model/fold/test_sessions.py",
    "inspector/model/fold/row_states.py": "tests/inspector/model/views/selectors/test_row.py",
    "inspector/model/views/selectors/": "tests/inspector/model/views/selectors/test_agreement.py",
    "inspector/model/words/explanations.py": "tests/inspector/model/fold/test_alarms.py",
    # each feed keeps the same contract
    "inspector/feed/here.py": "tests/inspector/feed/test_feeds.py",
    "inspector/feed/local.py": "tests/inspector/feed/test_feeds.py",
    "inspector/feed/remote.py": "tests/inspector/feed/test_feeds.py",
    "inspector/feed/replay.py": "tests/inspector/feed/test_record.py",
    "inspector/keys.py": "tests/inspector/ui/test_actions.py",
}
"""A module and the test that has its rules. A format is one file and its vectors: a folder."""


def modules() -> Iterator[str]:
    for path in sources([ROOT / "devserver", ROOT / "inspector"]):
        name = str(path.relative_to(ROOT))
        if path.name != "__init__.py" and "/ui/" not in name:
            yield name


def own_test(module: str) -> Path:
    path = ROOT / "tests" / module
    return path.with_name(f"test_{path.name}")


def is_listed(module: str) -> bool:
    """Check whether a module is covered by an entry: its own, or its folder's."""
    return module in DECLARATIONS or any(module.startswith(entry) for entry in ELSEWHERE)


@pytest.mark.parametrize("module", modules())
def test_a_module_has_a_test_of_its_name_or_is_listed(module: str) -> None:
    assert own_test(module).exists() or is_listed(module), f"write {own_test(module)}"


@pytest.mark.parametrize("entry", [*ELSEWHERE, *sorted(DECLARATIONS)])
def test_an_entry_is_needed(entry: str) -> None:
    covered = [name for name in modules() if name.startswith(entry)]
    assert [name for name in covered if not own_test(name).exists()], f"take {entry} out"


@pytest.mark.parametrize("test", sorted(set(ELSEWHERE.values())))
def test_what_is_named_is_a_test(test: str) -> None:
    text = (ROOT / test).read_text()
    assert "def test_" in text or "class Test" in text  # a contract's tests are inherited
