"""Functions of lists and maps (nql.md 12.7). In in, notIn, all, any and none what is no list is empty (open-76)."""

from collections.abc import Callable, Sequence

from .signature import Function
from .syntax import Literal
from .values import Members, Value, equal, is_whole, text_of

AB = ("a", "b")


def in_(value: Value, values: Value) -> Value:
    """Whether a list holds a value."""
    return isinstance(values, list) and any(equal(value, other) for other in values)


def not_in(value: Value, values: Value) -> Value:
    """What `in` is not."""
    return not in_(value, values)


def all_(a: Value, b: Value) -> Value:
    """Whether every item of a is in b."""
    members = _members(b)
    return all(item in members for item in _items(a))


def any_(a: Value, b: Value) -> Value:
    """Whether an item of a is in b."""
    items = _items(a)
    if not items:
        return False
    members = _members(b)
    return any(item in members for item in items)


def none(a: Value, b: Value) -> Value:
    """Whether no item of a is in b."""
    return not any_(a, b)


def len_(value: Value) -> Value:
    """How many items a list has; null if it is none."""
    return len(value) if isinstance(value, list) else None


def value_at(values: Value, index: Value) -> Value:
    """An item of a list, from 0; null out of range."""
    if not isinstance(values, list) or not is_whole(index) or not 0 <= index < len(values):
        return None
    return values[index]


def get(index: Value, values: Value) -> Value:
    """As `valueAt`, with its arguments the other way round."""
    return value_at(values, index)


def has_key(key: Value, found: Value) -> Value:
    """Whether a map has a key, even with a null value."""
    return text_of(key) in found if isinstance(found, dict) else None


def has_value(value: Value, found: Value) -> Value:
    """Whether a map has a value; null matches only null."""
    return any(equal(value, other) for other in found.values()) if isinstance(found, dict) else None


def get_value(key: Value, found: Value) -> Value:
    """The value of a key of a map."""
    name = text_of(key)
    return found.get(name) if isinstance(found, dict) and name is not None else None


def any_matching_number(values: Value, mask: Value, wanted: Value) -> Value:
    """Whether a number of the list, and the mask, is the wanted one."""
    if not is_whole(mask) or not is_whole(wanted):
        return None
    return any(is_whole(item) and item & mask == wanted for item in _items(values))


def no_matching_number(values: Value, mask: Value, wanted: Value) -> Value:
    """What `anyMatchingNumber` is not."""
    found = any_matching_number(values, mask, wanted)
    return None if found is None else not found


def _items(value: Value) -> Sequence[Value]:
    return value if isinstance(value, list) else ()


def _members(value: Value) -> Members:
    return Members(_items(value))


def _prepare_in(wanted: bool) -> Callable[[Sequence[Literal | None]], Callable[..., Value] | None]:
    """`in` with a constant list: the list is hashed once."""

    def prepare(constants: Sequence[Literal | None]) -> Callable[..., Value] | None:
        found = constants[1]
        if found is None or not isinstance(found.value, list):
            return None
        members = Members(found.value)
        return lambda value, values: (value in members) is wanted

    return prepare


def _prepare_overlap(wanted: bool) -> Callable[[Sequence[Literal | None]], Callable[..., Value] | None]:
    """`any` and `none` with a constant second list: it is hashed once."""

    def prepare(constants: Sequence[Literal | None]) -> Callable[..., Value] | None:
        found = constants[1]
        if found is None:
            return None
        members = Members(_items(found.value))
        return lambda a, b: any(item in members for item in _items(a)) is wanted

    return prepare


NUMBERS = ("list", "mask", "n")
FUNCTIONS = {
    "in": Function(("value", "list"), "boolean", in_, prepare=_prepare_in(True)),
    "notIn": Function(("value", "list"), "boolean", not_in, prepare=_prepare_in(False)),
    "all": Function(AB, "boolean", all_),
    "any": Function(AB, "boolean", any_, prepare=_prepare_overlap(True)),
    "none": Function(AB, "boolean", none, prepare=_prepare_overlap(False)),
    "len": Function(("list",), "number", len_),
    "valueAt": Function(("list", "i"), "object", value_at),
    "get": Function(("i", "list"), "object", get),
    "hasKey": Function(("key", "map"), "boolean", has_key),
    "hasValue": Function(("value", "map"), "boolean", has_value),
    "getValue": Function(("key", "map"), "object", get_value),
    "anyMatchingNumber": Function(NUMBERS, "boolean", any_matching_number),
    "noMatchingNumber": Function(NUMBERS, "boolean", no_matching_number),
}
