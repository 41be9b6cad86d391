"""`$lib.queue`: queues that all users share and that last."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ....storage.errors import Conflict, NotFound
from ....storage.queues import Item, QueueRecord
from ...granting import changed_gates
from ..errors import StormError
from ..runtime import Runtime
from ..surface import Kind, Library, local
from ..values.convert import python_name, to_bool, to_int, to_prim, to_str
from ..values.kinds import iterate
from .auth_user import change, of
from .stores import StormUser

# How long a reader that waits looks away from an empty queue.
PAUSE_S = 0.02
BATCH = 100


@dataclass(frozen=True, slots=True)
class StormQueue:
    """A queue, by its name."""

    name: str

    @property
    def gate(self) -> str:
        return f"queue:{self.name}"


def add(run: Runtime, me: Any, name: Any) -> StormQueue:
    run.confirm(("queue", "add"))
    if not isinstance(name, str):
        # The product takes texts only here, and crashes on the rest.
        raise StormError("AttributeError", f"'{python_name(name)}' object has no attribute 'encode'")
    if not name:
        # What the product's database says.
        mesg = "mdb_get: MDB_BAD_VALSIZE: Unsupported size of key/DB name/data, or wrong DUPFIXED size"
        raise StormError("BadValsizeError", mesg)
    queue = StormQueue(name)
    try:
        run.host.queues.add(name, run.user.iden, run.host.clock.now_ms())
    except Conflict:
        raise StormError("DupName", f"Queue named {name} already exists!") from None
    run.host.gates.add(queue.gate, "queue")
    maker = StormUser(run.user.iden)
    change(run, maker, gates=changed_gates(of(run, maker).gates, queue.gate, None, True))
    return queue


def get(run: Runtime, me: Any, name: Any) -> StormQueue:
    queue = StormQueue(to_str(name))
    run.confirm(("queue", "get"), queue.gate)
    if run.host.queues.find(queue.name) is None or run.host.gates.kind(queue.gate) is None:
        raise StormError("NoSuchName", f"No queue named {queue.name}", name=queue.name)
    return queue


def gen(run: Runtime, me: Any, name: Any) -> StormQueue:
    if run.host.queues.find(to_str(name)) is None and run.may(("queue", "add")):
        try:
            return add(run, me, name)
        except StormError as error:
            # Another query may have made it meanwhile.
            if error.name != "DupName":
                raise
    return get(run, me, name)


def del_(run: Runtime, me: Any, name: Any) -> None:
    queue = StormQueue(to_str(name))
    run.confirm(("queue", "del"), queue.gate)
    try:
        run.host.queues.drop(queue.name)
    except NotFound:
        raise StormError("NoSuchName", f"No queue named {queue.name} exists!") from None
    run.host.gates.drop(queue.gate)
    run.host.accounts.drop_gate(queue.gate)


def list_(run: Runtime, me: Any) -> list[dict[str, Any]]:
    # Those of packages have no gate.
    found = [each for each in run.host.queues.all() if run.host.gates.kind(StormQueue(each.name).gate) is not None]
    return [packed(each) for each in found if run.may(("queue", "get"), StormQueue(each.name).gate)]


def packed(record: QueueRecord) -> dict[str, Any]:
    meta = {"time": record.created_ms, "creator": record.creator}
    return {"name": record.name, "meta": meta, "size": record.size, "offs": record.next}


def put(run: Runtime, me: StormQueue, item: Any) -> int:
    return append(run, me, [to_prim(run, item)])


def puts(run: Runtime, me: StormQueue, items: Any) -> int:
    return append(run, me, [to_prim(run, item) for item in iterate(run, items)])


def append(run: Runtime, me: StormQueue, values: list[Any]) -> int:
    confirm(run, me, "put")
    try:
        return run.host.queues.put(me.name, values)
    except NotFound:
        raise gone(me) from None
    except TypeError as error:
        raise StormError("BadArg", f"A queue cannot keep this value: {error}") from error


def get_item(run: Runtime, me: StormQueue, offs: Any = 0, cull: Any = True, wait: Any = True) -> Item | None:
    confirm(run, me, "get")
    offset = to_int(offs)
    if to_bool(cull) and offset > 0:
        remove(run, me, offset - 1)
    found = waited(run, me, offset, 1, to_bool(wait))
    return found[0] if found else None


def get_items(
    run: Runtime, me: StormQueue, offs: Any = 0, wait: Any = True, cull: Any = False, size: Any = None
) -> Iterator[Item]:
    confirm(run, me, "get")
    offset, waits = to_int(offs), to_bool(wait)
    left = None if size is None else to_int(size)
    if to_bool(cull) and offset > 0:
        remove(run, me, offset - 1)
    while left is None or left > 0:
        found = waited(run, me, offset, BATCH if left is None else min(left, BATCH), waits)
        if not found:
            return
        yield from found
        offset = found[-1][0] + 1
        left = None if left is None else left - len(found)


def waited(run: Runtime, me: StormQueue, offset: int, most: int, wait: bool) -> list[Item]:
    """Items from an offset on; where there are none and one waits, the next that comes."""
    at = stored(offset)
    while True:
        try:
            found = run.host.queues.read(me.name, at, most)
        except NotFound:
            raise gone(me) from None
        if found or not wait:
            return found
        run.check()
        time.sleep(PAUSE_S)


def stored(offset: int) -> int:
    """An offset as the store takes it: nothing is as far away as its last. Raises StormError("error")."""
    if not 0 <= offset < 1 << 64:
        raise StormError("error", "int too large to convert")
    return min(offset, (1 << 63) - 1)


def pop(run: Runtime, me: StormQueue, offs: Any = None, wait: Any = False) -> Item | None:
    confirm(run, me, "get")
    offset = None if offs is None else stored(to_int(offs))
    while True:
        try:
            found = run.host.queues.pop(me.name, offset)
        except NotFound:
            raise gone(me) from None
        if found is not None or not to_bool(wait):
            return found
        run.check()
        time.sleep(PAUSE_S)


def cull(run: Runtime, me: StormQueue, offs: Any) -> None:
    confirm(run, me, "get")
    remove(run, me, to_int(offs))


def remove(run: Runtime, me: StormQueue, offset: int) -> None:
    try:
        run.host.queues.cull(me.name, -1 if offset < 0 else stored(offset))
    except NotFound:
        raise gone(me) from None


def size(run: Runtime, me: StormQueue) -> int:
    confirm(run, me, "get")
    found = run.host.queues.find(me.name)
    return 0 if found is None else found.size


def confirm(run: Runtime, me: StormQueue, what: str) -> None:
    """Raises StormError unless one may read or write the queue; one that is gone is told otherwise."""
    if run.host.gates.kind(me.gate) is not None:
        run.confirm(("queue", what), me.gate)


def gone(me: StormQueue) -> StormError:
    return StormError("NoSuchName", f"No queue named {me.name}.", name=me.name)


LIBRARIES = (
    Library(
        "lib.queue",
        "Queues that last.",
        (
            local("add(name: str) -> queue", add, "Make a queue.", writes=True),
            local("del(name: str) -> null", del_, "Delete a queue.", writes=True),
            local("gen(name: str) -> queue", gen, "A queue, made where there is none.", writes=True),
            local("get(name: str) -> queue", get, "A queue."),
            local("list() -> list", list_, "What is known about all queues."),
        ),
    ),
)

GETS = "gets(offs: int = 0, wait: boolean = true, cull: boolean = false, size: int = null) -> yields list"
KIND = Kind(
    "queue",
    "Queue",
    StormQueue,
    "A queue.",
    (
        local("cull(offs: int) -> null", cull, "Remove the items up to an offset.", writes=True),
        local(
            "get(offs: int = 0, cull: boolean = true, wait: boolean = true) -> list",
            get_item,
            "The item at an offset.",
            writes=True,
        ),
        local(GETS, get_items, "All items from an offset on.", writes=True),
        local("name: str", lambda run, me: me.name, "Its name."),
        local("pop(offs: int = null, wait: boolean = false) -> list", pop, "Take an item out.", writes=True),
        local("put(item: prim) -> int", put, "Append an item.", writes=True),
        local("puts(items: list) -> int", puts, "Append items.", writes=True),
        local("size() -> int", size, "How many items are in it."),
    ),
    show=lambda run, me: f"queue: {me.name}",
)
