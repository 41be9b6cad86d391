"""Every route of the three tables as it should be: a route that changes shows here in a diff.

Columns: methods, path as the table has it, handler (module and function), what it needs. The Cortex's methods and needs are
those of the reference, 1.4 and 14.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from deadringer.server.call import Route, Table, route_for
from deadringer.server.control import routes as control
from deadringer.server.cortex import routes as cortex
from deadringer.server.sycope import routes as sycope

CONTROL = r"""
GET HEAD               /_deadringer/health                                   health.health           -
GET HEAD               /_deadringer/ready                                    health.ready            -
GET                    /_deadringer/ca.pem                                   health.ca               -
GET                    /_deadringer/worlds                                   worlds.listing          -
POST                   /_deadringer/worlds                                   worlds.make             -
GET                    /_deadringer/worlds/([^/]+)                           worlds.show             -
DELETE                 /_deadringer/worlds/([^/]+)                           worlds.drop             -
POST                   /_deadringer/reset                                    worlds.reset            -
GET                    /_deadringer/seeds                                     seeds.listing           -
POST                   /_deadringer/seeds                                     seeds.load              -
GET                    /_deadringer/requests                                 journal.requests        -
GET                    /_deadringer/sycope/indexes                           indexes.listing         -
GET                    /_deadringer/sycope/indexes/([^/]+)/rows              rows.show               -
POST                   /_deadringer/sycope/elements                          sycope_seeds.elements   -
POST                   /_deadringer/sycope/devices                           sycope_seeds.devices    -
GET                    /_deadringer/sycope/users                             sycope_users.listing    -
POST                   /_deadringer/sycope/users                             sycope_users.make       -
"""
SYCOPE = r"""
POST                   /npm/api/v1/login                                     session.login           -
GET                    /npm/api/v1/logout                                    session.logout          session
GET                    /npm/api/v1/config-elements                           elements.listing        session
GET                    /npm/api/v1/config-element/([^/]+)                    elements.show           session
DELETE                 /npm/api/v1/config-element/([^/]+)                    elements.delete         session
POST                   /npm/api/v1/config-element-index/user-index           indexes.create          session
GET                    /npm/api/v1/config-element-index/user-index/([^/]+)   indexes.show            session
PUT                    /npm/api/v1/config-element-index/user-index/([^/]+)   indexes.modify          session
DELETE                 /npm/api/v1/config-element-index/user-index/([^/]+)   indexes.delete          session
POST                   /npm/api/v1/index/inject                              inject.inject           session
POST                   /npm/api/v1/config-element-lookup/(csvFile|subnet)    lookups.create          session
GET                    /npm/api/v1/config-element-lookup/(csvFile|subnet)/([^/]+)  lookups.show  session
PUT                    /npm/api/v1/config-element-lookup/(csvFile|subnet)/([^/]+)  lookups.modify  session
DELETE                 /npm/api/v1/config-element-lookup/(csvFile|subnet)/([^/]+)  lookups.delete  session
GET                    /npm/api/v1/permissions/([^/]+)/([^/]+)               permissions.show        session
PUT                    /npm/api/v1/permissions/([^/]+)/([^/]+)               permissions.modify      session
PUT                    /npm/api/v1/inventory/device/([^/]+)/additional       inventory.set_additional  session
GET                    /npm/api/v1/config/passthrough                        passthrough.listing     session
POST                   /npm/api/v1/config/passthrough                        passthrough.create      session
GET                    /npm/api/v1/config/passthrough/([^/]+)                passthrough.show        session
PUT                    /npm/api/v1/config/passthrough/([^/]+)                passthrough.modify      session
DELETE                 /npm/api/v1/config/passthrough/([^/]+)                passthrough.delete      session
GET HEAD POST PUT PATCH DELETE OPTIONS  /npm/api/v1/passthrough/([^/]+)(/.*)  passthrough.forward  session
POST                   /npm/api/v1/pipeline/run                              pipeline.run            session
POST                   /npm/api/v1/pipeline/([^/]+)/data                     pipeline.data           session
DELETE                 /npm/api/v1/pipeline/([^/]+)                          pipeline.cancel         session
"""
CORTEX = r"""
GET                    /robots.txt                                           doors.robots            -
POST                   /api/v1/login                                         doors.login             -
GET                    /api/v1/logout                                        doors.logout            -
GET                    /api/v1/active                                        doors.active            -
GET                    /api/v1/healthcheck                                   doors.healthcheck       health
GET                    /api/v1/auth/users                                    users.listing           login
GET                    /api/v1/auth/roles                                    roles.listing           login
POST                   /api/v1/auth/adduser                                  users.add               admin
POST                   /api/v1/auth/addrole                                  roles.add               admin
POST                   /api/v1/auth/delrole                                  roles.drop              admin
GET                    /api/v1/auth/user/(.*)                                users.show              login
POST                   /api/v1/auth/user/(.*)                                users.change            admin
POST                   /api/v1/auth/password/(.*)                            users.password          login
GET                    /api/v1/auth/role/(.*)                                roles.show              login
POST                   /api/v1/auth/role/(.*)                                roles.change            admin
GET POST               /api/v1/auth/grant                                    roles.grant             admin
GET POST               /api/v1/auth/revoke                                   roles.revoke            admin
POST                   /api/v1/auth/onepass/issue                            users.issue_onepass     admin
PUT POST               /api/v1/axon/files/put                                axon.put                axon.upload
OPTIONS                /api/v1/axon/files/put                                routes.options          axon.upload
GET HEAD DELETE PATCH  /api/v1/axon/files/put                                routes.no_method        axon.upload
POST                   /api/v1/axon/files/del                                axon.delete_several     axon.del
GET                    /api/v1/axon/files/has/sha256/([0-9a-fA-F]{64})       axon.has                axon.has
GET HEAD               /api/v1/axon/files/by/sha256/(.*)                     axon.get                -
DELETE                 /api/v1/axon/files/by/sha256/(.*)                     axon.delete             login
GET POST               /api/v1/storm                                         storm.stream            login
GET POST               /api/v1/storm/call                                    storm.call              login
GET POST               /api/v1/storm/nodes                                   storm.nodes             login
GET POST               /api/v1/storm/export                                  storm.export            login
GET POST               /api/v1/reqvalidstorm                                 stormcheck.required     login
GET POST               /api/v1/isvalidstorm                                  stormcheck.asked        login
POST                   /api/v1/feed                                          feed.add                login
GET                    /api/v1/storm/vars/get                                variables.get           -
POST                   /api/v1/storm/vars/set                                variables.set_          -
POST                   /api/v1/storm/vars/pop                                variables.pop           -
GET                    /api/v1/model                                         model.whole             login
GET POST               /api/v1/model/norm                                    model.norm              login
GET                    /api/v1/core/info                                     model.info              login
GET                    /api/v1/behold                                        behold.behold           -
POST                   /api/v1/mcp                                           not implemented         login
GET                    /api/v1/aha/services                                  not implemented         admin
POST                   /api/v1/aha/provision/service                         not implemented         admin
GET HEAD POST PUT DELETE PATCH OPTIONS  /api/ext/(.*)                                         extended.answer         -
"""

Handler = Callable[..., Awaitable[web.StreamResponse]]
TABLES: list[tuple[str, Any]] = [(CONTROL, control), (SYCOPE, sycope), (CORTEX, cortex)]
# The functions that stand for what this version lacks.
GAPS = ("routes.refuse", "routes.not_implemented")
# What each kind of captured part takes, and no other route of the same prefix.
EXAMPLES = {"([^/]+)": "x1", "(.*)": "x1", "(/.*)": "/x1", "([0-9a-fA-F]{64})": "0" * 64, "(csvFile|subnet)": "subnet"}


def handler_name(handler: Handler) -> str:
    """Module and function of a handler."""
    module = handler.__module__.removeprefix("deadringer.server.").partition(".")[2]
    name = f"{module}.{handler.__name__}"
    return "not implemented" if name in GAPS else name


def rows(text: str) -> list[tuple[str, ...]]:
    """The rows of an expected table: columns are parted by two blanks or more."""
    return [tuple(re.split(r"  +", line)) for line in text.strip().splitlines()]


def row(route: Route[Handler]) -> tuple[str, ...]:
    """A route as a row."""
    return " ".join(route.methods), route.pattern, handler_name(route.handler), route.needs or "-"


@pytest.mark.parametrize(("expected", "module"), TABLES, ids=["control", "sycope", "cortex"])
def test_the_table_is_as_written_here(expected: str, module: Any) -> None:
    assert [row(route) for route in module.ROUTES] == rows(expected)


@pytest.mark.parametrize(("expected", "module"), TABLES, ids=["control", "sycope", "cortex"])
def test_each_path_leads_to_its_handler(expected: str, module: Any) -> None:
    table: Table[Handler] = module.TABLE
    for methods, pattern, handler, needs in rows(expected):
        path, parts = pattern, []
        for part in re.findall(r"\([^)]*\)", pattern):
            path = path.replace(part, EXAMPLES[part], 1)
            parts.append(EXAMPLES[part])
        found, args = table.at(path)
        assert args == tuple(parts)
        for method in methods.split():
            route = route_for(found, method)
            assert route is not None, (method, path)
            assert (route.pattern, handler_name(route.handler), route.needs or "-") == (pattern, handler, needs)


@pytest.mark.parametrize("module", [module for _, module in TABLES], ids=["control", "sycope", "cortex"])
def test_no_method_of_a_path_is_there_twice(module: Any) -> None:
    pairs = [(method, route.pattern) for route in module.ROUTES for method in route.methods]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("/api/v1/auth/user/", ("",)),
        ("/api/v1/auth/user/a/b%20c", ("a/b%20c",)),
        ("/api/v1/auth/user", None),
        ("/api/v1/active", ()),
        ("/api/v1/active/", None),
        ("/api/v1/ACTIVE", None),
        ("/api/v1/axon/files/has/sha256/x", None),
        ("x/api/v1/active", None),
        ("/api/v1/active\n", None),
    ],
)
def test_the_cortex_matches_the_whole_raw_path(path: str, parts: tuple[str, ...] | None) -> None:
    found, args = cortex.TABLE.at(path)
    assert (args if found else None) == parts
