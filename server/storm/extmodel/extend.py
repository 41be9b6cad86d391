"""Extending the data model of a Cortex: what may be added, what must not be taken away while it is in use.

Each change is stored (storage/extensions.py) and then made in the model that all queries of the Cortex share
(server/model/extend.py). Every function checks rights and raises StormError; messages and their details are the product's.
"""

from __future__ import annotations

import re
from typing import Any

from ....storage.extensions import Extensions
from ....storage.sodes import pack_value, unpack_value
from ...model.contract import ModelError
from ...model.extend import EDGE, FORM, PROP, TAGPROP, TYPE, UNIV, Element
from ..errors import StormError
from ..runtime import Runtime
from . import uses as model_uses

FORM_NAME = re.compile(r"_?[a-z0-9][a-z0-9_]*(:[a-z0-9_]+)+")
PROP_NAME = re.compile(r"[a-z0-9_]+(:[a-z0-9_]+)*")
VERB = re.compile(r"_[a-z0-9_]+")
ANY = "*"


# -- types and forms


def add_type(run: Runtime, name: str, base: str, opts: Any, info: Any) -> None:
    """Raises StormError: AuthDeny, BadArg, BadTypeDef, DupTypeName, NoSuchType."""
    run.confirm(("model", "type", "add", name))
    _check_dict(opts, "Type options should be a dict.", type=name)
    _check_dict(info, "Type info should be a dict.", type=name)
    _check_type_name(name)
    if name in run.model.type_names():
        raise StormError("DupTypeName", f"Type already exists: {name}.", name=name)
    if base not in run.model.type_names():
        raise StormError("NoSuchType", f"Specified base type {base} does not exist.", name=base)
    _check_typedef(run, base, opts)
    _add(run, TYPE, (name,), (base, opts, info))


def del_type(run: Runtime, name: str) -> None:
    """Raises StormError: AuthDeny, BadTypeDef, NoSuchType, CantDelType."""
    run.confirm(("model", "type", "del", name))
    _check_type_name(name)
    element = _found(run, TYPE, (name,))
    if element is None:
        raise StormError("NoSuchType", f"No type named {name}.", name=name)
    model_uses.check_type(run, name)
    _drop(run, element)


def add_form(run: Runtime, name: str, base: str, opts: Any, info: Any) -> None:
    """Raises StormError: AuthDeny, BadArg, BadFormDef, DupFormName, NoSuchType."""
    run.confirm(("model", "form", "add", name))
    _check_dict(opts, "Form type options should be a dict.", form=name)
    _check_dict(info, "Form type info should be a dict.", form=name)
    _check_form_name(name)
    if not FORM_NAME.fullmatch(name):
        raise _refused("BadFormDef", f"Invalid form name {name}", name=name)
    if run.model.is_form(name):
        raise StormError("DupFormName", f"Form name already exists: {name}")
    if name in run.model.type_names():
        raise StormError("DupTypeName", f"Type already exists: {name}.", name=name)
    _check_typedef(run, base, opts)
    _add(run, FORM, (name,), (base, opts, info))


def del_form(run: Runtime, name: str) -> None:
    """Raises StormError: AuthDeny, BadFormDef, NoSuchForm, CantDelForm, CantDelType."""
    run.confirm(("model", "form", "del", name))
    _check_form_name(name)
    element = _found(run, FORM, (name,))
    if element is None:
        raise StormError("NoSuchForm", f"No form named {name}.", name=name)
    model_uses.check_form(run, name)
    props = [str(each.name[1]) for each in elements(run) if each.kind == PROP and each.name[0] == name]
    if props:
        raise StormError("CantDelForm", f"Form has extended properties: {', '.join(props)}")
    model_uses.check_type(run, name)
    _drop(run, element)


# -- props


def add_form_prop(run: Runtime, form: str, name: str, typedef: Any, info: Any) -> None:
    """Raises StormError: AuthDeny, BadArg, NoSuchForm, BadPropDef, DupPropName, NoSuchType."""
    run.confirm(("model", "prop", "add", form))
    _check_list(typedef, "Form property type definitions should be a tuple.", form=form)
    _check_dict(info, "Form property definitions should be a dict.", form=form)
    if not name.startswith("_") and not form.startswith("_"):
        mesg = 'Extended prop must begin with "_" or be added to an extended form.'
        raise _refused("BadPropDef", mesg, prop=name)
    if not PROP_NAME.fullmatch(name):
        raise _refused("BadPropDef", f"Invalid prop name {name}", prop=name)
    if not run.model.is_form(form):
        raise StormError("NoSuchForm", f"No form named {form}.", name=form)
    if run.model.form_prop(form, name) is not None:
        mesg = f"Cannot add duplicate form prop {form} {name}"
        raise StormError("DupPropName", mesg, form=form, prop=name)
    told = _typedef(run, typedef)
    _add(run, PROP, (form, name), (told, info))


