"""What values become: texts, numbers, keys, truth, and the plain values that leave Storm.

Three texts of one value: `to_text` as print shows it, `python_text` as the product's Python would print it, `to_str` where a
method or an operator needs a text.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from ...model.types.patterns import Flag
from ..errors import StormError
from ..surface import UNDEF, Bound
from .bounds import whole
from .containers import STYPS, Number, StormDict, StormList, StormSet
from .registry import KINDS, MUTABLE

MUTABLE_KEY = "Mutable values are not allowed as dictionary keys"
NO_PRIMITIVE = "Unable to convert object to Storm primitive."
WORDS: dict[Any, str] = {True: "true", False: "false", None: "$lib.null"}


def to_text(run: Any, valu: Any, *, nested: bool = False) -> str:
    """The text that `$lib.print`, `.format()` and texts in backticks show. nested: within a list, where texts have quotes."""
    cls = type(valu)
    if cls is str:
        return repr(valu) if nested else valu
    if cls is bool or valu is None:
        return WORDS[valu]
    if cls is StormList:
        return "[" + ", ".join([to_text(run, item, nested=True) for item in valu]) + "]"
    if cls is StormDict:
        pairs = [f"{to_text(run, k, nested=True)}: {to_text(run, v, nested=True)}" for k, v in valu.items()]
        return "{" + ", ".join(pairs) + "}"
    if cls is StormSet:
        return "{" + ", ".join([to_text(run, item, nested=True) for item in valu]) + "}"
    if cls is Number:
        return str(valu.value)
    if valu is UNDEF:
        return "$lib.undef"
    kind = KINDS.get(cls)
    if kind is not None and kind.show is not None:
        return kind.show(run, valu)
    return python_text(valu)


def python_text(valu: Any) -> str:
    """The text that Python shows for a value within a list, with the product's own objects as Python shows objects."""
    cls = type(valu)
    if cls is list:
        return "[" + ", ".join([python_text(item) for item in valu]) + "]"
    if cls is tuple:
        return "(" + ", ".join([python_text(item) for item in valu]) + (",)" if len(valu) == 1 else ")")
    if cls is dict:
        return "{" + ", ".join([f"{python_text(k)}: {python_text(v)}" for k, v in valu.items()]) + "}"
    if cls is Bound:
        return f"<bound method {valu.where} at {id(valu.me):#x}>"
    styp = STYPS.get(cls) or (KINDS[cls].styp if cls in KINDS and cls not in PLAIN else None)
    if styp is not None:
        return f"<synapse.lib.stormtypes.{styp} object at {id(valu):#x}>"
    try:
        return repr(valu)
    except ValueError as exc:  # an int of more digits than Python writes
        raise StormError("ValueError", str(exc)) from None


PLAIN = {bool, int, float, str, bytes, list, tuple, dict, type(None)}


def to_str(valu: Any) -> str:
    """The text of a value where a method or an operator takes texts only."""
    cls = type(valu)
    if cls is str:
        return str(valu)
    if cls is bytes:
        try:
            return str(valu, "utf8", "surrogatepass")
        except UnicodeDecodeError:
            raise StormError("BadCast", f"Failed to make a string from {valu!r}.") from None
    return str(valu.value) if cls is Number else python_text(valu)


def to_int(valu: Any) -> int:
    """A whole number of any value that is one or is written as one (`0x10`, `1_000`); a fraction is cut."""
    cls = type(valu)
    if cls is int:
        return int(valu)
    try:
        if cls is str or cls is bytes:
            whole(len(valu))
            return int(valu, 0)
        if cls is Number:
            return int(valu.value)
        if cls is bool or cls is float or cls is Flag:
            return int(valu)
    except ValueError:
        pass
    except OverflowError as exc:
        raise StormError("OverflowError", str(exc)) from None
    raise StormError("BadCast", f"Failed to make an integer from {python_text(valu)}.")


