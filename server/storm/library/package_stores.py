"""What a package keeps: `$lib.pkg.queues` and `$lib.pkg.vars`. They last when the package is taken away, and need none.

The items of a package's queue lie among those of the other queues, by an iden that follows from the two names; it has no
gate, and `$lib.queue` does not know it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ....storage.errors import Conflict, NotFound
from ....storage.queues import Item
from ...model.idens import guid_of
from ..errors import StormError
from ..runtime import Runtime
from ..surface import Kind, local
from ..values.convert import to_str
from . import queues
from .queues import StormQueue
from .stores import put as store

QUEUE, VARS = "pkg:queue", "pkg:vars"
# Which of its start-up queries have run: none.
STORAGE_VERSION, NO_VERSION = "storage:version", -1


@dataclass(frozen=True, slots=True)
class PkgQueues:
    """The queues of a package, which need not be there."""

    name: str


@dataclass(frozen=True, slots=True)
class PkgVars:
    """The variables of a package: all names are variables."""

    name: str


@dataclass(frozen=True, slots=True)
class PkgQueue:
    """A queue of a package."""

    pkgname: str
    name: str

    @property
    def iden(self) -> str:
        return guid_of((self.pkgname, self.name))

    @property
    def items(self) -> StormQueue:
        """The queue that its items lie in."""
        return StormQueue(self.iden)


def queues_of(run: Runtime, me: Any, name: Any) -> PkgQueues:
    return PkgQueues(_confirmed(run, name))


def vars_of(run: Runtime, me: Any, name: Any) -> PkgVars:
    return PkgVars(_confirmed(run, name))


def _confirmed(run: Runtime, name: Any) -> str:
    text = to_str(name)
    run.confirm(("power-ups", text, "admin"))
    return text


def loaded(run: Runtime, name: str) -> None:
    """Note that a package was loaded that brings nothing to start with."""
    if run.host.documents.get(VARS, STORAGE_VERSION, name) is None:
        run.host.documents.put(VARS, STORAGE_VERSION, NO_VERSION, name)


# -- pkg:queues


def add(run: Runtime, me: PkgQueues, name: Any) -> PkgQueue:
    queue, now = PkgQueue(me.name, to_str(name)), run.host.clock.now_ms()
    try:
        run.host.queues.add(queue.iden, run.user.iden, now)
    except Conflict:
        mesg = f"Queue named {queue.name} already exists for package {me.name}!"
        raise StormError("DupName", mesg) from None
    info = {"iden": queue.iden, "name": queue.name, "pkgname": me.name, "created": now}
    run.host.documents.put(QUEUE, queue.iden, info)
    return queue


def get(run: Runtime, me: PkgQueues, name: Any) -> PkgQueue:
    queue = PkgQueue(me.name, to_str(name))
    if run.host.queues.find(queue.iden) is None:
        raise StormError("NoSuchName", f"No queue named {queue.iden}", name=queue.iden)
    return queue


def gen(run: Runtime, me: PkgQueues, name: Any) -> PkgQueue:
    if run.host.queues.find(PkgQueue(me.name, to_str(name)).iden) is None:
        try:
            return add(run, me, name)
        except StormError as error:
            # Another query may have made it meanwhile.
            if error.name != "DupName":
                raise
    return get(run, me, name)


def del_(run: Runtime, me: PkgQueues, name: Any) -> None:
    queue = PkgQueue(me.name, to_str(name))
    try:
        run.host.queues.drop(queue.iden)
    except NotFound:
        mesg = f"No queue named {queue.name} exists for package {me.name}!"
        raise StormError("NoSuchName", mesg) from None
    run.host.documents.pop(QUEUE, queue.iden)


def list_(run: Runtime, me: PkgQueues) -> Iterator[dict[str, Any]]:
    for record in run.host.queues.all():
        info = run.host.documents.get(QUEUE, record.name)
        if info is not None and info["pkgname"] == me.name:
            yield {"name": record.name, "meta": info, "size": record.size, "offs": record.next}


# -- pkg:queue


def get_item(run: Runtime, me: PkgQueue, offs: Any = 0, wait: Any = True) -> Item | None:
    return queues.get_item(run, me.items, offs, cull=False, wait=wait)


def get_items(run: Runtime, me: PkgQueue, offs: Any = 0, wait: Any = True, size: Any = None) -> Iterator[Item]:
    return queues.get_items(run, me.items, offs, wait, cull=False, size=size)


# -- pkg:vars


def item(run: Runtime, me: PkgVars, name: Any) -> Any:
    return run.host.documents.get(VARS, to_str(name), me.name)


def set_item(run: Runtime, me: PkgVars, name: Any, valu: Any) -> None:
    store(run, VARS, me.name, to_str(name), valu)


def iterate(run: Runtime, me: PkgVars) -> Iterator[Any]:
    yield from run.host.documents.items(VARS, me.name)


LOCALS = (
    local("queues(name: str) -> pkg:queues", queues_of, "The queues of a package.", writes=True),
    local("vars(name: str) -> pkg:vars", vars_of, "The variables of a package.", writes=True),
)
QUEUES_KIND = Kind(
    "pkg:queues",
    "PkgQueues",
    PkgQueues,
    "The queues of a package.",
    (
        local("add(name: str) -> pkg:queue", add, "Make a queue.", writes=True),
        local("del(name: str) -> null", del_, "Delete a queue.", writes=True),
        local("gen(name: str) -> pkg:queue", gen, "A queue, made where there is none.", writes=True),
        local("get(name: str) -> pkg:queue", get, "A queue."),
        local("list() -> dict", list_, "What is known about all of them."),
    ),
    show=lambda run, me: f"pkg:queues: {me.name}",
)
QUEUE_KIND = Kind(
    "pkg:queue",
    "StormPkgQueue",
    PkgQueue,
    "A queue of a package.",
    (
        local(
            "cull(offs: int) -> null",
            lambda run, me, offs: queues.cull(run, me.items, offs),
            "Remove the items up to an offset.",
            writes=True,
        ),
        local("get(offs: int = 0, wait: boolean = true) -> list", get_item, "The item at an offset.", writes=True),
        local(
            "gets(offs: int = 0, wait: boolean = true, size: int = null) -> yields list",
            get_items,
            "All items from an offset on.",
            writes=True,
        ),
        local("name: str", lambda run, me: me.name, "Its name."),
        local("pkgname: str", lambda run, me: me.pkgname, "The name of its package."),
        local(
            "pop(offs: int = null, wait: boolean = false) -> list",
            lambda run, me, offs=None, wait=False: queues.pop(run, me.items, offs, wait),
            "Take an item out.",
            writes=True,
        ),
        local(
            "put(item: prim) -> int",
            lambda run, me, item: queues.put(run, me.items, item),
            "Append an item.",
            writes=True,
        ),
        local(
            "puts(items: list) -> int",
            lambda run, me, items: queues.puts(run, me.items, items),
            "Append items.",
            writes=True,
        ),
        local("size() -> int", lambda run, me: queues.size(run, me.items), "How many items are in it."),
    ),
    show=lambda run, me: f"pkg:queue: {me.pkgname} - {me.name}",
)
VARS_KIND = Kind(
    "pkg:vars",
    "PkgVars",
    PkgVars,
    "The variables of a package.",
    deref=item,
    set_item=set_item,
    iterate=iterate,
    show=lambda run, me: f"pkg:vars: {me.name}",
)
