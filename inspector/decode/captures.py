"""All forms that cookies are pasted in, beside headers and bare values, in the order of trying."""

from __future__ import annotations

from session_inspector.inspector.decode.copied import read_fetch, read_powershell, read_shell
from session_inspector.inspector.decode.inputs.jars import (
    read_developer_rows,
    read_jar,
    read_lwp,
)
from session_inspector.inspector.decode.inputs.json_text import read_json
from session_inspector.inspector.decode.inputs.listed import read_listed, read_variable
from session_inspector.inspector.decode.inputs.logs import read_log
from session_inspector.inspector.decode.inputs.printed import read_other_prints
from session_inspector.inspector.decode.inputs.stored_rows import (
    read_aligned,
    read_line_mode,
    read_printed_rows,
    read_redis_answer,
)

READERS = (
    read_shell,
    read_powershell,
    read_fetch,
    read_printed_rows,
    read_line_mode,
    read_aligned,
    read_redis_answer,
    read_other_prints,
    read_listed,
    read_json,
    read_lwp,
    read_jar,
    read_log,
    read_developer_rows,
    read_variable,
)
