"""Values made of values: `array`, `comp` and `range`.

They ask the model for the types of their items, and tell the nodes that their items make (`adds`).
"""

from collections.abc import Callable, Mapping
from hashlib import sha256 as _sha256
from typing import Any, Protocol

from ..contract import Key, ModelError, Normed, Type
from ..idens import packed
from .compare import COMMON, Predicate, no_norm, predicate

Add = tuple[str, Any, dict[str, Any]]


class Types(Protocol):
    """What these types need of a model: types by name or by definition, and whether a name is a form."""

    def find_type(self, name: str) -> Type | None: ...

    def make_type(self, name: str, opts: Mapping[str, Any]) -> Type: ...

    is_form: Callable[[str], bool]


class Array:
    """A list of one `type` (with `typeopts`), `uniq`, `sorted`, or a text to `split`."""

    def __init__(self, model: Types, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self.item = self._item_type(model)
        self._is_form = model.is_form(self.item.name)
        self._split = opts.get("split")

    def norm(self, valu: Any) -> Normed:
        norms: list[Any] = []
        adds: list[Add] = []
        for raw in self._items(valu):
            item = self.item.norm(raw)
            adds.extend(item.adds)
            if self._is_form:
                adds.append((self.item.name, item.valu, item.info()))
            norms.append(item.valu)
        if self.opts.get("uniq"):
            norms = [norm for index, norm in enumerate(norms) if norm not in norms[:index]]
        if self.opts.get("sorted"):
            try:
                norms.sort()
            except TypeError as error:
                raise ModelError("TypeError", str(error)) from error
        return Normed(tuple(norms), adds=tuple(adds), more={"adds": []})

    def repr(self, norm: Any) -> Any:
        shown = [self.item.repr(item) for item in norm]
        return shown if self._split is None else self._split.join(shown)

    def key(self, norm: Any) -> Key:
        return hashed(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)

    def _item_type(self, model: Types) -> Type:
        kind = self.opts.get("type")
        if kind is None:
            raise ModelError("BadTypeDef", "Array type requires type= option.", name=self.name)
        base = model.find_type(kind)
        if base is None:
            mesg = f"Array type ({self.name}) based on unknown type: {kind}."
            raise ModelError("BadTypeDef", mesg, name=self.name)
        if isinstance(base, Array):
            raise ModelError("BadTypeDef", "BadTypeDef: ", name=self.name)
        typeopts = self.opts.get("typeopts")
        return model.make_type(kind, typeopts) if typeopts else base

    def _items(self, valu: Any) -> Any:
        if isinstance(valu, list | tuple):
            return valu
        if not isinstance(valu, str):
            raise no_norm(self.name, valu)
        if self._split is None:
            mesg = f"{self.name} type has no split-char defined."
            raise ModelError("BadTypeValu", mesg, name=self.name)
        try:
            return [part.strip() for part in valu.split(self._split)]
        except ValueError as error:
            raise ModelError("ValueError", str(error)) from error


class Comp:
    """A fixed row of `fields`, each with a name and a type; `sepr` joins them in text."""

    def __init__(self, model: Types, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self._is_form = model.is_form
        self._sepr = opts.get("sepr")
        self.fields = [(field, _field_type(model, kind)) for field, kind in opts.get("fields") or ()]

    def norm(self, valu: Any) -> Normed:
        given = self._given(valu)
        norms: list[Any] = []
        subs: dict[str, Any] = {}
        adds: list[Add] = []
        for (field, type_), raw in zip(self.fields, given, strict=True):
            item = type_.norm(raw)
            norms.append(item.valu)
            subs[field] = item.valu
            subs.update({f"{field}:{sub}": norm for sub, norm in item.subs.items()})
            if self._is_form(type_.name):
                adds.append((type_.name, item.valu, item.info()))
            adds.extend(item.adds)
        return Normed(tuple(norms), subs, tuple(adds), {"subs": {}, "adds": []})

    def repr(self, norm: Any) -> Any:
        shown = tuple(type_.repr(item) for (_, type_), item in zip(self.fields, norm, strict=True))
        return shown if self._sepr is None else self._sepr.join(shown)

    def key(self, norm: Any) -> Key:
        return hashed(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)

    def _given(self, valu: Any) -> Any:
        if isinstance(valu, str) and self._sepr is not None:
            valu = valu.split(self._sepr)
        if not isinstance(valu, list | tuple):
            raise no_norm(self.name, valu)
        if len(valu) != len(self.fields):
            mesg = f"invalid number of fields given for norming: {valu!r}"
            info = {"fields": self.opts.get("fields"), "numitems": len(valu)}
            raise ModelError("BadTypeValu", mesg, name=self.name, **info)
        return valu


class Range:
    """A lowest and a highest value of one `type`, as a list or as text with a dash between them."""

    def __init__(self, model: Types, name: str, opts: Mapping[str, Any]) -> None:
        self.name = name
        self.opts = opts
        self.item = _field_type(model, opts.get("type") or ("int", {}))

    def norm(self, valu: Any) -> Normed:
        if isinstance(valu, str):
            valu = valu.split("-", 1)
        if not isinstance(valu, list | tuple):
            raise no_norm(self.name, valu)
        if len(valu) != 2:
            mesg = f"Must be a 2-tuple of type {self.item.name}: {valu!r}"
            raise ModelError("BadTypeValu", mesg, numitems=len(valu), name=self.name)
        low, high = (self.item.norm(item).valu for item in valu)
        if low > high:
            raise ModelError("BadTypeValu", "minval cannot be greater than maxval", valu=valu, name=self.name)
        return Normed((low, high), {"min": low, "max": high})

    def repr(self, norm: Any) -> Any:
        return tuple(self.item.repr(item) for item in norm)

    def key(self, norm: Any) -> Key:
        return hashed(norm)

    def compare(self, cmpr: str, valu: Any) -> Predicate:
        return predicate(self, COMMON, cmpr, valu)


def hashed(norm: Any) -> bytes:
    """The key of a value that has no order: the product lifts such values by the sha256 of their msgpack."""
    return _sha256(packed(norm)).digest()


def _field_type(model: Types, kind: Any) -> Type:
    """The type of a name, or of a (name, options) pair."""
    name, opts = (kind, None) if isinstance(kind, str) else kind
    base = model.find_type(name)
    if base is None:
        raise ModelError("BadTypeDef", "type is not present in datamodel", name=name)
    return model.make_type(name, opts) if opts else base