def del_form_prop(run: Runtime, form: str, name: str, *, force: bool = False) -> None:
    """force: with what nodes have of it. Raises StormError: AuthDeny, NoSuchProp, CantDelProp."""
    run.confirm(("model", "prop", "del", form))
    element = _found(run, PROP, (form, name))
    if element is None:
        raise _refused("NoSuchProp", f"No ext prop named {form}:{name}", form=form, prop=name)
    model_uses.clear_prop(run, form, name, f"{form}:{name}", force=force)
    _drop(run, element)


def add_univ_prop(run: Runtime, name: str, typedef: Any, info: Any) -> None:
    """Raises StormError: AuthDeny, BadArg, BadPropDef, DupPropName, NoSuchType."""
    run.confirm(("model", "univ", "add"))
    _check_list(typedef, "Universal property type definitions should be a tuple.", name=name)
    _check_dict(info, "Universal property definitions should be a dict.", name=name)
    if not name.startswith("_"):
        raise _refused("BadPropDef", 'ext univ name must start with "_"', name=name)
    if not PROP_NAME.fullmatch(name):
        raise _refused("BadPropDef", f"Invalid prop name {name}", name=name)
    if f".{name}" in run.model.universal_names():
        raise StormError("DupPropName", f"Cannot add duplicate universal property .{name}", prop=name)
    _add(run, UNIV, (name,), (_typedef(run, typedef), info))


def del_univ_prop(run: Runtime, name: str, *, force: bool = False) -> None:
    """force: with what nodes have of it. Raises StormError: AuthDeny, NoSuchUniv, CantDelUniv."""
    run.confirm(("model", "univ", "del"))
    element = _found(run, UNIV, (name,))
    if element is None:
        raise _refused("NoSuchUniv", f"No ext univ named {name}", name=name)
    model_uses.clear_univ(run, name, force=force)
    _drop(run, element)


def add_tagprop(run: Runtime, name: str, typedef: Any, info: Any) -> None:
    """Raises StormError: AuthDeny, BadArg, BadPropDef, DupPropName, NoSuchType."""
    run.confirm(("model", "tagprop", "add"))
    _check_list(typedef, "Tag property type definitions should be a tuple.", name=name)
    _check_dict(info, "Tag property definitions should be a dict.", name=name)
    if not PROP_NAME.fullmatch(name):
        raise _refused("BadPropDef", f"Invalid prop name {name}", name=name)
    if run.model.tagprop(name) is not None:
        raise StormError("DupPropName", "", name=name)
    _add(run, TAGPROP, (name,), (_typedef(run, typedef), info))


def del_tagprop(run: Runtime, name: str, *, force: bool = False) -> None:
    """force: with what nodes have of it. Raises StormError: AuthDeny, NoSuchTagProp, CantDelProp."""
    run.confirm(("model", "tagprop", "del"))
    element = _found(run, TAGPROP, (name,))
    if element is None:
        mesg = f"No tag prop named {name}"
        raise StormError("NoSuchTagProp", mesg, mesg=mesg, name=name)
    model_uses.clear_tagprop(run, name, force=force)
    _drop(run, element)


# -- edges


def add_edge(run: Runtime, n1form: str | None, verb: str, n2form: str | None, info: Any) -> None:
    """Raises StormError: AuthDeny, BadArg, BadEdgeDef, NoSuchForm, DupEdgeType."""
    run.confirm(("model", "edge", "add"))
    _check_dict(info, "Edge info should be a dict.", edgeinfo=info)
    given = {"n1form": n1form, "verb": verb, "n2form": n2form}
    if not verb.startswith("_"):
        raise StormError("BadEdgeDef", f'Extended edge verb must begin with "_"; got {verb}', **given)
    if not VERB.fullmatch(verb):
        raise StormError("BadEdgeDef", f"Invalid edge verb {verb}", **given)
    name = _edge_name(n1form, verb, n2form)
    for form in (name[0], name[2]):
        if form is not None and not run.model.is_form(form):
            raise StormError("NoSuchForm", f"No form named {form}.", name=form)
    if any((edge.n1form, edge.verb, edge.n2form) == name for edge in run.model.edges()):
        mesg = f"Edge already exists: {name[0]} -({verb})> {name[2]}."
        raise StormError("DupEdgeType", mesg, n1form=name[0], verb=verb, n2form=name[2])
    _add(run, EDGE, name, (info,))


