"""`$lib.cortex.httpapi`: making, finding, ordering and deleting definitions of the Extended HTTP API (reference 11.1).

Serving them is in `server/cortex/extended.py`.
"""

from __future__ import annotations

import re
from typing import Any

from ...model.contract import ModelError
from ..errors import StormError
from ..lifts.values import of_model
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import to_bool, to_int, to_prim, to_str
from . import httpapi_kind, httpapi_perms, httpapi_request
from .auth_rules import violated
from .httpapi_defs import StormHttpApi, checked_path, checked_runas, confirm, found

IDEN = re.compile("^[0-9a-f]{32}$")


def add(
    run: Runtime,
    me: Any,
    path: Any,
    name: Any = "",
    desc: Any = "",
    runas: Any = "owner",
    authenticated: Any = True,
    readonly: Any = False,
    iden: Any = None,
) -> StormHttpApi:
    confirm(run, "add")
    pattern = checked_path(to_str(path))
    wanted = run.host.ids.guid() if iden is None else to_str(iden)
    if not IDEN.match(wanted):
        raise violated("data.iden", f"must match pattern {IDEN.pattern}")
    now = run.host.clock.now_ms()
    info = {
        "iden": wanted,
        "path": pattern,
        "view": run.snap.view.iden,
        "runas": checked_runas(to_str(runas)),
        "creator": run.user.iden,
        "owner": run.user.iden,
        "methods": {},
        "authenticated": to_bool(authenticated),
        "name": to_str(name),
        "desc": to_str(desc),
        "readonly": to_bool(readonly),
        "created": now,
        "updated": now,
        "pool": False,
        "perms": (),
        "vars": {},
    }
    if not run.host.httpapis.add(info):
        raise StormError("DupIden", f"Duplicate iden specified for Extended HTTP API: {wanted}", iden=wanted)
    return StormHttpApi(info)


def get(run: Runtime, me: Any, iden: Any) -> StormHttpApi:
    return found(run, to_str(iden))


def get_by_path(run: Runtime, me: Any, path: Any) -> StormHttpApi | None:
    confirm(run, "get")
    try:
        matching = run.host.httpapis.matching(to_str(path))
    except ModelError as error:
        raise of_model(error) from error
    return None if matching is None else StormHttpApi(matching[0])


def list_(run: Runtime, me: Any) -> list[StormHttpApi]:
    confirm(run, "get")
    return [StormHttpApi(info) for info in run.host.httpapis.all()]


def del_(run: Runtime, me: Any, iden: Any) -> None:
    confirm(run, "del")
    wanted = to_str(iden)
    if not IDEN.match(wanted):
        raise StormError("BadArg", f"Must provide an iden. Got {wanted}")
    run.host.httpapis.drop(wanted)


def index(run: Runtime, me: Any, iden: Any, index: Any = 0) -> int:
    confirm(run, "set")
    wanted, at = to_str(iden), to_int(index)
    if at < 0:
        raise StormError("BadArg", f"indx must be greater than or equal to 0; got {at}")
    position = run.host.httpapis.move(wanted, at)
    if position is None:
        raise StormError("NoSuchIden", f"Extended HTTP API is not set: {wanted}")
    return position


ADD = (
    'add(path: str, name: str = "", desc: str = "", runas: str = "owner", authenticated: boolean = true, '
    "readonly: boolean = false, iden: str = null) -> http:api"
)
LIBRARIES = (
    Library(
        "lib.cortex.httpapi",
        "The Extended HTTP API.",
        (
            local(ADD, add, "Make a definition.", writes=True),
            local("del(iden: str) -> null", del_, "Delete a definition.", writes=True),
            local("get(iden: str) -> http:api", get, "The definition of an iden."),
            local("getByPath(path: str) -> http:api|null", get_by_path, "The definition that answers a path."),
            local("index(iden: str, index: int = 0) -> int", index, "Move a definition in the order.", writes=True),
            local("list() -> list", list_, "All definitions, in their order."),
            local(
                "response(requestinfo: dict) -> http:api:request",
                lambda run, me, requestinfo: httpapi_request.HttpRequest(to_prim(run, requestinfo)),
                "What a request is answered with.",
            ),
        ),
    ),
)
KINDS = (*httpapi_kind.KINDS, httpapi_perms.KIND, *httpapi_request.KINDS)
