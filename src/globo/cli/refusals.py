"""What the parser of the command line refuses, said as every other error is."""

from __future__ import annotations

from typing import Any

from globo.errors import UserError
from globo.texts.terminal import say

SHOWN = 80  # characters of what was found


def refused(error: Any) -> str:
    """Return what the parser refuses in one line: the option, what was found, what is allowed."""
    asked = getattr(getattr(error, "ctx", None), "command_path", "globo")
    see = say("see", command=asked)
    details = getattr(error.__cause__, "errors", None)
    param = getattr(error, "param", None)
    if details is None or param is None or not _allowed(param):
        return f"{error.format_message().rstrip('.')}; {see}"
    found = repr(details(include_url=False)[0]["input"])[:SHOWN]
    where = next((name for name in param.opts if name.startswith("--")), param.opts[0])
    return UserError(where, found, _allowed(param), see).line(say("allowed"))


def _allowed(param: Any) -> str:
    """Return what a numeric option takes, read off its own type; "" for others."""
    schema = param.get_runtime_param().adapter.json_schema()
    one = next((s for s in schema.get("anyOf", [schema]) if s.get("type") != "null"), schema)
    if one.get("type") != "integer":
        return ""
    low, high = one.get("minimum"), one.get("maximum")
    if low is None:
        return say("option.whole")
    if high is None:
        return say("option.from", low=low)
    return say("option.range", low=low, high=f"{high:,}" if high > 9999 else high)
