"""Running a query for a client: its messages, its value, or its nodes (reference 5).

Synchronous, for a thread of its own. Whoever calls says where messages go and when nobody wants them any more.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import InvalidOperation
from itertools import chain
from typing import TYPE_CHECKING, Any

from ..errors import StormError
from ..graphs.projections import rules_of
from ..graphs.walk import Subgraph
from ..host import Host, Task
from ..kinds import table as kinds_table
from ..nodes.path import Path
from ..nodes.snap import Snap
from ..programs.compile import Block, compiled
from ..programs.control import uncaught
from ..programs.leaving import Exited, Leaving, Returned
from ..programs.shape import Paths, nothing
from ..runtime import FRAMES, Runtime
from . import messages

if TYPE_CHECKING:
    from ....storage.accounts import User
    from ....storage.views import ViewRecord

# What a query meets as `$node` and the like is known once this module is.
assert kinds_table.documented()
sys.setrecursionlimit(max(sys.getrecursionlimit(), FRAMES))

Emit = Callable[[str, Any], None]
Check = Callable[[], None]
# What a client is told of an exception that is no error of Storm; raises it again where nobody is to be told.
Failed = Callable[[Exception], StormError]
# What the values of a query bring about where there is no form for them: numbers that SQLite lacks, texts that are no
# Unicode, sizes that no memory has. The product tells such errors by their names, too.
OF_VALUES = (OverflowError, UnicodeError, InvalidOperation, MemoryError)
# Errors whose details come in an order of their own: what stands before the message.
TASK_EXISTS = "Specified task iden already exists!"
BEFORE_MESG: dict[str, tuple[str, ...]] = {
    "BadTypeValu": ("name", "valu", "fields", "numitems", "reqwidth"),
    "BadLiftValu": ("valu", "name"),
    "NoSuchPivot": ("n1", "n2"),
    "NoSuchTagProp": ("name",),
    "BadSyntax": ("at", "text"),
    "StormRaise": (),
}


def again(error: Exception) -> StormError:
    """Tell nobody: whoever runs the query gets the exception."""
    raise error


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as a client asks it: its text and options, who asks, the view, and the iden of the task.

    within: another query asks it, and it is part of that one's task.
    """

    text: str
    opts: dict[str, Any]
    user: User
    view: ViewRecord
    task: str
    within: bool = False

    @property
    def mode(self) -> str:
        mode = self.opts.get("mode", "storm")
        return mode if isinstance(mode, str) else "storm"


def messages_of(host: Host, asked: Asked, send: Emit, check: Check, failed: Failed = again) -> None:
    """Send all messages of a query, from `init` to `fini`. What goes wrong in it is a message too, whatever it is."""
    emit = _showing(asked.opts.get("show"), send)
    begun = messages.init(asked.text, asked.task, host.clock.now_ms())
    emit("init", begun)
    if asked.opts.get("path"):
        emit("warn", {"mesg": PATH_WARNING})
    count = 0
    pack = messages.packer(asked.opts, host.model)
    try:
        for path in paths_of(host, asked, emit, check):
            emit("node", pack(path))
            count += 1
    except Exited as exited:
        if exited.mesg is not None:
            emit("warn", {"mesg": exited.mesg, **exited.info})
    except StormError as error:
        emit("err", [error.name, payload(error)])
    except Exception as error:  # noqa: BLE001 - the error step of a stream that has begun
        told = failed(error)
        emit("err", [told.name, payload(told)])
    emit("fini", messages.fini(begun, host.clock.now_ms(), count))


def value_of(host: Host, asked: Asked, check: Check) -> Any:
    """What a query returns, as a value of Storm; its messages are dropped. Raises StormError."""
    run, block = prepared(host, asked, _drop, check)
    try:
        valu = _returned(run, block, asked.opts)
        # What a function yields has no form outside Storm, nor an error that says so.
        return valu if isinstance(valu, Iterator) else prim(run, valu)
    except Exited as exited:
        raise exit_error(exited) from None
    except Leaving as leaving:
        raise uncaught(run, leaving) or leaving from None
    except RecursionError:
        raise too_deep() from None
    except OF_VALUES as error:
        raise StormError(type(error).__name__, str(error)) from error
    finally:
        _ended(host, run.task)


def _returned(run: Runtime, block: Block, opts: dict[str, Any]) -> Any:
    """What a query returns, null where it does not."""
    try:
        if block.plain is not None and not opts.get("idens") and not opts.get("ndefs"):
            block.plain(run)
        else:
            for _ in shown(run, block.run(run, inbound(run, opts))):
                pass
    except Returned as returned:
        return returned.valu
    return None


def nodes_of(host: Host, asked: Asked, check: Check) -> Iterator[messages.Packed]:
    """The packed nodes of a query; its messages are dropped. Raises StormError."""
    pack = messages.packer(asked.opts, host.model)
    try:
        for path in paths_of(host, asked, _drop, check):
            yield pack(path)
    except Exited as exited:
        raise exit_error(exited) from None


def paths_of(host: Host, asked: Asked, emit: Emit, check: Check) -> Paths:
    """What a query yields. Raises StormError, Exited."""
    run, block = prepared(host, asked, emit, check)
    try:
        yield from shown(run, block.run(run, inbound(run, asked.opts)))
    except Leaving as leaving:
        error = uncaught(run, leaving)
        raise error or leaving from None
    except RecursionError:
        raise too_deep() from None
    except OF_VALUES as error:
        raise StormError(type(error).__name__, str(error)) from error
    finally:
        _ended(host, run.task)


