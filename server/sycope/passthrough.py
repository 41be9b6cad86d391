"""Passthrough: requests that Sycope hands on to a backend behind it, with the backend's own key (reference: none; all ours).

A passthrough is a config element; administrators make and change them. Whoever has a session asks through them, as far as
their rules go. Neither our session nor our users' credentials reach a backend, and its cookies do not reach our clients.
"""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import aiohttp
from aiohttp import web
from yarl import URL

from ...storage import elements, passthroughs
from ...storage.elements import Element
from ..call import Call, begin, cut
from . import access, backends, bodies, builtin
from .access import Viewer
from .choices import PASSTHROUGH, PASSTHROUGH_BODY_BYTES, PASSTHROUGH_CONNECT_S, PASSTHROUGH_READ_S
from .definitions import check_element, more_of
from .elements import described, remove
from .errors import Problem, SycopeError, invalid
from .state import Sycope

Headers = list[tuple[str, str]]
# What the audit says where the client went before the backend answered.
GONE = 499
# Of one connection only (RFC 9110, 7.6.1), or between a client and us.
HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
OURS = {"host", "cookie", "authorization", "proxy-authorization", "x-xsrf-token", "x-deadringer-world", "expect"}
THEIRS = {"set-cookie", "set-cookie2", "www-authenticate", "proxy-authenticate"}


async def listing(call: Call, sycope: Sycope) -> web.Response:
    """`GET /config/passthrough`: `{"data": [element, ...], "total": N}`; secrets are never shown."""
    who = access.viewer(sycope.accounts, call.user)
    found = await sycope.services.workers.call(elements.listed, sycope.database, PASSTHROUGH)
    items = [described(element) for element in found if access.sees(who, element)]
    return bodies.reply({"data": items, "total": len(items)})


async def show(call: Call, sycope: Sycope) -> web.Response:
    """`GET /config/passthrough/{id}`: the element."""
    who = access.viewer(sycope.accounts, call.user)
    element = await sycope.services.workers.call(elements.get, sycope.database, call.args[0])
    return bodies.reply(described(access.visible(who, element, call.args[0], PASSTHROUGH)))


async def create(call: Call, sycope: Sycope) -> web.Response:
    """`POST /config/passthrough` `{"config"}` (`backends.py`): the envelope with `id`. For administrators."""
    who = _administrator(sycope, call)
    body = await bodies.receive(call, PASSTHROUGH_BODY_BYTES)
    return bodies.done(id=await sycope.services.workers.call(_put, sycope, who, None, body))


async def modify(call: Call, sycope: Sycope) -> web.Response:
    """`PUT /config/passthrough/{id}`: replaces the config; a secret that it does not hold stays. For administrators."""
    who = _administrator(sycope, call)
    body = await bodies.receive(call, PASSTHROUGH_BODY_BYTES)
    await sycope.services.workers.call(_put, sycope, who, call.args[0], body)
    return bodies.done()


async def delete(call: Call, sycope: Sycope) -> web.Response:
    """`DELETE /config/passthrough/{id}`. For administrators."""
    await sycope.services.workers.call(remove, sycope, _administrator(sycope, call), call.args[0], PASSTHROUGH)
    return bodies.done()


async def forward(call: Call, sycope: Sycope) -> web.StreamResponse:
    """`/passthrough/{name}/{path}`, any method: what the backend answers, streamed. The stream restAudit tells of each.

    Raises SycopeError: 404 no such passthrough, 403 no rule lets it through, 400 a path that rules cannot judge, 502, 504.
    """
    try:
        return await _forward(call, sycope)
    except SycopeError as error:
        if call.stream is None:
            await _audit(call, sycope, error.status)
        raise
    except asyncio.CancelledError:
        # The backend may have been asked all the same. Nobody waits for this any longer, so neither do we.
        if call.stream is None:
            sycope.services.workers.pool.submit(_audited, call, sycope, GONE)
        raise


async def _forward(call: Call, sycope: Sycope) -> web.StreamResponse:
    name, path = unquote(call.args[0]), call.args[1]
    who = access.viewer(sycope.accounts, call.user)
    element, secret = await sycope.services.workers.call(_found, sycope, name)
    config = element.config
    if backends.is_crooked(path):
        raise SycopeError(400, "The path holds dot segments or encoded separators.")
    method = call.request.method
    if not backends.lets_through(backends.rules_of(config), who, method, path):
        raise SycopeError(403, f"No rule of the passthrough {name} lets {who.name} {method} {path[:200]}.")
    if not backends.is_allowed(config["target"], sycope.services.config.sycope_passthrough_targets):
        raise SycopeError(403, f"The backend of the passthrough {name} is not among those that are allowed.")
    query = call.request.raw_path.partition("?")[1:]
    url = URL(config["target"].rstrip("/") + path + "".join(query), encoded=True)
    async with AsyncExitStack() as stack:
        answer = await _asked(stack, call, url, _request_headers(call, config, secret), config)
        response = web.StreamResponse(status=answer.status, reason=answer.reason, headers=_kept(answer.headers, THEIRS))
        # Before the first byte: whoever has the answer finds it in the audit.
        await _audit(call, sycope, answer.status)
        await begin(call, response)
        try:
            while piece := await _piece(answer):
                async with asyncio.timeout(sycope.services.config.write_timeout_s):
                    await response.write(piece)
            await response.write_eof()
        except TimeoutError:
            return cut(call)
        return response


