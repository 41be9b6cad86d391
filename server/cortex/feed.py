"""POST /api/v1/feed: packed nodes into a view (reference 6). What is wrong within the items is passed over in silence."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ...storage.views import ViewRecord
from ..perms import allowed
from .answers import ok
from .errors import CortexError, denied
from .visit import Visit

NODES = "syn.nodes"


async def add(visit: Visit) -> web.StreamResponse:
    """`{"items": [...], "view": iden, "name": "syn.nodes"}`: null, whatever became of the items. Raises CortexError."""
    body = await visit.json_object()
    host = await visit.cortex.services.workers.call(visit.cortex.host)
    view = feed_view(visit, body)
    name = body.get("name", NODES)
    if name != NODES:
        raise CortexError(400, "NoSuchFunc", f"The feed type {name} does not exist.")
    gate = view.layers[0]
    if not allowed(visit.cortex.accounts, visit.caller.user, ("feed:data", *name.split(".")), gate):
        raise denied(f"User does not have feed:data.{name} permission on gate: {gate}.")
    items = listed(body.get("items"))

    def work() -> None:
        from ..storm.feeding import feed

        feed(host, visit.caller.user, view, items)

    await visit.cortex.services.workers.call(work)
    return ok(None)


def feed_view(visit: Visit, body: dict[str, Any]) -> ViewRecord:
    """The view that is fed. Raises CortexError."""
    iden = body.get("view") or visit.cortex.view
    view = visit.cortex.graph().view(iden) if isinstance(iden, str) else None
    if view is None:
        raise CortexError(404, "NoSuchView", "The specified view does not exist.")
    return view


def listed(items: Any) -> list[Any]:
    """The items; a text or an object has none that are nodes. The product stumbles over what has no length."""
    if isinstance(items, list):
        return items
    if isinstance(items, str | dict):
        return []
    raise CortexError(400, "TypeError", f"object of type '{type(items).__name__}' has no len()")
