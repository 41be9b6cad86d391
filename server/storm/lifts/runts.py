"""Nodes that exist only while they are looked at: the forms, props, types and the like of the model, read-only.

They are in no layer and have no order but that of the model or of their making; those of the model have no `.created`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ....storage.sodes import Sode, nid_of, tupled
from ...model.idens import node_iden
from ..nodes.node import Node
from .runt_types import CTORS

if TYPE_CHECKING:
    from ...model.contract import Key, Span
    from ...model.model import Model
    from ..runtime import Runtime
    from .indexes import Index

# The value of a node and its props; None is a prop that is not set.
Told = tuple[str, dict[str, Any]]


def is_runt(model: Model, form: str) -> bool:
    """Whether the nodes of a form are such."""
    if not form.startswith("syn:"):
        return False
    found = model.form(form)
    return found is not None and found.runt


def lift(run: Runtime, index: Index, spans: tuple[Span, ...], reverse: bool) -> Iterator[Node]:
    """The nodes of one index, stretch by stretch, in the order of the model, which `reverse(...)` leaves as it is."""
    type_, prop = index.type, index.prop
    tell = TELLERS.get(index.form)
    every = [] if tell is None else list(tell(run))
    for span in spans:
        for told in every:
            valu = told[1].get(prop) if prop else told[0]
            if valu is None or not _within(span, type_.key(valu)):
                continue
            if span.keep is None or span.keep(valu):
                yield _node(run, index.form, told)


def by_ndef(run: Runtime, form: str, valu: Any) -> Node | None:
    """The node of a form with this value."""
    tell = TELLERS.get(form)
    told = None if tell is None else next((told for told in tell(run) if told[0] == valu), None)
    return None if told is None else _node(run, form, told)


def _within(span: Span, key: Key) -> bool:
    if span.low is not None and key < span.low:  # type: ignore[operator]  # keys of one index are of one kind
        return False
    return span.high is None or key <= span.high  # type: ignore[operator]  # as above


def _node(run: Runtime, form: str, told: Told) -> Node:
    valu, props = told
    iden = bytes.fromhex(node_iden(form, valu))
    known = {name: tupled(item) for name, item in props.items() if item is not None}
    return Node(run.snap, nid_of(iden), iden, [Sode(iden, form, valu, known)])


def _types(run: Runtime) -> Iterator[Told]:
    for name, told in run.model.to_dict()["types"].items():
        info = told["info"]
        bases = info.get("bases") or ()
        subof = bases[-1] if bases and bases[-1] != "base" else None
        ctor = next((CTORS[base] for base in (name, *reversed(bases)) if base in CTORS), None)
        yield name, {"doc": info.get("doc"), "ctor": ctor, "opts": told["opts"] or None, "subof": subof}


def _forms(run: Runtime) -> Iterator[Told]:
    told = run.model.to_dict()
    for name in told["forms"]:
        form = run.model.form(name)
        # Another query may have changed the model meanwhile.
        if form is not None:
            yield name, {"doc": told["types"][name]["info"].get("doc"), "type": name, "runt": int(form.runt)}


def _props(run: Runtime) -> Iterator[Told]:
    told = run.model.to_dict()
    for name, univ in told["univs"].items():
        yield name, _prop(None, name, univ, univ=True)
    for form, shown in told["forms"].items():
        yield (
            form,
            {
                "doc": told["types"][form]["info"].get("doc"),
                "type": form,
                "univ": 0,
                "extmodel": int(form.startswith("_")),
                "form": form,
            },
        )
        for name, prop in shown["props"].items():
            yield prop["full"], _prop(form, name, prop, univ=False)


def _prop(form: str | None, name: str, told: Mapping[str, Any], *, univ: bool) -> dict[str, Any]:
    return {
        "doc": told.get("doc"),
        "type": told["type"][0],
        "relname": name,
        "univ": int(univ),
        "base": name.rpartition(":")[2],
        "ro": int(bool(told.get("ro"))),
        "extmodel": int(name.startswith(("_", "._")) or bool(form and form.startswith("_"))),
        "form": form,
    }


def _tagprops(run: Runtime) -> Iterator[Told]:
    for name, told in run.model.to_dict()["tagprops"].items():
        yield name, {"doc": told["info"].get("doc"), "type": told["type"][0]}


def _commands(run: Runtime) -> Iterator[Told]:
    from ..commands.table import COMMANDS

    for name, command in COMMANDS.items():
        yield name, {"doc": command.desc}


def _triggers(run: Runtime) -> Iterator[Told]:
    from ..automation.trigger_jobs import of_view

    for told in of_view(run, run.snap.view.iden):
        first = {"doc": told.get("doc", ""), "name": told.get("name", ""), "vers": 1, "cond": told["cond"]}
        first |= {"storm": told["storm"], "enabled": int(told["enabled"]), "user": told["user"]}
        about = {name: told.get(name) for name in ("tag", "form", "prop", "verb", "n2form")}
        yield told["iden"], {**first, ".created": told["created"], **about}


def _cron_jobs(run: Runtime) -> Iterator[Told]:
    from ..automation.cron import KIND

    for iden, job in run.host.automation.all(KIND).items():
        told = {"doc": job["doc"], "name": job["name"], "storm": job["query"], ".created": job["created"]}
        yield iden, told


TELLERS: dict[str, Callable[[Runtime], Iterator[Told]]] = {
    "syn:type": _types,
    "syn:form": _forms,
    "syn:prop": _props,
    "syn:tagprop": _tagprops,
    "syn:cmd": _commands,
    "syn:trigger": _triggers,
    "syn:cron": _cron_jobs,
}
