"""POST /api/v1/feed: packed nodes into a view (reference 6). What is wrong within the items is passed over in silence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from ..perms import allowed
from .answers import ok
from .errors import CortexError, denied
from .storm import refused
from .visit import Visit

if TYPE_CHECKING:
    from ...storage.views import ViewRecord

NODES = "syn.nodes"


async def add(visit: Visit) -> web.StreamResponse:
    """`{"items": [...], "view": iden, "name": "syn.nodes"}`: null, whatever became of the items. Raises CortexError."""
    body = await visit.json_object()
    host = await visit.host()
    from ..storm.answers.query import Asked
    from ..storm.errors import StormError

    view = feed_view(visit, body)
    name = body.get("name", NODES)
    if name != NODES:
        raise CortexError(400, "NoSuchFunc", f"The feed type {name} does not exist.")
    gate = view.layers[0]
    if not allowed(visit.cortex.accounts, visit.caller.user, ("feed:data", *name.split(".")), gate):
        raise denied(f"User does not have feed:data.{name} permission on gate: {gate}.")
    items = listed(body.get("items"))

    asked = Asked("", {}, visit.caller.user, view, visit.cortex.ids.guid())

    def work(check: Callable[[], None]) -> None:
        from ..storm.answers.query import prepared
        from ..storm.edits.feeding import add_packed

        try:
            add_packed(prepared(host, asked, dropped, check)[0], items)
        except StormError as error:
            raise refused(error) from error

    await visit.cortex.services.workers.answer(work)
    return ok(None)


def dropped(kind: str, info: Any) -> None:
    """Messages that nobody is told."""


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
