"""Which indexes a name stands for: of a form, a property, a wildcard of forms, an interface, a property of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import StormError

if TYPE_CHECKING:
    from ...model.contract import Type
    from ...model.elements import Form, Prop
    from ...model.model import Model


@dataclass(frozen=True, slots=True)
class Index:
    """What can be lifted by value. form: "" for all. prop: the relative name, "" for the form's own value."""

    form: str
    prop: str
    type: Type
    stortype: int


@dataclass(frozen=True, slots=True)
class Target:
    """What a name stands for. merged: the indexes are read as one, in the order of their values; else one after the other."""

    indexes: tuple[Index, ...]
    merged: bool = False


def of_form(form: Form) -> Index:
    """The index of a form's own values."""
    return Index(form.name, "", form.type, form.stortype)


def of_prop(prop: Prop) -> Index:
    """The index of a property."""
    return Index(prop.form, prop.name, prop.type, prop.stortype)


def target_of(model: Model, name: str, *, compared: bool) -> Target:
    """What a lift by name reads. compared: with a value, which wildcards and bare interfaces cannot have.

    Raises StormError: NoSuchForm for a wildcard that no form fits, NoSuchProp for any other unknown name.
    """
    form = model.form(name)
    if form is not None:
        return Target((of_form(form),))
    prop = model.prop(name)
    if prop is not None:
        return Target((of_prop(prop),))
    if not compared:
        if name.endswith("*"):
            return Target(tuple(of_form(each) for each in forms_like(model, name)))
        found = model.interface_forms(name)
        if found:
            return Target(tuple(index_of_form(model, each) for each in found), merged=True)
    props = model.interface_props(name)
    if props:
        return Target(tuple(of_prop(each) for each in props), merged=True)
    raise StormError("NoSuchProp", f"No property named {name}.", name=name)


def index_of_form(model: Model, name: str) -> Index:
    """The index of a form that is known to exist."""
    form = model.form(name)
    assert form is not None
    return of_form(form)


def forms_like(model: Model, pattern: str) -> list[Form]:
    """The forms that a name with an asterisk at its end stands for, alphabetically; raises StormError("NoSuchForm")."""
    prefix = pattern[:-1]
    found = [model.form(name) for name in sorted(model.form_names()) if name.startswith(prefix)]
    if not found:
        mesg = f"No forms match prefix {prefix}."
        # Told before the name elsewhere, but not here.
        raise StormError("NoSuchForm", mesg, name=prefix, mesg=mesg)
    return [form for form in found if form is not None]


def forms_named(model: Model, name: str) -> list[str]:
    """The forms of a name where only forms can stand: one, a wildcard's, an interface's. Raises StormError("NoSuchForm")."""
    if model.is_form(name):
        return [name]
    if name.endswith("*"):
        return [form.name for form in forms_like(model, name)]
    found = model.interface_forms(name)
    if not found:
        raise StormError("NoSuchForm", f"No form named {name}.", name=name)
    return sorted(found)
