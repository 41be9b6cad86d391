"""Commands for the Extended HTTP API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ....storage.httpapis import Definition
from ..errors import StormError
from ..library import httpapi
from ..library.httpapi_defs import confirm
from ..programs.shape import Paths
from ..runtime import Runtime
from ..values.convert import to_str, to_text
from .command import Command, Given, Option
from .written import written

IDEN = Option("iden", "Its iden, or how its iden or its name begins.")
HEAD = " order | iden                             | owner                | auth  | runas  | path "
LINE = "=======|==================================|======================|=======|========|======"
NAME_WIDTH = 16


def matched(run: Runtime, told: Any) -> Definition:
    """The only definition whose iden or name begins so. Raises StormError: StormRuntimeError, AuthDeny."""
    confirm(run, "get")
    start = to_str(told)
    found = [api for api in run.host.httpapis.all() if api["iden"].startswith(start) or api["name"].startswith(start)]
    if len(found) > 1:
        raise StormError("StormRuntimeError", "Already matched one Extended HTTP API!")
    if not found:
        raise StormError("StormRuntimeError", "Failed to match Extended HTTP API by iden or name!")
    return found[0]


def each(paths: Paths, work: Callable[[], None]) -> Paths:
    """Work once for every node that goes through, or once where none comes, as the product's commands do."""
    idle = True
    for path in paths:
        idle = False
        work()
        yield path
    if idle:
        work()


def _index(run: Runtime, given: Given, paths: Paths) -> Paths:
    def work() -> None:
        iden = matched(run, given.iden)["iden"]
        if run.readonly:
            raise StormError("IsReadOnly", "$lib.cortex.httpapi.index() is not marked readonly safe.")
        position = httpapi.index(run, None, iden, given.index)
        run.print(f"Set HTTP API {iden} to index {position}")

    yield from each(paths, work)


def _stat(run: Runtime, given: Given, paths: Paths) -> Paths:
    def work() -> None:
        for line in described(run, matched(run, given.iden)):
            run.print(line)

    yield from each(paths, work)


def described(run: Runtime, api: Definition) -> list[str]:
    """The lines that tell of a definition."""
    view = run.host.graph.view(api["view"])
    lines = [
        f"Iden: {api['iden']}",
        f"Creator: {user_name(run, api['creator'])} ({api['creator']})",
        f"Created: {time_text(run, api['created'])}",
        f"Updated: {time_text(run, api['updated'])}",
        f"Path: {api['path']}",
        f"Owner: {user_name(run, api['owner'])} ({api['owner']})",
        f"Runas: {api['runas']}",
        f"View: {view.name if view is not None else None} ({api['view']})",
        f"Readonly: {to_text(run, api['readonly'])}",
        f"Pool enabled: {to_text(run, api['pool'])}",
        f"Authenticated: {to_text(run, api['authenticated'])}",
        f"Name: {api['name']}",
        f"Description: {api['desc']}",
        "",
    ]
    return [*lines, *_of_perms(run, api), *_of_methods(api), *_of_vars(run, api)]


def _of_perms(run: Runtime, api: Definition) -> Iterator[str]:
    if not api["perms"]:
        yield "No user permissions are required to run this HTTP API endpoint."
        return
    yield "The following user permissions are required to run this HTTP API endpoint:"
    for perm in api["perms"]:
        yield ".".join(perm.get("perm", ()))
        yield f"    default: {to_text(run, perm['default'])}"
    yield ""


def _of_methods(api: Definition) -> Iterator[str]:
    if not api["methods"]:
        yield "No HTTP Methods are set for the handler."
        return
    yield "The handler defines the following HTTP methods:"
    for name, text in api["methods"].items():
        yield f"Method: {name.upper()}"
        yield text
        yield ""


def _of_vars(run: Runtime, api: Definition) -> Iterator[str]:
    if not api["vars"]:
        yield "No vars are set for the handler."
        return
    yield "The handler has the following runtime variables set:"
    for name, valu in api["vars"].items():
        yield f"{name:<{NAME_WIDTH}} => {to_text(run, valu)}"
    yield ""


def user_name(run: Runtime, iden: str) -> str:
    user = run.host.accounts.user(iden)
    return iden if user is None else user.name


def time_text(run: Runtime, time_ms: int) -> str:
    return str(run.model.type("time").repr(time_ms))


INDEX = Command(
    "cortex.httpapi.index",
    "Move a definition of the Extended HTTP API to another place in the order.",
    _index,
    (IDEN, Option("index", "The place, from 0.", "int")),
    readonly=True,
)
# A node goes through it once for each line, as in the product.
LIST = written(
    "cortex.httpapi.list",
    "List the definitions of the Extended HTTP API.",
    f"""
$apis = $lib.cortex.httpapi.list()
if ($apis.size() = 0) {{
    $lib.print("No Extended HTTP API endpoints are registered.")
}} else {{
    $lib.print("{HEAD}\\n{LINE}")
    for $order in $lib.range($apis.size()) {{
        $api = $apis.index($order)
        $cells = ([$lib.cast(str, $order).ljust(5), $api.iden, $api.owner.name.ljust(20)])
        $auth = `{{$api.authenticated}}`
        $cells.extend(($auth.ljust(5), $api.runas.ljust(6), $api.path))
        $lib.print(` {{$lib.str.join(" | ", $cells)}} `)
    }}
}}
""",
    readonly=True,
)
STAT = Command("cortex.httpapi.stat", "Tell of a definition of the Extended HTTP API.", _stat, (IDEN,), readonly=True)
COMMANDS = (INDEX, LIST, STAT)
