"""Putting the Cortex's part of a seed pack into a Cortex: its scripts of Storm, run as root (docs/packs.md).

Imports Storm only when there is something to run: most servers have no such seeds, and start quicker without.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..ids import Ids
from ..packs import BadPack, Pack
from .state import FILE, Cortex

if TYPE_CHECKING:
    from ..storm.host import Host


def seed(cortex: Cortex, pack: Pack) -> None:
    """Run the scripts of a pack one after the other in the default view. Blocks.

    Raises BadPack for the first that fails; what it and those before it did until then is done.
    """
    scripts = pack.scripts()
    if not scripts:
        return
    host = cortex.host()
    for name, text in scripts:
        _run(host, text, f"{pack.name}: storm/{name}")


def check_no_blobs(cortex: Cortex) -> None:
    """Raises BadPack if the Axon of a pattern holds anything: worlds that are copies of it would not own it."""
    if cortex.axon.totals()[0]:
        raise BadPack("A script of the seeds puts a file into the Axon, which seeds cannot have yet.")


def make_own(folder: Path, ids: Ids) -> None:
    """Give the copy of a Cortex in a folder, which is not open, its own secret: sessions of another are none here."""
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
        connection.execute("UPDATE meta SET value = ? WHERE name = 'cookie_secret'", (ids.secret().hex(),))


def _run(host: Host, text: str, where: str) -> None:
    from ..storm.answers.query import Asked, paths_of
    from ..storm.errors import StormError
    from ..storm.programs.leaving import Exited

    root, view = host.accounts.user_named("root"), host.graph.view(host.view)
    if root is None or view is None:
        raise BadPack(f"{where}: the Cortex has no user root or no default view to run it in.")
    asked = Asked(text, {}, root, view, host.ids.guid())
    try:
        for _ in paths_of(host, asked, _drop, lambda: None):
            pass
    except Exited as exited:
        # A script may end early; with a message it says that something is wrong.
        if exited.mesg is not None:
            raise BadPack(f"{where}: exits with: {_sentence(exited.mesg)}") from exited
    except StormError as error:
        mesg = error.mesg or str(error.info.get("mesg", ""))
        # What a script raises itself has a name of its own.
        name = error.info.get("errname", error.name)
        raise BadPack(f"{where}: {name}: {_sentence(mesg)}") from error


def _drop(kind: str, info: Any) -> None:
    """Where no one listens."""


def _sentence(mesg: str) -> str:
    return " ".join(mesg.split()).rstrip(".") + "."
