"""`$lib.model`: types, forms, properties and tag properties by name, as values of Storm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...model.contract import ModelError
from ...model.elements import Form, Prop
from ..errors import StormError
from ..lifts.values import lifted_by
from ..runtime import Runtime
from ..surface import Kind, Library, local
from ..values.convert import python_text, to_str


@dataclass(frozen=True, slots=True)
class ModelType:
    """A type. opts: where a property has it with options of its own."""

    name: str
    opts: Any = None


@dataclass(frozen=True, slots=True)
class ModelForm:
    """A form, by name."""

    name: str


@dataclass(frozen=True, slots=True)
class ModelProp:
    """A property by its full name, or a form as one."""

    full: str


@dataclass(frozen=True, slots=True)
class ModelTagProp:
    """A property of tags, by name."""

    name: str


def find_type(run: Runtime, me: Any, name: Any) -> ModelType | None:
    named = to_str(name)
    return ModelType(named) if run.model.find_type(named) is not None else None


def find_form(run: Runtime, me: Any, name: Any) -> ModelForm | None:
    named = to_str(name)
    return ModelForm(named) if run.model.is_form(named) else None


def find_prop(run: Runtime, me: Any, name: Any) -> ModelProp | None:
    named = to_str(name)
    return ModelProp(named) if run.model.is_form(named) or run.model.prop(named) is not None else None


def find_tagprop(run: Runtime, me: Any, name: Any) -> ModelTagProp | None:
    named = to_str(name)
    return ModelTagProp(named) if run.model.tagprop(named) is not None else None


# -- types


def type_of(run: Runtime, me: ModelType) -> Any:
    """The type itself, with the options that a property adds."""
    return run.model.type(me.name) if not me.opts else run.model.make_type(me.name, me.opts)


def norm(run: Runtime, me: ModelType, valu: Any) -> tuple[Any, dict[str, Any]]:
    try:
        normed = type_of(run, me).norm(lifted_by(run, valu))
    except ModelError as error:
        raise StormError(error.name, error.mesg, **error.info) from None
    return normed.valu, normed.info()


def repr_(run: Runtime, me: ModelType, valu: Any) -> Any:
    return type_of(run, me).repr(norm(run, me, valu)[0])


def stortype(run: Runtime, me: ModelType) -> int:
    found: int = run.model.to_dict()["types"][me.name]["stortype"]
    return found


def mutable(run: Runtime, me: ModelType) -> bool:
    """Whether its values are made of parts that could change, as of `data`."""
    return me.name == "data" or "data" in (run.model.type_info(me.name).get("bases") or ())


def show_type(run: Runtime, me: ModelType) -> str:
    told = run.model.to_dict()["types"][me.name]
    info = told["info"]
    bases = tuple(info.get("bases") or ())
    shown = {key: tuple(item) if isinstance(item, list) else item for key, item in info.items()}
    shown |= {"custom": False, "stortype": told["stortype"]}
    return f"model:type: {python_text((me.name, (bases[-1] if bases else None, told['opts']), shown))}"


# -- forms and props


def prop_of_form(run: Runtime, me: ModelForm, name: Any) -> ModelProp | None:
    prop = run.model.form_prop(me.name, to_str(name))
    return None if prop is None else ModelProp(prop.full)


def element(run: Runtime, me: ModelProp) -> Form | Prop:
    """What the name stands for now. Raises StormError once it was taken out of the model."""
    found = run.model.form(me.full) or run.model.prop(me.full)
    if found is None:
        raise StormError("NoSuchProp", f"No property named {me.full}.", name=me.full)
    return found


def type_of_prop(run: Runtime, me: ModelProp) -> ModelType:
    found = element(run, me)
    return ModelType(found.type.name, None if isinstance(found, Form) else found.type.opts)


def form_of_prop(run: Runtime, me: ModelProp) -> ModelForm | None:
    found = element(run, me)
    if isinstance(found, Form):
        return ModelForm(found.name)
    return ModelForm(found.form) if found.form else None


def type_of_tagprop(run: Runtime, me: ModelTagProp) -> ModelType:
    prop = run.model.tagprop(me.name)
    if prop is None:
        raise StormError("NoSuchTagProp", f"No tag property named {me.name}", name=me.name)
    return ModelType(prop.type.name, prop.type.opts)


def _shower(kind: str, told: Callable[[Runtime, Any], Any]) -> Callable[[Runtime, Any], str]:
    return lambda run, me: f"{kind}: {python_text(_tupled(told(run, me)))}"


def _told_form(run: Runtime, name: str) -> Any:
    return run.model.to_dict()["forms"][name]


def _told_prop(run: Runtime, me: ModelProp) -> Any:
    found = element(run, me)
    if isinstance(found, Form):
        return _told_form(run, found.name)
    if not found.form:
        return run.model.to_dict()["univs"][found.name]
    return _told_form(run, found.form)["props"][found.name]


def _told_tagprop(run: Runtime, me: ModelTagProp) -> Any:
    return run.model.to_dict()["tagprops"][me.name]


def _tupled(told: Any) -> Any:
    if isinstance(told, dict):
        return {key: _tupled(item) for key, item in told.items()}
    return tuple(_tupled(item) for item in told) if isinstance(told, list) else told


LIBRARIES = (
    Library(
        "lib.model",
        "The data model.",
        (
            local("form(name: str) -> model:form|null", find_form, "A form, if there is one of that name."),
            local("prop(name: str) -> model:property|null", find_prop, "A property or form, by its full name."),
            local("tagprop(name: str) -> model:tagprop|null", find_tagprop, "A property of tags."),
            local("type(name: str) -> model:type|null", find_type, "A type."),
        ),
    ),
)

KINDS = (
    Kind(
        "model:type",
        "ModelType",
        ModelType,
        "A type of the data model.",
        (
            local("mutable: boolean", mutable, "Whether its values can change."),
            local("name: str", lambda run, me: me.name, "Its name."),
            local("norm(valu: any) -> list", norm, "A value as it norms it, and what follows from that."),
            local("opts: dict", lambda run, me: dict(type_of(run, me).opts), "Its options."),
            local("repr(valu: any) -> str", repr_, "How it shows a value."),
            local("stortype: int", stortype, "How its values are stored."),
        ),
        show=show_type,
    ),
    Kind(
        "model:form",
        "ModelForm",
        ModelForm,
        "A form of the data model.",
        (
            local("name: str", lambda run, me: me.name, "Its name."),
            local("prop(name: str) -> model:property|null", prop_of_form, "One of its properties."),
            local("type: ctor", lambda run, me: ModelType(me.name), "The type of its values."),
        ),
        show=_shower("model:form", lambda run, me: _told_form(run, me.name)),
    ),
    Kind(
        "model:property",
        "ModelProp",
        ModelProp,
        "A property of the data model.",
        (
            local("form: ctor", form_of_prop, "The form that it is of."),
            local("full: str", lambda run, me: me.full, "Its name with that of its form."),
            local("name: str", lambda run, me: element(run, me).name, "Its name."),
            local("type: ctor", type_of_prop, "The type of its values."),
        ),
        show=_shower("model:property", _told_prop),
    ),
    Kind(
        "model:tagprop",
        "ModelTagProp",
        ModelTagProp,
        "A property of tags.",
        (
            local("name: str", lambda run, me: me.name, "Its name."),
            local("type: ctor", type_of_tagprop, "The type of its values."),
        ),
        show=_shower("model:tagprop", _told_tagprop),
    ),
)