def shown(run: Runtime, paths: Paths) -> Paths:
    """What of a query's nodes is shown: no more than the option `limit` says; with what is round them, where a projection is
    active once the first of them comes. Raises StormError."""
    first = next(paths, None)
    if first is None:
        return nothing()
    found: Paths = chain((first,), paths)
    limit = run.task.opts.get("limit")
    if limit is not None:
        found = limited(found, limit)
    # As the product compares: 0 is no projection, an empty text is one that there is not.
    if run.graph in (None, False):
        return found
    return Subgraph(run, rules_of(run, run.graph)).paths(found)


def limited(paths: Paths, limit: Any) -> Paths:
    """The first of them. Raises StormError("TypeError") for a limit that is no number, behind the first."""
    for count, path in enumerate(paths, 1):
        yield path
        if not isinstance(limit, int | float):
            kind = type(limit).__name__
            raise StormError("TypeError", f"'>=' not supported between instances of 'int' and '{kind}'")
        # The product counts before it looks: a limit of nothing is one node.
        if count >= limit:
            return


def prepared(host: Host, asked: Asked, emit: Emit, check: Check) -> tuple[Runtime, Block]:
    """A runtime for a query, and the query ready to run in it. Raises StormError."""
    readonly, now = bool(asked.opts.get("readonly")), host.clock.now_ms()
    task = Task(asked.task, asked.text, emit, check, asked.opts, readonly, asked.user.iden, asked.view.iden, now)
    snap = Snap(host, task, asked.view)
    given = asked.opts.get("vars")
    if given is not None and not isinstance(given, dict):
        raise StormError("AttributeError", f"'{type(given).__name__}' object has no attribute 'keys'")
    run = Runtime(host, task, snap, asked.user, dict(given or {}))
    run.graph = asked.opts.get("graph")
    block = compiled(asked.text, asked.mode, own_lib="lib" in run.vars)
    block.check(run)
    if not asked.within and host.tasks.setdefault(task.iden, task) is not task:
        raise StormError("BadArg", TASK_EXISTS)
    return run, block


def _ended(host: Host, task: Task) -> None:
    if host.tasks.get(task.iden) is task:
        del host.tasks[task.iden]
    task.close()


def inbound(run: Runtime, opts: dict[str, Any]) -> Paths:
    """The nodes that the options put in front of a query (reference 5.1). Raises StormError."""
    idens = opts.get("idens") or ()
    if not isinstance(idens, list | tuple | str):
        raise StormError("TypeError", f"'{type(idens).__name__}' object is not iterable")
    for iden in idens:
        node = run.snap.by_iden(node_iden(iden))
        if node is not None:
            yield Path(node)
    for ndef in opts.get("ndefs") or ():
        node = _by_ndef(run, ndef)
        if node is not None:
            yield Path(node)


def node_iden(text: Any) -> bytes:
    """The 32 bytes of an iden in hex. Raises StormError."""
    try:
        iden = bytes.fromhex(text)
    except (TypeError, ValueError):
        iden = b""
    if len(iden) != 32:
        raise StormError("NoSuchIden", "Iden must be 64 hex digits", iden=text)
    return iden


def _by_ndef(run: Runtime, ndef: Any) -> Any:
    """The node of a form and a value that is normed already; what is neither is no node."""
    try:
        form, valu = ndef
        return run.snap.by_ndef(form, valu)
    except (TypeError, ValueError):
        return None


def payload(error: StormError) -> dict[str, Any]:
    """The details of an error as the `err` message has them; the order of keys is the product's."""
    if "mesg" in error.info:
        return dict(error.info)
    if not error.mesg:
        return dict(error.info)
    first = BEFORE_MESG.get(error.name, ())
    if error.name == "BadSyntax" and "token" not in error.info:
        # Of what could be read but means nothing.
        told = {"mesg": error.mesg, **error.info}
        return {key: told[key] for key in ("mesg", "at", "line", "column", "highlight", "text") if key in told}
    if error.name == "StormRaise":
        first = tuple(key for key in error.info if key not in ("errname", "highlight"))
    before = {key: valu for key, valu in error.info.items() if key in first}
    return {**before, "mesg": error.mesg, **{key: valu for key, valu in error.info.items() if key not in before}}


def too_deep() -> StormError:
    """What a query is told that goes deeper than we can."""
    return StormError("RecursionLimitHit", "Maximum Storm pipeline depth exceeded.")


def exit_error(exited: Exited) -> StormError:
    """What `$lib.exit` is where a value was asked for."""
    return StormError("StormExit", "StormExit: " if exited.mesg is None else f"StormExit: mesg={exited.mesg!r}")


def prim(run: Runtime, valu: Any) -> Any:
    """A value as it leaves Storm. Raises StormError for what cannot."""
    from ..values.convert import to_prim

    return to_prim(run, valu)


def _showing(show: Any, send: Emit) -> Emit:
    """A way to send that leaves out what the client does not want to be shown."""
    if not show:
        return send
    shown = messages.ALWAYS | set(show)

    def emit(kind: str, info: Any) -> None:
        if kind in shown:
            send(kind, info)

    return emit


def _drop(kind: str, info: Any) -> None:
    """Where no one listens."""


PATH_WARNING = (
    "The 'path' option is deprecated in 2.230.0 and will be removed, the 'links' option should be used to retrieve "
    "this data instead."
)