async def _audit(call: Call, sycope: Sycope, status: int) -> None:
    await sycope.services.workers.call(_audited, call, sycope, status)


def _audited(call: Call, sycope: Sycope, status: int) -> None:
    # Without the query, which may hold what nobody else is to know.
    builtin.audit(sycope.database, sycope.clock.now_ms(), call.user, call.request.method, call.path, status)


def _administrator(sycope: Sycope, call: Call) -> Viewer:
    who = access.viewer(sycope.accounts, call.user)
    if not who.admin:
        raise SycopeError(403, "Only administrators make and change passthroughs.")
    return who


def _put(sycope: Sycope, who: Viewer, iden: str | None, body: bodies.Body) -> str:
    """Store a new passthrough (without an id), or a new state of one; gives its id. Blocks."""
    config, secret, more = _defined(sycope, bodies.parse(body), iden)
    now_ms = sycope.clock.now_ms()
    with sycope.database.write() as connection:
        if iden is None:
            made = sycope.ids.element(now_ms)
            element = Element(made, PASSTHROUGH, now_ms, who.name, now_ms, who.name, config)
        else:
            element = access.visible(who, elements.get_in(connection, iden), iden, PASSTHROUGH)
            same = (element.config.get("auth") or {}).get("type") == (config.get("auth") or {}).get("type")
            if secret is None and same:
                secret = passthroughs.secret_in(connection, iden)
            element = replace(element, config=config, modified_ms=now_ms, modified_by=who.name)
        elements.put(connection, replace(element, **more))
        passthroughs.put(connection, element.id, config["name"], secret or "")
    return element.id


def _defined(sycope: Sycope, body: Any, iden: str | None) -> tuple[dict[str, Any], str | None, dict[str, Any]]:
    if not isinstance(body, dict):
        raise invalid([Problem("", "The body is no JSON object.")])
    config = body.get("config")
    problems = check_element(body, PASSTHROUGH, iden)
    if not isinstance(config, dict):
        raise invalid([*problems, Problem("config", "is missing or no object")])
    problems += backends.check_config(config, sycope.services.config.sycope_passthrough_targets)
    if problems:
        raise invalid(problems)
    return *backends.without_secret(config), more_of(body)


def _found(sycope: Sycope, name: str) -> tuple[Element, str]:
    found = passthroughs.named(sycope.database, name)
    element = None if found is None else elements.get(sycope.database, found[0])
    if found is None or element is None or element.config.get("active") is False:
        raise SycopeError(404, f"There is no passthrough named {name}.")
    return element, found[1]


def _request_headers(call: Call, config: dict[str, Any], secret: str) -> Headers:
    auth = config.get("auth") or {"type": None}
    key: Headers = []
    if auth["type"] == "basic":
        encoded = base64.b64encode(f"{auth['username']}:{secret}".encode()).decode()
        key = [("Authorization", f"Basic {encoded}")]
    elif auth["type"] == "bearer":
        key = [("Authorization", f"Bearer {secret}")]
    elif auth["type"] == "header":
        key = [(auth["name"], secret)]
    return _kept(call.request.headers, OURS | {name.lower() for name, _ in key}) + key


def _kept(headers: Any, dropped: set[str]) -> Headers:
    """Headers without those of one connection, those that `Connection` names, and these."""
    named = {name.strip().lower() for line in headers.getall("Connection", ()) for name in line.split(",")}
    gone = HOP_BY_HOP | named | dropped
    return [(name, value) for name, value in headers.items() if name.lower() not in gone]


async def _asked(
    stack: AsyncExitStack, call: Call, url: URL, headers: Headers, config: dict[str, Any]
) -> aiohttp.ClientResponse:
    """The head of the backend's answer. A session of its own: nothing of one request can reach another."""
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=PASSTHROUGH_CONNECT_S, sock_read=PASSTHROUGH_READ_S)
    session = await stack.enter_async_context(
        aiohttp.ClientSession(
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=timeout,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        )
    )
    request = call.request
    try:
        return await stack.enter_async_context(
            session.request(
                request.method,
                url,
                headers=headers,
                data=_sent(request) if request.can_read_body else None,
                allow_redirects=False,
                ssl=config.get("verifyTls") is not False,
            )
        )
    except TimeoutError as error:
        raise SycopeError(504, "The backend does not answer in time.") from error
    except (aiohttp.ClientError, OSError) as error:
        raise SycopeError(502, "The backend cannot be asked.") from error


async def _sent(request: web.Request) -> AsyncIterator[bytes]:
    while piece := await request.content.readany():
        yield piece


async def _piece(answer: aiohttp.ClientResponse) -> bytes:
    try:
        return await answer.content.readany()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise SycopeError(502, "The backend broke its answer off.") from error
