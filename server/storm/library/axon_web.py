"""`$lib.axon.wget`, `wput`, `urlfile`: bytes from other servers into the Axon and back.

The gate is that of `$lib.inet.http`: this machine, and what the configuration allows.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

from yarl import URL

from ..edits import changes, rights
from ..errors import StormError
from ..nodes.node import Node
from ..runtime import Runtime
from ..surface import local
from ..values.convert import to_bool, to_int, to_prim, to_str
from .auth import may_either
from .axon import AXON, digests, kept, opened
from .http_bodies import Body, body_of
from .http_requests import Answer, Failed, Request, ask, failed, headers_of

TIMEOUT_S = 300
OK = 200
FILE, URLFILE, REDIRECT = "file:bytes", "inet:urlfile", "inet:urlredir"


def wget(
    run: Runtime,
    me: Any,
    url: Any,
    headers: Any = None,
    params: Any = None,
    method: Any = "GET",
    json: Any = None,
    body: Any = None,
    ssl: Any = True,
    timeout: Any = None,
    proxy: Any = True,
    ssl_opts: Any = None,
) -> dict[str, Any]:
    """Keep what a server answers in the Axon, whatever its code; what is known of the answer and of the bytes."""
    may_either(run, ("axon", "wget"), ("storm", "lib", "axon", "wget"))
    try:
        sent = body_of(to_prim(run, json), to_prim(run, body))
    except TypeError as error:
        # What JSON has no form for.
        return _told(failed("TypeError", str(error), to_str(url))) | {"original_url": to_str(url)}
    answer = _asked(run, method, url, headers, params, sent, ssl, timeout)
    told = _told(answer)
    if told["ok"]:
        told["request"] = _request(answer)
        if answer.history:
            told["history"] = [_told(each) | {"request": _request(each)} for each in answer.history]
        size, sha256 = kept(run, iter((answer.body,)))
        hashes = digests(run, sha256)
        told["size"] = size
        told["hashes"] = {name: hashes[name] for name in ("md5", "sha1", "sha256", "sha512")}
    told["original_url"] = to_str(url)
    return told


def wput(
    run: Runtime,
    me: Any,
    sha256: Any,
    url: Any,
    headers: Any = None,
    params: Any = None,
    method: Any = "PUT",
    ssl: Any = True,
    timeout: Any = None,
    proxy: Any = True,
    ssl_opts: Any = None,
) -> dict[str, Any]:
    """Send a file of the Axon to a server; what is known of the answer."""
    may_either(run, ("axon", "wput"), ("storm", "lib", "axon", "wput"))
    try:
        with opened(run, sha256) as handle, open(handle, "rb", closefd=False) as stream:
            sent = Body(stream.read(), "application/octet-stream")
    except StormError as error:
        if error.name != "NoSuchFile":
            raise
        lacking = failed(error.name, error.mesg, to_str(url))
        told = _told(lacking)
        return told | {"err": (error.name, {"mesg": error.mesg, **error.info})}
    answer = _asked(run, method, url, headers, params, sent, ssl, timeout)
    told = _told(answer)
    if not told["ok"]:
        return told
    return {name: told[name] for name in ("ok", "url", "code", "reason", "headers")}


def urlfile(run: Runtime, me: Any, *args: Any, **kwargs: Any) -> Node | None:
    """The `inet:urlfile` of what a server has under an address, with its file in the Axon; null, with a warning, if none."""
    rights.add_node(run, FILE)
    rights.add_node(run, URLFILE)
    # Its own signature takes anything; what it hands on must be what `wget` takes.
    AS_WGET.bind("$lib.axon.urlfile", args, kwargs)
    told = wget(run, me, *args, **kwargs)
    if told["code"] != OK:
        run.warn(f"$lib.axon.urlfile(): HTTP code {told['code']}: {told['reason']}")
        return None
    now, url, hashes = run.host.clock.now_ms(), told["original_url"], told["hashes"]
    props = {"size": told["size"], "md5": hashes["md5"], "sha1": hashes["sha1"], ".seen": now}
    file = _made(run, FILE, hashes["sha256"], props)
    if file.get("name") is None:
        _name(run, file, url)
    found = _made(run, URLFILE, (url, file.valu), {".seen": now})
    places = [*(each["url"] for each in told.get("history") or ()), told["url"]]
    for source, target in pairwise(places):
        _made(run, REDIRECT, (source, target), {".seen": now})
    return found


# -- within


def _asked(
    run: Runtime,
    method: Any,
    url: Any,
    headers: Any,
    params: Any,
    sent: Body | None,
    ssl: Any,
    timeout: Any,
) -> Answer:
    wanted = to_prim(run, timeout)
    try:
        if isinstance(wanted, str):
            raise Failed("TypeError", "'>' not supported between instances of 'str' and 'int'")
        pairs = headers_of(to_prim(run, headers))
    except Failed as error:
        return failed(error.name, str(error), to_str(url))
    seconds = TIMEOUT_S if wanted is None else to_int(wanted)
    asked = to_prim(run, params)
    return ask(run, Request(to_str(method).upper(), to_str(url), asked, pairs, sent, to_bool(ssl), seconds, True))


def _told(answer: Answer) -> dict[str, Any]:
    """An answer as the Axon tells it."""
    if answer.err:
        name, info = answer.err
        mesg = f"{name}: {info['mesg']}" if info["mesg"] else name
        return {"ok": False, "mesg": mesg, "code": answer.code, "reason": answer.reason, "err": answer.err}
    return {
        "ok": True,
        "url": answer.url,
        "code": answer.code,
        "headers": dict(answer.headers),
        "reason": answer.reason,
    }


def _request(answer: Answer) -> dict[str, Any]:
    return {"url": answer.url, "headers": dict(answer.request_headers), "method": answer.method}


def _made(run: Runtime, form: str, valu: Any, props: dict[str, Any]) -> Node:
    """A node; what it is made of is not asked for again, so no more rights are needed."""
    return changes.node_of(run, changes.form_of(run, form), valu, props)


def _name(run: Runtime, file: Node, url: str) -> None:
    """Name a file after the last part of its address, where it has one."""
    name = URL(url.strip()).raw_path.rstrip("/").rpartition("/")[2]
    if name:
        plan = changes.prop_of(run, file, "name")
        changes.set_prop(run, file, plan, changes.normed_prop(run, plan, name))


WGET = (
    'wget(url: str, headers: dict = null, params: dict = null, method: str = "GET", json: dict = null, '
    "body: bytes = null, ssl: boolean = true, timeout: int = null, proxy: boolean|str = true, ssl_opts: dict = null)"
    " -> dict"
)
WPUT = (
    'wput(sha256: str, url: str, headers: dict = null, params: dict = null, method: str = "PUT", '
    "ssl: boolean = true, timeout: int = null, proxy: boolean|str = true, ssl_opts: dict = null) -> dict"
)
AS_WGET = local(WGET, wget, "Keep what a server answers.", writes=True)
LIBRARY = replace(
    AXON,
    locals=(
        *AXON.locals,
        local(
            "urlfile(*args: any, **kwargs: any) -> node|null",
            urlfile,
            "Keep what a server has and make the nodes of it.",
            writes=True,
        ),
        AS_WGET,
        local(WPUT, wput, "Send a file to a server.", writes=True),
    ),
)
LIBRARIES = (LIBRARY,)
