"""All extensions of a data model as one value, as `$lib.model.ext.getExtModel()` gives it and `addExtModel()` takes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...model.extend import EDGE, FORM, PROP, TAGPROP, TYPE, UNIV, Element
from ..errors import StormError
from ..runtime import Runtime
from ..views.views import confirm_global_admin
from . import extend as model_ext

VERSION = (1, 0)
# The part of the value, the kind of its elements, and the error of one that is there with another definition.
PARTS = (
    ("types", TYPE, "BadTypeDef", "Extended type definition differs from existing definition for {}."),
    ("forms", FORM, "BadFormDef", "Extended form definition differs from existing definition for {}."),
    ("props", PROP, "BadPropDef", "Extended prop definition differs from existing definition for {}"),
    ("univs", UNIV, "BadPropDef", "Extended universal property definition differs from existing definition for {}"),
    ("tagprops", TAGPROP, "BadPropDef", "Extended tagprop definition differs from existing definition for {}"),
    ("edges", EDGE, "BadEdgeDef", "Extended edge definition differs from existing definition for {}"),
)
# In this order they are added.
ORDER = (TYPE, FORM, PROP, TAGPROP, UNIV, EDGE)


def get(run: Runtime) -> dict[str, Any]:
    """Every element, by kind and then by name; kinds without any are left out."""
    found = model_ext.elements(run)
    told: dict[str, Any] = {}
    for part, kind, _, _ in PARTS:
        of_kind = [each for each in found if each.kind == kind]
        if of_kind:
            told[part] = [_told(each) for each in sorted(of_kind, key=lambda each: tuple(map(str, each.name)))]
    return {**told, "version": VERSION}


def add(run: Runtime, model: Any) -> bool:
    """Add what is not there yet. Raises StormError: AuthDeny, BadArg, and what adding a single one raises."""
    confirm_global_admin(run)
    if not isinstance(model, dict):
        raise StormError("BadArg", "An extended model must be a dictionary.")
    known = {(each.kind, each.name): each.told for each in model_ext.elements(run)}
    waiting: list[tuple[str, tuple[Any, ...], tuple[Any, ...]]] = []
    for part, kind, name, mesg in PARTS:
        for given in model.get(part) or ():
            element = _read(kind, given)
            told = known.get((kind, element.name))
            if told is None:
                waiting.append((kind, element.name, element.told))
            elif _plain(told) != _plain(element.told):
                shown = element.name[0] if len(element.name) == 1 else element.name
                raise StormError(name, mesg.format(shown), name=shown)
    for kind, names, told in sorted(waiting, key=lambda each: ORDER.index(each[0])):
        _ADD[kind](run, *names, *told)
    return True


def _told(element: Element) -> tuple[Any, ...]:
    if element.kind == EDGE:
        return (element.name, element.told[0])
    return (*element.name, *element.told)


def _read(kind: str, given: Any) -> Element:
    """One element of the value. Raises StormError("BadArg") for what has not the form of one."""
    size = {PROP: 2}.get(kind, 1)
    try:
        if kind == EDGE:
            (n1form, verb, n2form), info = given
            return Element(kind, (n1form, verb, n2form), (info,))
        items = tuple(given)
        told = items[size:]
        if len(told) != (3 if kind in (TYPE, FORM) else 2):
            raise ValueError(f"{len(items)} items")
    except (TypeError, ValueError) as error:
        raise StormError("BadArg", f"This is no {kind} of an extended model: {given!r} ({error})") from error
    return Element(kind, items[:size], told)


def _plain(valu: Any) -> Any:
    if isinstance(valu, list | tuple):
        return [_plain(item) for item in valu]
    return {key: _plain(item) for key, item in valu.items()} if isinstance(valu, dict) else valu


_ADD: dict[str, Callable[..., None]] = {
    TYPE: model_ext.add_type,
    FORM: model_ext.add_form,
    PROP: model_ext.add_form_prop,
    UNIV: model_ext.add_univ_prop,
    TAGPROP: model_ext.add_tagprop,
    EDGE: model_ext.add_edge,
}
