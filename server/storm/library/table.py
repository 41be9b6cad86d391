"""Every library of Storm, by its path. A new one is a file of its subject and a line here."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from ..surface import Library
from ..values.registry import register
from . import (
    aha,
    auth,
    auth_gate,
    auth_role,
    auth_user,
    axon,
    axon_web,
    caches,
    cells,
    core,
    cron,
    dmons,
    easyperm,
    graph,
    httpapi,
    imap,
    jsonstor,
    macros,
    oauth1,
    oauth2,
    package_stores,
    packages,
    pipes,
    projections,
    projects,
    pure,
    queues,
    quorum,
    reference,
    services,
    smtp,
    stix_export,
    stix_import,
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
        *axon_web.LIBRARIES,
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
        *imap.LIBRARIES,
        *oauth1.LIBRARIES,
        *oauth2.LIBRARIES,
        *smtp.LIBRARIES,
        *services.LIBRARIES,
        *stix_export.LIBRARIES,
        *stix_import.LIBRARIES,
        *aha.LIBRARIES,
        *packages.LIBRARIES,
        *quorum.LIBRARIES,
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
register(pipes.KIND, *stix_export.KINDS, package_stores.QUEUE_KIND, package_stores.QUEUES_KIND, *vaults.KINDS)
register(*graph.KINDS, triggers.KIND, cron.KIND)
register(
    *httpapi.KINDS,
    *imap.KINDS,
    *oauth1.KINDS,
    *smtp.KINDS,
    package_stores.VARS_KIND,
    *services.KINDS,
    *projects.KINDS,
    mutable=True,
)


def lacking(path: str) -> bool:
    """Whether the product has this library or function, and we do not."""
    return path in _known()


@cache
def _known() -> frozenset[str]:
    text = files(__package__).joinpath("known.txt").read_text(encoding="utf-8")
    names = text.split()
    # A library is known by what is in it.
    return frozenset(name.rsplit(".", cut)[0] for name in names for cut in range(name.count(".") + 1))
