"""The Extended HTTP API: which definition answers a request, who may ask, and what its query is told (reference 11.2, 11.3).

What a query sends becomes an answer in `extendedreply.py`. A path that nothing answers is told so by the store alone.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from aiohttp import web

from ...storage.accounts import User
from ...storage.httpapis import Definition
from .. import perms
from ..call import Call
from ..model.contract import ModelError
from ..workers import Channel
from . import session
from .errors import CortexError, denied, error_response, no_login
from .extendedreply import Reply, Sent, fatal
from .visit import Visit

if TYPE_CHECKING:
    from ..storm.answers.query import Asked

PREFIX = "/api/ext/"
# Parts of a body, or whole bodies, that may wait for a slow reader.
WAITING = 16


def bare(call: Call) -> bool:
    """Whether answers here go without the headers that others get (reference 11.4)."""
    return call.path.startswith(PREFIX)


async def answer(visit: Visit) -> web.StreamResponse:
    """Any method on /api/ext/<path>."""
    path, method = visit.args[0], visit.request.method
    matching = await looked_up(visit, path)
    if matching is None:
        raise CortexError(404, "NoSuchPath", f"No Extended HTTP API endpoint matches {path}")
    api, captured = matching
    await admit(visit, api)
    text = api["methods"].get(method.lower())
    if text is None:
        return no_method(api, method)
    body = await visit.read()
    told = {**request_info(visit), "iden": api["iden"], "path": path, "args": captured, "body": body}
    return await replied(visit, api, text, told)


async def looked_up(visit: Visit, path: str) -> tuple[Definition, tuple[Any, ...]] | None:
    """The definition for a path, and what its pattern captured. Raises CortexError for a pattern that takes too long."""
    apis = visit.cortex.httpapis
    if not apis.all():
        return None
    # Patterns are users': not on the event loop.
    try:
        return await visit.cortex.services.workers.answer(lambda check: apis.matching(path))
    except ModelError as error:
        raise CortexError(500, error.name, error.mesg) from error


async def admit(visit: Visit, api: Definition) -> None:
    """Find out who calls where that matters, and refuse who may not. Raises CortexError."""
    if not api["authenticated"]:
        return
    visit.found = await session.identify(visit)
    if visit.found is None:
        raise no_login()
    caller = visit.found
    visit.call.user = caller.name
    for each in api["perms"]:
        perm, default = tuple(each.get("perm", ())), each["default"]
        if not perms.allowed(visit.cortex.accounts, caller.user, perm, default=default):
            must = "is denied the permission" if default else "must have permission"
            raise denied(f"User ({caller.name}) {must} {'.'.join(perm)}")


def no_method(api: Definition, method: str) -> web.Response:
    """What a method gets that has no query."""
    mesg = f"Extended HTTP API {api['iden']} has no method for {method}."
    known = ", ".join(name.upper() for name in api["methods"])
    if known:
        mesg += f" Supports {known}."
    response = error_response(CortexError(405, "NeedConfValu", mesg))
    response.headers["Allowed"] = known
    return response


def request_info(visit: Visit) -> dict[str, Any]:
    """What a query is told of the request itself."""
    request = visit.request
    _, mark, query = request.raw_path.partition("?")
    return {
        "uri": visit.call.path + mark + query,
        "method": request.method,
        "headers": firsts([(name.lower(), valu) for name, valu in request.headers.items()]),
        "params": firsts(parse_qsl(query, keep_blank_values=True)),
        "user": "" if visit.found is None else visit.found.user.iden,
        "client": request.remote,
    }


def firsts(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """The first value of each name."""
    found: dict[str, str] = {}
    for name, valu in pairs:
        found.setdefault(name, valu)
    return found


async def replied(visit: Visit, api: Definition, text: str, told: Mapping[str, Any]) -> web.StreamResponse:
    """Run a query in a thread, and send on what it sends as it does so."""

    def produce(channel: Channel[Sent]) -> None:
        from ..storm.answers.serving import served
        from ..storm.errors import StormError

        asked = asked_of(visit, api, text)
        try:
            served(visit.cortex.host(), asked, dict(told), lambda kind, info: channel.put((kind, info)), channel.check)
        except StormError as error:
            from .storm import without_mesg

            raise CortexError(500, error.name, error.mesg or without_mesg(error)) from error

    reply = Reply(visit, api["iden"])
    batches = visit.cortex.services.workers.stream(produce, WAITING)
    with visit.cortex.shares.one(runner(visit, api).iden):
        async with contextlib.aclosing(batches):
            try:
                async for batch in batches:
                    await reply.take(batch)
            except CortexError:
                # Once a part of the body is out, nobody hears of what goes wrong behind it.
                if not reply.begun:
                    raise
    return await reply.finish()


def asked_of(visit: Visit, api: Definition, text: str) -> Asked:
    """A query with its user, view and options. Raises CortexError. Blocks."""
    from ..storm.answers.query import Asked

    user = runner(visit, api)
    view = visit.cortex.graph().view(api["view"])
    if view is None:
        raise fatal(api["iden"], "NoSuchView", f"No such view iden={api['view']}")
    if not perms.allowed(visit.cortex.accounts, user, ("view", "read"), view.iden):
        why = f"User {user.name!r} ({user.iden}) must have permission view.read on object {view.iden} (view)."
        raise fatal(api["iden"], "AuthDeny", why)
    opts = {"vars": dict(api["vars"]), "readonly": api["readonly"]}
    return Asked(text, opts, user, view, visit.cortex.ids.guid())


def runner(visit: Visit, api: Definition) -> User:
    """The user that a query runs as. Raises CortexError for an owner who is gone."""
    if api["runas"] == "user" and visit.found is not None:
        return visit.found.user
    owner = visit.cortex.accounts.user(api["owner"])
    if owner is None:
        raise fatal(api["iden"], "NoSuchUser", f"No user found with iden: {api['owner']}")
    return owner
