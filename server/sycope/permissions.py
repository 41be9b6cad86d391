"""The permissions of a config element over HTTP (reference: Permissions)."""

from dataclasses import replace
from typing import Any

from aiohttp import web

from ...storage import elements
from ...storage.columns import shown
from ...storage.elements import Element
from ..call import Call
from . import bodies
from .access import PERMS, Viewer, unknown, viewer, visible
from .choices import PERMISSIONS_BODY_BYTES, PERMISSIONS_OF
from .errors import Problem, SycopeError, invalid
from .state import Sycope


async def show(call: Call, sycope: Sycope) -> web.Response:
    """`GET /permissions/CONFIGURATION.<category>/{id}`: `{"objectId", "objectType", "owner", "sidPerms"}`."""
    who = viewer(sycope.accounts, call.user)
    element = await sycope.services.workers.call(elements.get, sycope.database, call.args[1])
    return bodies.reply(described(_named(who, element, *call.args)))


async def modify(call: Call, sycope: Sycope) -> web.Response:
    """`PUT` with a bare list of `{"sid", "perms"}`: the new state in the same form. For the owner and administrators."""
    who = viewer(sycope.accounts, call.user)
    body = await bodies.receive(call, PERMISSIONS_BODY_BYTES)
    kind, iden = call.args
    element = await sycope.services.workers.call(_modify, sycope, who, kind, iden, body)
    return bodies.reply(described(element))


def described(element: Element) -> dict[str, Any]:
    """The permissions of an element as clients see them."""
    return {
        "objectId": element.id,
        "objectType": PERMISSIONS_OF + element.category,
        "owner": element.created_by,
        "sidPerms": element.sid_perms,
    }


def granted(sycope: Sycope, body: Any, path: str = "") -> list[dict[str, Any]]:
    """The grants of a list, checked. path: where it stands in the body. Raises SycopeError 422 with every problem."""
    if not isinstance(body, list):
        raise invalid([Problem(path, "is no list of permissions" if path else "The body is no list of permissions.")])
    problems: list[Problem] = []
    seen: set[str] = set()
    for place, grant in enumerate(body):
        problems += _check_grant(sycope, grant, f"{path}[{place}]", seen)
    if problems:
        raise invalid(problems)
    return body


def _modify(sycope: Sycope, who: Viewer, kind: str, iden: str, body: bodies.Body) -> Element:
    wanted = granted(sycope, bodies.parse(body))
    with sycope.database.write() as connection:
        element = _named(who, elements.get_in(connection, iden), kind, iden)
        if not who.admin and element.created_by != who.name:
            raise SycopeError(403, "Only its owner and administrators change the permissions of a config element.")
        element = replace(element, sid_perms=wanted)
        elements.put(connection, element)
    return element


def _named(who: Viewer, element: Element | None, kind: str, iden: str) -> Element:
    if not kind.startswith(PERMISSIONS_OF):
        raise unknown(iden)
    return visible(who, element, iden, kind.removeprefix(PERMISSIONS_OF))


def _check_grant(sycope: Sycope, grant: Any, path: str, seen: set[str]) -> list[Problem]:
    if not isinstance(grant, dict):
        return [Problem(path, f"{shown(grant)} is no object")]
    problems = [Problem(f"{path}.{key}", "is not known here") for key in grant if key not in ("sid", "perms")]
    sid, perms = grant.get("sid"), grant.get("perms")
    if not isinstance(sid, str):
        problems.append(Problem(f"{path}.sid", "is missing" if sid is None else f"{shown(sid)} is no text"))
    elif sid in seen:
        problems.append(Problem(f"{path}.sid", f"{shown(sid)} stands in an entry before already"))
    elif sycope.accounts.role(sid) is None and sycope.accounts.user_named(sid) is None:
        problems.append(Problem(f"{path}.sid", f"{shown(sid)} is neither a role nor a user"))
    else:
        seen.add(sid)
    if not isinstance(perms, list) or not perms:
        return [
            *problems,
            Problem(f"{path}.perms", "is missing" if perms is None else "is no list with anything in it"),
        ]
    return problems + [
        Problem(f"{path}.perms[{place}]", f"{shown(perm)} is none of {', '.join(PERMS)}, or there twice")
        for place, perm in enumerate(perms)
        if perm not in PERMS or perm in perms[:place]
    ]