def del_edge(run: Runtime, n1form: str | None, verb: str, n2form: str | None) -> None:
    """Edges of nodes stay. Raises StormError: AuthDeny, NoSuchEdge."""
    run.confirm(("model", "edge", "del"))
    name = _edge_name(n1form, verb, n2form)
    element = _found(run, EDGE, name)
    if element is None:
        mesg = f"No edge defined for {name[0]} -({verb})> {name[2]}."
        raise StormError("NoSuchEdge", mesg, n1form=name[0], verb=verb, n2form=name[2])
    _drop(run, element)


def _edge_name(n1form: str | None, verb: str, n2form: str | None) -> tuple[str | None, str, str | None]:
    return (None if n1form == ANY else n1form, verb, None if n2form == ANY else n2form)


# -- all of them


def elements(run: Runtime) -> list[Element]:
    """Everything that was added, oldest first."""
    return [Element(*each) for each in Extensions(run.host.database).all()]


def _found(run: Runtime, kind: str, name: tuple[str | None, ...]) -> Element | None:
    return next((each for each in elements(run) if each.kind == kind and each.name == name), None)


def _add(run: Runtime, kind: str, name: tuple[str | None, ...], told: tuple[Any, ...]) -> None:
    run.writable()
    # As it will be after a restart.
    element = Element(kind, name, unpack_value(pack_value(told)))
    Extensions(run.host.database).put(kind, name, element.told)
    run.model.extend(element)
    if run.host.events.heard:
        run.host.events.tell(f"model:{kind}:add", run.model.told_of(element))


def _drop(run: Runtime, element: Element) -> None:
    run.writable()
    Extensions(run.host.database).drop(element.kind, element.name)
    run.model.reduce(element)
    run.host.events.tell(f"model:{element.kind}:del", _gone(element))


def _gone(element: Element) -> dict[str, Any]:
    """What is told of an element that was taken away."""
    name = element.name
    match element.kind:
        case "prop":
            return {"form": name[0], "prop": name[1]}
        case "univ":
            return {"prop": f".{name[0]}"}
        case "edge":
            return {"edge": name}
    return {element.kind: name[0]}


def _typedef(run: Runtime, typedef: Any) -> tuple[str, Any]:
    if len(typedef) < 2:
        raise StormError("IndexError", "tuple index out of range")
    _check_typedef(run, typedef[0], typedef[1])
    return typedef[0], typedef[1]


def _check_typedef(run: Runtime, name: Any, opts: Any) -> None:
    """Raises StormError("NoSuchType"), or what the type says of its options."""
    if name not in run.model.type_names():
        raise StormError("NoSuchType", f"No type named {name}.", name=name)
    try:
        run.model.make_type(name, opts)
    except ModelError as error:
        raise StormError(error.name, error.mesg, **error.info) from None


def _check_type_name(name: str) -> None:
    if not name.startswith("_"):
        raise _refused("BadTypeDef", 'Extended type must begin with "_".', type=name)


def _check_form_name(name: str) -> None:
    if not name.startswith("_"):
        raise _refused("BadFormDef", 'Extended form must begin with "_"', form=name)


def _check_list(valu: Any, mesg: str, **info: Any) -> None:
    if not isinstance(valu, list | tuple):
        raise _refused("BadArg", mesg, **info)


def _check_dict(valu: Any, mesg: str, **info: Any) -> None:
    if not isinstance(valu, dict):
        if "edgeinfo" in info:
            raise StormError("BadArg", mesg, **info)
        raise _refused("BadArg", mesg, **info)


def _refused(name: str, mesg: str, /, **info: Any) -> StormError:
    """An error whose details the product tells before the message."""
    return StormError(name, mesg, **info, mesg=mesg)
