"""`$lib.model.ext`: extending the data model of a Cortex. What may be added and deleted is decided in `../model_ext.py`."""

from __future__ import annotations

from typing import Any

from ..extmodel import extend as model_ext
from ..extmodel import whole as model_whole
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import to_bool, to_prim, to_str


def add_type(run: Runtime, me: Any, typename: Any, basetype: Any, typeopts: Any, typeinfo: Any) -> None:
    model_ext.add_type(run, to_str(typename), to_str(basetype), to_prim(run, typeopts), to_prim(run, typeinfo))


def add_form(run: Runtime, me: Any, formname: Any, basetype: Any, typeopts: Any, typeinfo: Any) -> None:
    model_ext.add_form(run, to_str(formname), to_str(basetype), to_prim(run, typeopts), to_prim(run, typeinfo))


def add_form_prop(run: Runtime, me: Any, formname: Any, propname: Any, typedef: Any, propinfo: Any) -> None:
    model_ext.add_form_prop(run, to_str(formname), to_str(propname), to_prim(run, typedef), to_prim(run, propinfo))


def add_univ_prop(run: Runtime, me: Any, propname: Any, typedef: Any, propinfo: Any) -> None:
    model_ext.add_univ_prop(run, to_str(propname), to_prim(run, typedef), to_prim(run, propinfo))


def add_tagprop(run: Runtime, me: Any, propname: Any, typedef: Any, propinfo: Any) -> None:
    model_ext.add_tagprop(run, to_str(propname), to_prim(run, typedef), to_prim(run, propinfo))


def add_edge(run: Runtime, me: Any, n1form: Any, verb: Any, n2form: Any, edgeinfo: Any) -> None:
    model_ext.add_edge(run, _form(n1form), to_str(verb), _form(n2form), to_prim(run, edgeinfo))


def del_edge(run: Runtime, me: Any, n1form: Any, verb: Any, n2form: Any) -> None:
    model_ext.del_edge(run, _form(n1form), to_str(verb), _form(n2form))


def del_form(run: Runtime, me: Any, formname: Any) -> None:
    model_ext.del_form(run, to_str(formname))


def del_form_prop(run: Runtime, me: Any, formname: Any, propname: Any, force: Any = False) -> None:
    model_ext.del_form_prop(run, to_str(formname), to_str(propname), force=to_bool(force))


def del_univ_prop(run: Runtime, me: Any, propname: Any, force: Any = False) -> None:
    model_ext.del_univ_prop(run, to_str(propname), force=to_bool(force))


def del_tagprop(run: Runtime, me: Any, propname: Any, force: Any = False) -> None:
    model_ext.del_tagprop(run, to_str(propname), force=to_bool(force))


def del_type(run: Runtime, me: Any, typename: Any) -> None:
    model_ext.del_type(run, to_str(typename))


def get_ext_model(run: Runtime, me: Any) -> dict[str, Any]:
    return model_whole.get(run)


def add_ext_model(run: Runtime, me: Any, model: Any) -> bool:
    return model_whole.add(run, to_prim(run, model))


def _form(valu: Any) -> str | None:
    return None if valu is None else to_str(valu)


LIBRARIES = (
    Library(
        "lib.model.ext",
        "Further elements of the data model.",
        (
            local(
                "addEdge(n1form: str, verb: str, n2form: str, edgeinfo: dict) -> null",
                add_edge,
                "Define a light edge.",
                writes=True,
            ),
            local("addExtModel(model: dict) -> boolean", add_ext_model, "Add many elements at once.", writes=True),
            local(
                "addForm(formname: str, basetype: str, typeopts: dict, typeinfo: dict) -> null",
                add_form,
                "Add a form.",
                writes=True,
            ),
            local(
                "addFormProp(formname: str, propname: str, typedef: list, propinfo: dict) -> null",
                add_form_prop,
                "Add a property to a form.",
                writes=True,
            ),
            local(
                "addTagProp(propname: str, typedef: list, propinfo: dict) -> null",
                add_tagprop,
                "Add a property of tags.",
                writes=True,
            ),
            local(
                "addType(typename: str, basetype: str, typeopts: dict, typeinfo: dict) -> null",
                add_type,
                "Add a type.",
                writes=True,
            ),
            local(
                "addUnivProp(propname: str, typedef: list, propinfo: dict) -> null",
                add_univ_prop,
                "Add a property to all forms.",
                writes=True,
            ),
            local(
                "delEdge(n1form: str, verb: str, n2form: str) -> null", del_edge, "Delete such an edge.", writes=True
            ),
            local("delForm(formname: str) -> null", del_form, "Delete such a form.", writes=True),
            local(
                "delFormProp(formname: str, propname: str, force: boolean = false) -> null",
                del_form_prop,
                "Delete such a property.",
                writes=True,
            ),
            local(
                "delTagProp(propname: str, force: boolean = false) -> null",
                del_tagprop,
                "Delete such a property of tags.",
                writes=True,
            ),
            local("delType(typename: str) -> null", del_type, "Delete such a type.", writes=True),
            local(
                "delUnivProp(propname: str, force: boolean = false) -> null",
                del_univ_prop,
                "Delete such a property of all forms.",
                writes=True,
            ),
            local("getExtModel() -> dict", get_ext_model, "All that was added."),
        ),
    ),
)
