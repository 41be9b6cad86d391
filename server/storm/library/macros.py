"""`$lib.macro`: queries by name, with permissions of their own. The macro commands use what stands here, too."""

from __future__ import annotations

from typing import Any

from ..errors import StormError
from ..programs.query_values import text_of
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import to_int, to_prim, to_str
from . import easyperm
from .auth_rules import violated

KIND = "macro"
LONGEST = 491
EDITABLE = ("name", "desc", "storm")


def find(run: Runtime, name: str) -> dict[str, Any] | None:
    """The macro of a name; None where there is none. Raises StormError for one that one may not read."""
    found: dict[str, Any] | None = run.host.documents.get(KIND, name)
    if found is not None and not reaches(run, found, easyperm.READ):
        raise denied(run, "read", f"{name}.")
    return found


def needed(run: Runtime, name: str, level: int) -> dict[str, Any]:
    """The macro of a name. Raises StormError where there is none, or for want of a level on it."""
    found: dict[str, Any] | None = run.host.documents.get(KIND, name)
    if found is None:
        raise StormError("NoSuchName", f"Macro name not found: {name}")
    if not reaches(run, found, level):
        raise denied(run, easyperm.NAMES[level], name)
    return found


def store(run: Runtime, name: str, storm: str) -> None:
    """Make a macro, or give one another query. Raises StormError."""
    check_query(storm)
    if len(name) > LONGEST:
        raise StormError("BadArg", f"Macro names may only be up to {LONGEST} chars.")
    now, documents = run.host.clock.now_ms(), run.host.documents
    if documents.get(KIND, name) is not None:
        facts = {"storm": storm, "updated": now}
        changed = {**needed(run, name, easyperm.EDIT), **facts}
        documents.put(KIND, name, changed)
        run.host.events.tell("storm:macro:mod", {"macro": changed, "info": facts})
        return
    run.confirm(("storm", "macro", "add"), default=True)
    if not name:
        raise violated("data.name", f"must match pattern ^.{{1,{LONGEST}}}$")
    macro = {
        "name": name,
        "storm": storm,
        "iden": run.host.ids.guid(),
        "updated": now,
        "created": now,
        "user": run.user.iden,
        "creator": run.user.iden,
    }
    macro = {**easyperm.begun(run, macro), "desc": ""}
    documents.put(KIND, name, macro)
    run.host.events.tell("storm:macro:add", {"macro": macro})


def drop(run: Runtime, name: str) -> None:
    """Delete a macro. Raises StormError."""
    macro = needed(run, name, easyperm.ADMIN)
    run.host.documents.pop(KIND, name)
    run.host.events.tell("storm:macro:del", {"name": name, "iden": macro["iden"]})


def readable(run: Runtime) -> list[tuple[str, dict[str, Any]]]:
    """The macros that one may read, by name."""
    return [pair for pair in run.host.documents.items(KIND) if reaches(run, pair[1], easyperm.READ)]


def mod(run: Runtime, me: Any, name: Any, info: Any) -> None:
    old, facts = to_str(name), to_prim(run, info)
    if not isinstance(facts, dict):
        raise StormError("BadArg", "Macro info must be a dictionary object.")
    macro = needed(run, old, easyperm.EDIT)
    for key, valu in facts.items():
        if key not in EDITABLE:
            raise StormError("BadArg", f"User may not edit the field: {key}.")
        if not isinstance(valu, str):
            raise violated(f"data.{key}", "must be string")
    if "storm" in facts:
        check_query(facts["storm"])
    new = facts.get("name", old)
    if not 0 < len(new) <= LONGEST:
        raise violated("data.name", f"must match pattern ^.{{1,{LONGEST}}}$")
    if new != old and run.host.documents.get(KIND, new) is not None:
        raise StormError("DupName", f"A macro named {new} already exists!", name=new)
    facts = {**facts, "updated": run.host.clock.now_ms()}
    changed = {**macro, **facts}
    run.host.documents.rename(KIND, old, new, changed)
    run.host.events.tell("storm:macro:mod", {"macro": changed, "info": facts})


def grant(run: Runtime, me: Any, name: Any, scope: Any, iden: Any, level: Any) -> None:
    wanted = to_str(name)
    macro = needed(run, wanted, easyperm.ADMIN)
    facts: dict[str, Any] = {
        "scope": to_str(scope),
        "iden": to_str(iden),
        "level": None if level is None else to_int(level),
    }
    easyperm.granted(run, macro, **facts)
    run.host.documents.put(KIND, wanted, macro)
    run.host.events.tell("storm:macro:set:perm", {"macro": macro, "info": facts})


def reaches(run: Runtime, macro: dict[str, Any], level: int) -> bool:
    return run.may(("storm", "macro", easyperm.NAMES[level])) or easyperm.reaches(run, macro, level)


def denied(run: Runtime, level: str, name: str) -> StormError:
    return StormError("AuthDeny", f"User requires {level} permission on macro: {name}", **run.told())


def check_query(text: str) -> None:
    """Raises BadSyntax for a text that is no query."""
    from ..programs.compile import compiled

    compiled(text)


LIBRARIES = (
    Library(
        "lib.macro",
        "Queries that are kept by name.",
        (
            local(
                "del(name: str) -> null", lambda run, me, name: drop(run, to_str(name)), "Delete a macro.", writes=True
            ),
            local("get(name: str) -> dict", lambda run, me, name: find(run, to_str(name)), "A macro."),
            local(
                "grant(name: str, scope: str, iden: str, level: int) -> null",
                grant,
                "Give a user or role a level.",
                writes=True,
            ),
            local("list() -> list", lambda run, me: readable(run), "All macros that one may read."),
            local("mod(name: str, info: dict) -> null", mod, "Change facts about a macro.", writes=True),
            local(
                "set(name: str, storm: str|storm:query) -> null",
                lambda run, me, name, storm: store(run, to_str(name), text_of(storm)),
                "Make a macro, or give one another query.",
                writes=True,
            ),
        ),
    ),
)
