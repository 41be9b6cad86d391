"""What edits must know of each form and prop, worked out once for a model and kept with it.

Knows the model, nothing of layers or of the language.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ...model.contract import ModelError, Normed, Type
from ...model.elements import Form, Prop
from ...model.model import Model
from ...model.types.lists import Array
from ...model.types.references import Ndef
from ..errors import StormError

# A node that comes into being with a value: its form, its normed value, and what follows from that if it is known.
Adds = tuple[str, Any, Normed | None]
KEY = "storm.plans"


@dataclass(frozen=True, slots=True, eq=False)
class PropPlan:
    """A prop. refers: the form of its values, "" if they name their form themselves; None where they name no node."""

    prop: Prop
    name: str
    stortype: int
    read_only: bool
    refers: str | None
    array: bool
    deprecated: bool
    # Whether the form has props that are told by the subs of this one's values.
    has_subs: bool
    # How the values of this prop are told in `prop:sub` props.
    subs: dict[str, PropPlan | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class FormPlan:
    """A form, with the plans of its props by relative name; None is a name that it has not."""

    form: Form
    name: str
    stortype: int
    props: dict[str, PropPlan | None] = field(default_factory=dict)


class Plans:
    """The plans of one model."""

    def __init__(self, model: Model) -> None:
        self._forms: dict[str, FormPlan] = {}
        self._uses: dict[str, tuple[tuple[str, str, bool], ...]] = {}
        self._model = model

    def form(self, name: str) -> FormPlan | None:
        """The plan of a form."""
        known = self._forms.get(name)
        if known is None:
            form = self._model.form(name)
            if form is None:
                return None
            known = self._forms[name] = FormPlan(form, name, form.stortype)
        return known

    def prop(self, plan: FormPlan, name: str) -> PropPlan | None:
        """The plan of a prop of a form."""
        try:
            return plan.props[name]
        except KeyError:
            prop = self._model.form_prop(plan.name, name)
            made = None if prop is None else self._made(prop, name)
            if made is not None:
                plan.props[name] = made
            return made

    def sub(self, plan: FormPlan, prop: PropPlan, name: str) -> PropPlan | None:
        """The prop that tells a sub of another's value: `src:ipv4` of `src`."""
        try:
            return prop.subs[name]
        except KeyError:
            found = prop.subs[name] = self.prop(plan, f"{prop.name}:{name}")
            return found

    def uses(self, form: str) -> tuple[tuple[str, str, bool], ...]:
        """Where nodes of a form can be referred to from: (form, prop, whether an array), by name of the form and prop.

        The ndef props, which can refer to any form, are told for the form "".
        """
        if form not in self._uses:
            model = self._model
            found = []
            for name in model.form_names():
                owner = self.form(name)
                assert owner is not None
                for relative in owner.form.props:
                    prop = self.prop(owner, relative)
                    if prop is not None and prop.refers == form and not owner.form.runt:
                        found.append((name, relative, prop.array))
            self._uses[form] = tuple(found)
        return self._uses[form]

    def _made(self, prop: Prop, name: str) -> PropPlan:
        array = isinstance(prop.type, Array)
        item = prop.type.item if isinstance(prop.type, Array) else prop.type
        deprecated = prop.deprecated or self._deprecated(item)
        form = self._model.form(prop.form)
        has_subs = form is not None and any(other.startswith(f"{name}:") for other in form.props)
        return PropPlan(prop, name, prop.stortype, prop.read_only, self._refers(item), array, deprecated, has_subs)

    def _refers(self, type_: Type) -> str | None:
        if isinstance(type_, Ndef):
            return ""
        form = self._model.form(type_.name)
        return type_.name if form is not None and not form.runt else None

    def _deprecated(self, type_: Type) -> bool:
        return bool(self._model.type_info(type_.name).get("deprecated"))


def plans_of(model: Model) -> Plans:
    """The plans of a model."""
    plans = model.worked_out.get(KEY)
    if not isinstance(plans, Plans):
        plans = model.worked_out[KEY] = Plans(model)
    return plans


def references(plan: PropPlan, normed: Normed) -> list[Adds]:
    """The nodes that a value of a prop names itself, without those of its subs."""
    if plan.refers is None:
        return []
    if not plan.array:
        return [refer(plan.refers, normed.valu, normed)]
    # Told in the order in which they were given, which the value itself may have lost.
    told = {_key(add[0], add[1]): add for add in normed.adds}
    items = [add[1] for add in told.values() if add[0] == plan.refers] if plan.refers else list(normed.valu)
    return [refer(plan.refers, item, _normed(told.get(_key(plan.refers, item)))) for item in items]


def refer(form: str, valu: Any, normed: Normed | None) -> Adds:
    """The node that a value of a prop which refers to a form names; form "": the value is (form, value)."""
    return (form, valu, normed) if form else (valu[0], valu[1], None)


def norm(type_: Type, valu: Any) -> Normed:
    """As the type norms; raises StormError."""
    try:
        return type_.norm(valu)
    except ModelError as error:
        raise StormError(error.name, error.mesg, **error.info) from None


def _normed(add: tuple[str, Any, dict[str, Any]] | None) -> Normed | None:
    if add is None:
        return None
    _, valu, info = add
    return Normed(
        valu, info.get("subs") or {}, tuple((form, norm, more) for form, norm, more in info.get("adds") or ())
    )


def _key(form: str, valu: Any) -> Any:
    # A value that cannot be a key is told by its text.
    try:
        hash(valu)
    except TypeError:
        return form, repr(valu)
    return form, valu
