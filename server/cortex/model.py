"""The data model over HTTP (reference 8, 9)."""

import json
from typing import Any

from aiohttp import web

from ..model.contract import ModelError
from ..release import VERSION
from .answers import ok
from .errors import CortexError, Page
from .visit import Visit


async def whole(visit: Visit) -> web.StreamResponse:
    """GET /api/v1/model: types, forms with their props, edges, universal props, tag props, interfaces."""
    # A megabyte of JSON: it is written in the thread too.
    return await visit.cortex.services.workers.call(lambda: ok(visit.cortex.model().to_dict()))


async def norm(visit: Visit) -> web.StreamResponse:
    """GET or POST /api/v1/model/norm `{"prop", "value", "typeopts"?}`: `{"norm", "info"}`."""
    body = await visit.json_object()
    if body.get("prop") is None:
        raise CortexError(400, "MissingField", "The property normalization API requires a prop name.")
    # Among the streams: a pattern of the caller's own may take its time.
    return ok(await visit.cortex.services.workers.answer(lambda check: normed(visit, body)))


def normed(visit: Visit, body: dict[str, Any]) -> dict[str, Any]:
    """The answer of `norm`. Raises CortexError and Page."""
    try:
        found = visit.cortex.model().norm(body["prop"], body.get("value"), body.get("typeopts"))
    except ModelError as error:
        status = 404 if error.name == "NoSuchProp" else 400
        raise CortexError(status, error.name, error.mesg) from error
    answer = {"norm": found.valu, "info": found.info()}
    try:
        json.dumps(answer, allow_nan=False)
    except ValueError as error:  # an infinity: the product norms it, and then fails to write it
        raise Page(500, served=True) from error
    return answer


async def info(visit: Visit) -> web.StreamResponse:
    """GET /api/v1/core/info: version, model, and what Storm there is."""

    def whole_info() -> web.StreamResponse:
        from ..storm.docs import stormdocs

        return ok({"version": VERSION, "modeldict": visit.cortex.model().to_dict(), "stormdocs": stormdocs()})

    return await visit.cortex.services.workers.call(whole_info)
