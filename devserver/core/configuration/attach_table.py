"""The rows of [attach]: how the app's own store is watched."""

from __future__ import annotations

from dataclasses import dataclass

from session_inspector.devserver.core.configuration.setting import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachTable:
    """[attach]: how `attach` and `run` watch the store of an app."""

    gentle: bool = setting(
        "attach",
        "switch",
        False,
        "the app's store is shared: look every 10 s at most, and at 500 rows",
        variable="SESSION_INSPECTOR_GENTLE",
        flag="--gentle",
    )
