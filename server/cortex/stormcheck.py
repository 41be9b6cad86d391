"""Whether a text is Storm (reference 5.9). Only its grammar is looked at: no names, no views, no users.

Where the product's own code stumbles over a body, its exception is the answer; so it is here, as clients see it.
"""

from typing import Any

from aiohttp import web

from .answers import ok
from .errors import CortexError
from .visit import Visit

# Where in the server's source an error was raised: the product tells it, and nobody can rely on it.
RAISED = {"efile": "parse.py", "eline": 0, "esrc": "", "ename": "parse"}


async def required(visit: Visit) -> web.StreamResponse:
    """GET or POST /api/v1/reqvalidstorm `{"query", "opts": {"mode"}}`: true, or 400 with what is wrong."""
    wrong = await checked(visit)
    if wrong is not None:
        raise CortexError(400, wrong[0], wrong[1]["mesg"])
    return ok(True)


async def asked(visit: Visit) -> web.StreamResponse:
    """GET or POST /api/v1/isvalidstorm, the same body: `[true, {}]`, or `[false, [name, info]]` with what is wrong."""
    wrong = await checked(visit)
    return ok([True, {}] if wrong is None else [False, [wrong[0], {**RAISED, **wrong[1]}]])


async def checked(visit: Visit) -> tuple[str, dict[str, Any]] | None:
    """The name and details of what is wrong with the query of a body; None if nothing is."""
    body = await visit.json_object()
    query, opts = body.get("query"), body.get("opts")
    if opts is not None and not isinstance(opts, dict):
        return "AttributeError", {"mesg": f"'{type(opts).__name__}' object has no attribute 'get'"}
    if query is None:
        return "AssertionError", {"mesg": ""}
    if isinstance(query, list | dict):
        return "TypeError", {"mesg": f"unhashable type: '{type(query).__name__}'"}
    if not isinstance(query, str):
        return "TypeError", {"mesg": f"object of type '{type(query).__name__}' has no len()"}
    mode = (opts or {}).get("mode", "storm")
    return await visit.cortex.services.workers.call(verdict, query, mode if isinstance(mode, str) else "storm")


def verdict(query: str, mode: str) -> tuple[str, dict[str, Any]] | None:
    """The name and details of what is wrong with a query; None if nothing is."""
    # Here, as a server that is asked no Storm need not load it.
    from ..storm import BadSyntax, parse

    try:
        parse(query, mode)
    except BadSyntax as error:
        at, text = error.info["at"], error.info["text"]
        return "BadSyntax", {"at": at, "text": text, "mesg": error.mesg, **error.info}
    return None
