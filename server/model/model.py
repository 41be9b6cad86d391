"""The data model of a Cortex: its types, forms, props and edges by name, and the norming of values.

Loading reads data only; a type object is made when it is first asked for. The model has no clock and no randomness of its
own: both are handed in, a pair per world, over data that worlds share.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from .contract import ModelError, Normed, Type
from .digest import Digest, expand, full_name, read_answer, read_data
from .elements import EdgeDef, Form, Prop
from .extend import Element, extended, reduced, told_of
from .refs import Named, References, collect
from .types import BASES

Lookup = Callable[[str], str | None]

# What Python raises where an option of a client's own is of a kind that makes no sense; the product names it to him.
_MISUSED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def _nobody(name: str) -> str | None:
    return None


class Model:
    """One data model with the clock, the random guids and the accounts of one world."""

    def __init__(
        self,
        digest: Digest,
        *,
        now_ms: Callable[[], int],
        guid: Callable[[], str],
        user_iden: Lookup = _nobody,
        user_name: Lookup = _nobody,
        role_iden: Lookup = _nobody,
        role_name: Lookup = _nobody,
    ) -> None:
        self._digest = digest
        self.now_ms = now_ms
        self.guid = guid
        self.user_iden, self.user_name = user_iden, user_name
        self.role_iden, self.role_name = role_iden, role_name
        self._types: dict[str, Type] = {}
        self._forms: dict[str, Form] = {}
        self._props: dict[str, Prop] = {}
        # What others have worked out of this model, kept as long as it is.
        self.worked_out: dict[str, Any] = {}
        self._tagprops: dict[str, Prop] = {}
        self._implementers: dict[str, tuple[str, ...]] = {}
        self._references: References | None = None
        self._changing = threading.Lock()

    @classmethod
    def load(
        cls, path: Path | None = None, *, now_ms: Callable[[], int], guid: Callable[[], str], **accounts: Lookup
    ) -> "Model":
        """The shipped model, or the one in a file that holds any Cortex's answer to `/api/v1/model`.

        now_ms gives milliseconds since 1970, guid 32 fresh hex digits; accounts are the four look-ups of users and roles.
        Raises OSError or ValueError for a file that cannot be read or is no such answer.
        """
        digest = read_data() if path is None else read_answer(path)
        return cls(digest, now_ms=now_ms, guid=guid, **accounts)

    def bound(self, *, now_ms: Callable[[], int], guid: Callable[[], str], **accounts: Lookup) -> "Model":
        """The same model for another world: shares the data, takes microseconds."""
        return Model(self._digest, now_ms=now_ms, guid=guid, **accounts)

    # -- extensions

    def extend(self, *elements: Element) -> None:
        """Add elements to this world's model; no other world that shares the data sees them."""
        with self._changing:
            self._take(extended(self._digest, elements))

    def told_of(self, element: Element) -> dict[str, Any]:
        """What is told of an element that was added (synapse-http.md 12.1)."""
        return told_of(self._digest, element)

    def reduce(self, element: Element) -> None:
        """Take an element away that was added."""
        with self._changing:
            self._take(reduced(self._digest, element))

    def _take(self, digest: Digest) -> None:
        # Who is in the middle of a look-up goes on with what it has: nothing is changed in place.
        self._digest = digest
        self._types, self._forms, self._props, self._tagprops = {}, {}, {}, {}
        self._implementers, self._references = {}, None
        self.worked_out = {}

    def to_dict(self) -> dict[str, Any]:
        """What `GET /api/v1/model` answers (synapse-http.md 8.1); `doc` is empty where the model was loaded without."""
        return expand(self._digest)

    # -- names

    def type_names(self) -> tuple[str, ...]:
        return tuple(self._digest["types"])

    def form_names(self) -> tuple[str, ...]:
        return tuple(self._digest["forms"])

    def universal_names(self) -> tuple[str, ...]:
        return tuple(self._digest["univs"])

    def is_form(self, name: str) -> bool:
        return name in self._digest["forms"]

    def edges(self) -> tuple[EdgeDef, ...]:
        return tuple(EdgeDef(n1form, verb, n2form, info) for (n1form, verb, n2form), info in self._digest["edges"])

    def type_info(self, name: str) -> Mapping[str, Any]:
        """What the product tells about a type: bases, doc, interfaces, ...; ModelError("NoSuchType")."""
        info: Mapping[str, Any] = self._definition(name)[0]
        return info

    def form_interfaces(self, name: str) -> tuple[str, ...]:
        """The interfaces of a form and those that they themselves have, each once."""
        found: dict[str, None] = {}
        waiting = list(self._definition(name)[0].get("interfaces") or ())
        while waiting:
            interface = waiting.pop(0)
            if interface not in found:
                found[interface] = None
                waiting.extend(self._digest["interfaces"].get(interface, {}).get("interfaces") or ())
        return tuple(found)

    def interface_forms(self, name: str) -> tuple[str, ...]:
        """The forms that have an interface, also by way of another, in the product's order; empty for an unknown name."""
        if name not in self._digest["interfaces"]:
            return ()
        known = self._implementers.get(name)
        if known is None:
            found = (form for form in self.form_names() if name in self.form_interfaces(form))
            known = self._implementers[name] = tuple(found)
        return known

    def interface_props(self, full: str) -> tuple[Prop, ...]:
        """The props that an interface gives its forms, by its name and theirs: `it:host:activity:time`."""
        cut = full.rfind(":")
        while cut > 0:
            name, prop = full[:cut], full[cut + 1 :]
            if self._interface_has(name, prop):
                found = (self.form_prop(form, prop) for form in self.interface_forms(name))
                return tuple(each for each in found if each is not None)
            cut = full.rfind(":", 0, cut)
        return ()

    def references(self) -> References:
        """The props of all forms that refer to nodes."""
        if self._references is None:
            self._references = collect(self._referring())
        return self._references

    # -- elements

    def find_type(self, name: str) -> Type | None:
        """The type of that name with its own options, or None."""
        known = self._types.get(name)
        if known is None and name in self._digest["types"]:
            known = self._types[name] = self._made(name, _frozen(self._definition(name)[1]))
        return known

    def type(self, name: str) -> Type:
        """As `find_type`; ModelError("NoSuchType") for an unknown name."""
        known = self.find_type(name)
        if known is None:
            raise _no_such_type(name)
        return known

    def make_type(self, name: str, opts: Mapping[str, Any]) -> Type:
        """A type of that name with further options over its own; an error of the definition is ModelError("BadTypeDef")."""
        merged = dict(self._definition(name)[1])
        try:
            merged.update(opts)
        except (TypeError, ValueError) as error:
            raise ModelError(type(error).__name__, str(error)) from error
        return self._made(name, merged)

    def form(self, name: str) -> Form | None:
        known = self._forms.get(name)
        if known is not None:
            return known
        raw = self._digest["forms"].get(name)
        if raw is None:
            return None
        stortype, props, rest = raw
        deprecated = bool(self._definition(name)[0].get("deprecated"))
        form = Form(name, self.type(name), stortype, tuple(props), bool(rest.get("runt")), deprecated)
        self._forms[name] = form
        return form

    def prop(self, full: str) -> Prop | None:
        """A prop by its full name: `inet:ipv4:asn`, `inet:fqdn.seen`, `.created`; None if there is none."""
        known = self._props.get(full)
        if known is None:
            known = self._found(full)
            if known is not None:
                self._props[full] = known
        return known

    def form_prop(self, form: str, name: str) -> Prop | None:
        """A prop of a form by its relative name: `asn`, `.seen`."""
        return self.prop(full_name(form, name))

    def tagprop(self, name: str) -> Prop | None:
        """A tag prop; only an extended model has any."""
        known = self._tagprops.get(name)
        if known is None and name in self._digest["tagprops"]:
            known = self._tagprops[name] = self._prop("", name, name, self._digest["tagprops"][name])
        return known

    def type_of(self, form: str, prop: str) -> Type:
        """The type of a form's own value (prop ""), or of a prop by its relative name; ModelError("NoSuchProp")."""
        return self.form_or_prop(form, prop).type

    def stortype_of(self, form: str, prop: str) -> int:
        """The storage type of the same."""
        return self.form_or_prop(form, prop).stortype

    def form_or_prop(self, form: str, prop: str) -> Form | Prop:
        """A form (prop ""), or its prop by the relative name; ModelError("NoSuchProp")."""
        found = self.form_prop(form, prop) if prop else self.form(form)
        if found is None:
            raise _no_such_prop(full_name(form, prop))
        return found

    def form_type(self, name: str) -> Type | None:
        """The type of a form's primary value."""
        return self.type(name) if self.is_form(name) else None

    def prop_type(self, full: str) -> Type | None:
        """The type of a form or of a prop, by full name."""
        form_type = self.form_type(full)
        if form_type is not None:
            return form_type
        prop = self.prop(full)
        return None if prop is None else prop.type

    # -- values

    def norm(self, prop: Any, valu: Any, typeopts: Any = None) -> Normed:
        """A value as that form or prop norms it (`/api/v1/model/norm`, synapse-http.md 8.2).

        Raises ModelError: NoSuchProp for an unknown name, else what the type says.
        """
        type_ = self.prop_type(prop) if isinstance(prop, str) else None
        if type_ is None:
            raise _no_such_prop(prop)
        try:
            if typeopts:
                type_ = self._with(type_, typeopts)
            return type_.norm(valu)
        except ModelError as error:
            if error.name == "NoSuchProp":  # of a nodeprop: the endpoint has one text for both
                raise _no_such_prop(prop) from error
            raise
        except _MISUSED as error:
            if not typeopts:
                raise
            raise ModelError(type(error).__name__, str(error)) from error

    def _referring(self) -> Iterator[tuple[Named, str, str]]:
        """Every prop whose type is a form or may name one. Of the data alone: making all types takes half a second."""
        univs = self._digest["univs"]
        for form, (_, props, _) in self._digest["forms"].items():
            for name, entry in props.items():
                kind, opts = univs[name]["type"] if entry == 0 else entry[:2]
                bases = self._based(kind)
                if "array" in bases:
                    kind = (opts or {}).get("type") or self._definition(kind)[1].get("type")
                    if kind in self._digest["forms"] or "ndef" in self._based(kind):
                        yield (form, name), kind, "ndef" if "ndef" in self._based(kind) else "array"
                elif "ndef" in bases:
                    yield (form, name), kind, "ndef"
                elif kind in self._digest["forms"]:
                    yield (form, name), kind, "prop"

    def _based(self, kind: str) -> tuple[str, ...]:
        return kind, *(self._definition(kind)[0].get("bases") or ())

    def _interface_has(self, name: str, prop: str) -> bool:
        told = self._digest["interfaces"].get(name)
        if told is None:
            return False
        if any(each[0] == prop for each in told.get("props") or ()):
            return True
        return any(self._interface_has(parent, prop) for parent in told.get("interfaces") or ())

    def _with(self, type_: Type, typeopts: Any) -> Type:
        opts = dict(type_.opts)
        opts.update(typeopts)
        return self._made(type_.name, opts)

    def _found(self, full: str) -> Prop | None:
        univs = self._digest["univs"]
        if full in univs:
            return self._prop("", full, full, univs[full])
        head, dot, tail = full.rpartition(".")
        if dot:
            return self._of_form(head, f".{tail}")
        # Both form and prop may hold colons: the longest form that has such a prop is the one.
        cut = full.rfind(":")
        while cut > 0:
            found = self._of_form(full[:cut], full[cut + 1 :])
            if found is not None:
                return found
            cut = full.rfind(":", 0, cut)
        return None

    def _of_form(self, form: str, name: str) -> Prop | None:
        raw = self._digest["forms"].get(form)
        if raw is None or name not in raw[1]:
            return None
        entry = raw[1][name]
        full = full_name(form, name)
        if entry == 0:
            return self._prop(form, name, full, self._digest["univs"][name])
        kind, opts, stortype, rest = entry
        return self._prop(form, name, full, {"type": [kind, opts], "stortype": stortype, **rest})

    def _prop(self, form: str, name: str, full: str, told: Mapping[str, Any]) -> Prop:
        kind, opts = told["type"]
        type_ = self.make_type(kind, _frozen(opts)) if opts else self.type(kind)
        info = {key: item for key, item in told.items() if key not in ("name", "full", "type", "stortype")}
        return Prop(form, name, full, type_, told["stortype"], info)

    def _definition(self, name: str) -> list[Any]:
        try:
            return self._digest["types"][name]
        except KeyError as error:
            raise _no_such_type(name) from error

    def _made(self, name: str, opts: Mapping[str, Any]) -> Type:
        """The type object: of the nearest base that has a class."""
        for base in (name, *reversed(self._definition(name)[0].get("bases") or ())):
            make = BASES.get(base)
            if make is not None:
                return make(self, name, opts)
        raise ModelError("NoSuchType", f"The type {name} is not implemented here.", name=name)


def _frozen(opts: Any) -> Any:
    """Options of the model: its lists of forms and interfaces are tuples, as the product's messages show them."""
    frozen = {}
    for key, item in (opts or {}).items():
        if key in ("forms", "interfaces"):
            item = tuple(item)
        elif key == "typeopts":
            item = _frozen(item)
        frozen[key] = item
    return frozen


def _no_such_prop(name: Any) -> ModelError:
    return ModelError("NoSuchProp", f"The property {name} does not exist.", name=name)


def _no_such_type(name: str) -> ModelError:
    return ModelError("NoSuchType", f"No type or prop found for name {name}.", name=name)