def to_number(valu: Any) -> int | Number:
    """What operators compute with: an int, or a Number of what is a fraction or a text with a point."""
    cls = type(valu)
    if cls is Number:
        return valu  # type: ignore[no-any-return]  # mypy does not narrow by class, and isinstance costs more
    if cls is float:
        return Number(Decimal(str(valu)))
    if cls is str and "." in valu:
        try:
            return Number(Decimal(valu.strip()))
        except InvalidOperation:
            raise StormError("BadCast", f"Failed to make number from {valu!r}") from None
    return to_int(valu)


def to_bool(valu: Any) -> bool:
    """Whether a value counts as true. What has no size and is no number always does."""
    return bool(valu)


def to_prim(run: Any, valu: Any) -> Any:
    """The plain value of what leaves Storm: in an answer, in a message, as a property, as a key.

    Raises NoSuchType of what cannot leave; a plain list silently loses such items, as in the product.
    """
    cls = type(valu)
    if cls in PLAIN_SCALARS:
        return valu
    if cls is Number:
        return float(valu.value)
    if cls is StormList:
        return [to_prim(run, item) for item in valu]
    if cls is StormDict:
        return {key: to_prim(run, item) for key, item in valu.items()}
    if cls is list or cls is tuple:
        return [prim for prim in (_prim_or_undef(run, item) for item in valu) if prim is not UNDEF]
    if cls is dict:
        found = ((key, _prim_or_undef(run, item)) for key, item in valu.items())
        return {key: prim for key, prim in found if prim is not UNDEF}
    if cls is StormSet:
        return {_frozen(to_prim(run, item)) for item in valu}
    kind = KINDS.get(cls)
    if kind is not None and kind.prim is not None:
        return kind.prim(run, valu)
    if cls is Flag:
        return RegexFlag()
    raise StormError("NoSuchType", NO_PRIMITIVE, name=python_name(valu))


class RegexFlag:
    """What a flag of patterns is outside of Storm: nothing that JSON or a node could hold, as in the product."""


PLAIN_SCALARS = {str, int, bool, type(None), float, bytes}


def _prim_or_undef(run: Any, valu: Any) -> Any:
    try:
        return to_prim(run, valu)
    except StormError as exc:
        if exc.name != "NoSuchType":
            raise
        return UNDEF


def python_name(valu: Any) -> str:
    """What the product calls the type of a value in errors about objects: `int`, `Undef`, `method`."""
    cls = type(valu)
    if cls is Bound:
        return "method"
    if cls in STYPS:
        return STYPS[cls]
    return KINDS[cls].styp if cls in KINDS and cls not in PLAIN else cls.__name__


def to_key(run: Any, valu: Any) -> Any:
    """The key under which a dictionary keeps a value; raises BadArg of what can change."""
    if type(valu) is str:
        return valu
    if is_mutable(valu):
        raise StormError("BadArg", MUTABLE_KEY, name=to_text(run, valu))
    return to_prim(run, valu)


def is_mutable(valu: Any) -> bool:
    """Whether a value can be no item of a set. A pair that a `for` over a dictionary gave can be one."""
    return type(valu).__hash__ is None or type(valu) in MUTABLE


def equal(left: Any, right: Any) -> bool:
    """Storm's `=` of two values: by their plain values, where lists and tuples are the same and 1 is not "1"."""
    if type(left) is str or type(left) is int:
        return bool(left == right)
    return bool(comparable(left) == comparable(right))


def comparable(valu: Any) -> Any:
    """A value in a form in which Python's comparisons are Storm's."""
    cls = type(valu)
    if cls is StormList or cls is list or cls is tuple:
        return tuple(comparable(item) for item in valu)
    if cls is StormDict or cls is dict:
        return {key: comparable(item) for key, item in valu.items()}
    if cls is StormSet:
        return frozenset(valu)
    # A float is what it is written as: (0.1) equals the 0.1 of a JSON text.
    return Number(Decimal(str(valu))) if cls is float else valu


def _frozen(prim: Any) -> Any:
    return tuple(_frozen(item) for item in prim) if isinstance(prim, list) else prim
