"""Running the query that answers a request to the Extended HTTP API (reference 11.2)."""

from __future__ import annotations

from typing import Any

from ..host import Host
from ..library.httpapi_request import BODY, CODE, HEADERS
from ..programs.leaving import Exited
from .query import Asked, Check, Emit, paths_of

# What makes `$request`. It stands before each query: lines are counted from here, and the list of tasks shows it.
INTRO = "init { $request = $lib.cortex.httpapi.response($_http_request_info) }\n"
INFO = "_http_request_info"
SENT = frozenset((CODE, HEADERS, BODY))


def served(host: Host, asked: Asked, info: dict[str, Any], send: Emit, check: Check) -> None:
    """Run a query; what it sends goes to `send`, all else is dropped. info: of the request. Raises StormError."""
    opts = {**asked.opts, "vars": {**asked.opts.get("vars", {}), INFO: info}}
    whole = Asked(INTRO + asked.text, opts, asked.user, asked.view, asked.task)

    def emit(kind: str, told: Any) -> None:
        if kind in SENT:
            send(kind, told)

    try:
        for _ in paths_of(host, whole, emit, check):
            pass
    except Exited:
        pass
