"""Every library of Storm, by its path. A new one is a file of its subject and a line here."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from ..surface import Library
from ..values.registry import register
from . import (
    auth,
    auth_gate,
    auth_role,
    auth_user,
    axon,
    caches,
    cells,
    core,
    cron,
    dmons,
    easyperm,
    graph,
    httpapi,
    jsonstor,
    macros,
    packages,
    pipes,
    projections,
    projects,
    pure,
    queues,
    reference,
    stores,
    tasks,
    tells,
    texts,
    triggers,
    users,
    vaults,
)
from .reference import LibraryRef

ROOT = LibraryRef("lib")

# Before the libraries themselves, which have the same name of a kind.
register(packages.MODULE)

LIBRARIES: dict[str, Library] = {
    library.path: library
    for library in (
        *core.LIBRARIES,
        *pure.LIBRARIES,
        *auth.LIBRARIES,
        *easyperm.LIBRARIES,
        *users.LIBRARIES,
        *axon.LIBRARIES,
        *cells.LIBRARIES,
        *queues.LIBRARIES,
        *macros.LIBRARIES,
        *jsonstor.LIBRARIES,
        *projections.LIBRARIES,
        *projects.LIBRARIES,
        *caches.LIBRARIES,
        *pipes.LIBRARIES,
        *tasks.LIBRARIES,
        *tells.LIBRARIES,
        *vaults.LIBRARIES,
        *triggers.LIBRARIES,
        *cron.LIBRARIES,
        *dmons.LIBRARIES,
        *graph.LIBRARIES,
        *httpapi.LIBRARIES,
        *packages.LIBRARIES,
    )
}

register(
    reference.KIND,
    texts.KIND,
    auth_gate.KIND,
    auth_role.KIND,
    auth_user.KIND,
    caches.KIND,
    queues.KIND,
    *stores.KINDS,
    *pure.KINDS,
)
register(pipes.KIND, *vaults.KINDS)
register(*graph.KINDS, triggers.KIND, cron.KIND)
register(*httpapi.KINDS, *projects.KINDS, mutable=True)


def lacking(path: str) -> bool:
    """Whether the product has this library or function, and we do not."""
    return path in _known()


@cache
def _known() -> frozenset[str]:
    text = files(__package__).joinpath("known.txt").read_text(encoding="utf-8")
    names = text.split()
    # A library is known by what is in it.
    return frozenset(name.rsplit(".", cut)[0] for name in names for cut in range(name.count(".") + 1))
