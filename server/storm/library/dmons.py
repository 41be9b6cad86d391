"""`$lib.dmon`: queries that always run."""

from __future__ import annotations

from typing import Any

from ..automation import dmons
from ..programs.query_values import StormQuery, text_of
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import to_prim, to_str


def add(run: Runtime, me: Any, text: Any, name: Any = "noname", ddef: Any = None) -> dict[str, Any]:
    vars = dict(text.vars) if isinstance(text, StormQuery) else {}
    told = {} if ddef is None else to_prim(run, ddef)
    return dmons.add(run, text_of(text), to_prim(run, name), vars, told)


def list_(run: Runtime, me: Any) -> list[dict[str, Any]]:
    return [told for iden in run.host.automation.all(dmons.KIND) if (told := dmons.pack(run.host, iden)) is not None]


LIBRARIES = (
    Library(
        "lib.dmon",
        "Queries that always run.",
        (
            local(
                'add(text: str|storm:query, name: str = "noname", ddef: dict = null) -> str',
                add,
                "Make a daemon, which starts at once.",
                writes=True,
            ),
            local(
                "bump(iden: str) -> boolean",
                lambda run, me, iden: dmons.bump(run, to_str(iden)),
                "Let one begin anew.",
                writes=True,
            ),
            local(
                "del(iden: str) -> null",
                lambda run, me, iden: dmons.drop(run, to_str(iden)),
                "Stop one and delete it.",
                writes=True,
            ),
            local(
                "get(iden: str) -> dict", lambda run, me, iden: dmons.pack(run.host, to_str(iden)), "One by its iden."
            ),
            local("list() -> list", list_, "All daemons."),
            local("log(iden: str) -> list", lambda run, me, iden: dmons.log(run, to_str(iden)), "What one has said."),
            local(
                "start(iden: str) -> boolean",
                lambda run, me, iden: dmons.enable(run, to_str(iden), enabled=True),
                "Switch one on.",
                writes=True,
            ),
            local(
                "stop(iden: str) -> boolean",
                lambda run, me, iden: dmons.enable(run, to_str(iden), enabled=False),
                "Switch one off.",
                writes=True,
            ),
        ),
    ),
)
