"""Filters of NQL as conditions on stored values, where both say the same of every row; all others are left to the operators.

A column's type decides: what an operator makes of any value is here said of the values that such a column can hold. The
operators are the semantics (`comparisons.py`, `values.py`); this follows them, and a test holds the two against each other.
"""

import math
from collections.abc import Iterator, Mapping

from ...storage.conditions import ALWAYS, NEVER, Among, Beside, Condition, Every, Not, Some, Stored
from .addresses import BITS, parsed
from .addresses import shown as shown_address
from .choices import PUSHED_PARTS, PUSHED_VALUES
from .comparisons import comparison
from .syntax import And, Call, Compare, Field, Filter, Holds, Literal, Or
from .syntax import Not as NotFilter
from .values import LONG_MAX, LONG_MIN, Value, is_number, is_whole, numeric

# Column types by how their values compare.
WHOLE = frozenset(("byte", "short", "int", "long"))
REAL = frozenset(("float", "double"))
# Shown as they are stored; of these, `string` alone may hold what is an address or a number to NQL.
TEXT = frozenset(("string", "subnet", "ifc", "mac"))
ADDRESS = frozenset(("ip", "ip4", "ip6"))
BOOLEAN, SET = "boolean", "set"
# The same comparison with its sides changed.
TURNED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
SIGNS = {"eq": "=", "neq": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def exact(filters: tuple[Filter, ...], types: Mapping[str, str]) -> Condition | None:
    """What holds exactly where all of these do; None where that cannot be said.

    types: of the stream's columns, by name, as `storage.columns` names them. Any other field is null.
    """
    found = [_condition(each, types) for each in filters]
    known = [each for each in found if each is not None]
    made = Every(tuple(known))
    return made if len(known) == len(found) and _is_small(made) else None


def narrowed(filters: tuple[Filter, ...], types: Mapping[str, str]) -> Condition | None:
    """What holds at least where all of these do; None where nothing can be said."""
    found = [condition for each in _conjuncts(filters) if (condition := _condition(each, types)) is not None]
    made = Every(tuple(found))
    return made if found and _is_small(made) else None


def _conjuncts(filters: tuple[Filter, ...]) -> Iterator[Filter]:
    for each in filters:
        if isinstance(each, And):
            yield from _conjuncts(each.operands)
        else:
            yield each


def _condition(found: Filter, types: Mapping[str, str]) -> Condition | None:
    if isinstance(found, Compare):
        left = found.left
        return _compared(types, left.name, found.operator, found.right.value) if isinstance(left, Field) else None
    if isinstance(found, Holds):
        return _held(found.call, types) if isinstance(found.call, Call) else None
    if isinstance(found, NotFilter):
        operand = _condition(found.operand, types)
        return None if operand is None else Not(operand)
    if isinstance(found, (And, Or)):
        parts = [_condition(operand, types) for operand in found.operands]
        known = tuple(part for part in parts if part is not None)
        if len(known) < len(parts):
            return None
        return Every(known) if isinstance(found, And) else Some(known)
    return None


def _held(call: Call, types: Mapping[str, str]) -> Condition | None:
    """A function that stands alone as a filter."""
    name, arguments = call.name.lower(), call.arguments
    if call.options:
        return None
    if name in SIGNS and len(arguments) == 2:
        left, right = arguments
        if isinstance(left, Field) and isinstance(right, Literal):
            return _compared(types, left.name, SIGNS[name], right.value)
        if isinstance(left, Literal) and isinstance(right, Field):
            return _compared(types, right.name, TURNED[SIGNS[name]], left.value)
    if name in ("isnull", "isnotnull") and len(arguments) == 1 and isinstance(arguments[0], Field):
        return _compared(types, arguments[0].name, "=" if name == "isnull" else "!=", None)
    if name in ("in", "notin") and len(arguments) == 2:
        left, right = arguments
        if isinstance(left, Field) and isinstance(right, Literal):
            found = _among(types, left.name, right.value)
            return Not(found) if found is not None and name == "notin" else found
    return None


def _among(types: Mapping[str, str], name: str, values: Value) -> Condition | None:
    if not isinstance(values, list):
        return NEVER  # open-76
    stored: list[Stored] = []
    for value in values:
        found = _compared(types, name, "=", value)
        if isinstance(found, Among):
            stored += found.values
        elif found is None or found == ALWAYS:
            return found
    return Among(name, tuple(stored)) if stored else NEVER


def _compared(types: Mapping[str, str], name: str, sign: str, constant: Value) -> Condition | None:
    kind = types.get(name)
    if sign == "~=":
        return None
    if kind is None:
        return ALWAYS if comparison(sign, constant)(None) else NEVER
    if sign == "=":
        return _equals(name, kind, constant)
    if sign == "!=":
        found = _equals(name, kind, constant)
        return None if found is None else Not(found)
    return _ordered(name, kind, sign, constant)


def _equals(name: str, kind: str, constant: Value) -> Condition | None:
    if constant is None:
        return Among(name, (None,))
    if isinstance(constant, bool):
        return Among(name, (int(constant),)) if kind == BOOLEAN else NEVER
    if isinstance(constant, (list, dict)):
        return None if kind == SET else NEVER  # open-19
    if kind in WHOLE or kind in REAL:
        number = numeric(constant) if isinstance(constant, str) else constant  # open-16
        stored = None if number is None else _stored_number(number, kind)
        return NEVER if stored is None else Among(name, (stored,))
    if kind in TEXT:
        if not isinstance(constant, str) or (":" in constant and parsed(constant) is not None):
            return None
        return Among(name, (constant,)) if _is_storable(constant) else NEVER
    if kind in ADDRESS and isinstance(constant, str):
        address = parsed(constant)
        # Those of version 4 are equal as texts; of version 6 there are several texts for one (open-20).
        if address is None or (address[0] == 4 and shown_address(address) != constant):
            return NEVER
        return Among(name, (_stored_address(address),))
    return NEVER


def _ordered(name: str, kind: str, sign: str, constant: Value) -> Condition | None:
    if kind in WHOLE or kind in REAL:
        number = numeric(constant) if isinstance(constant, str) else constant
        if not is_number(number):
            return NEVER
        return _beside_whole(name, sign, number) if kind in WHOLE else _beside_real(name, sign, number)
    if kind in TEXT:
        if is_number(constant):
            return None
        if not isinstance(constant, str):
            return NEVER
        # Two addresses compare as such (open-20), all else by code point.
        return None if parsed(constant) is not None or not _is_storable(constant) else Beside(name, sign, constant)
    if kind in ADDRESS and isinstance(constant, str):
        address = parsed(constant)
        return None if address is None else Beside(name, sign, _stored_address(address))
    # Booleans and lists are not ordered (open-17), and no address is a number.
    return NEVER


def _stored_number(number: int | float, kind: str) -> int | float | None:
    """The number as a column holds it; None if it can hold no equal one."""
    if kind in REAL:
        try:
            double = float(number)
        except OverflowError:
            return None
        return double if double == number else None
    return int(number) if int(number) == number and LONG_MIN <= number <= LONG_MAX else None


def _beside_whole(name: str, sign: str, number: int | float) -> Condition:
    if not is_whole(number):
        # Between two integers, or one: `< 2.5` is `<= 2`, and `> 2.5` is `> 2`.
        below = math.floor(number)
        sign = sign if below == number else {"<": "<=", ">=": ">"}.get(sign, sign)
        number = below
    if LONG_MIN <= number <= LONG_MAX:
        return Beside(name, sign, number)
    return _beyond(name, sign, number)


def _beside_real(name: str, sign: str, number: int | float) -> Condition:
    try:
        double = float(number)
    except OverflowError:
        return _beyond(name, sign, number)
    if double > number:
        # The number lies just below this double, and no other is between.
        sign = {"<=": "<", ">": ">="}.get(sign, sign)
    elif double < number:
        sign = {"<": "<=", ">=": ">"}.get(sign, sign)
    return Beside(name, sign, double)


def _beyond(name: str, sign: str, number: int | float) -> Condition:
    """A number that is beyond all that the column can hold: every value is on one side of it, null on neither."""
    return Not(Among(name, (None,))) if (number > 0) == (sign in ("<", "<=")) else NEVER


def _stored_address(address: tuple[int, int]) -> bytes:
    version, number = address
    return number.to_bytes(BITS[version] // 8, "big")


def _is_storable(text: str) -> bool:
    """Whether it is text that can be stored: half a surrogate pair, which a query may write as `\\ud800`, cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_small(condition: Condition) -> bool:
    """Whether SQLite takes it: it bounds how deep a condition may be, and how many values it may have."""
    parts = values = 0
    waiting = [condition]
    while waiting:
        found = waiting.pop()
        parts += 1
        if isinstance(found, Not):
            waiting.append(found.operand)
        elif isinstance(found, (Every, Some)):
            waiting += found.operands
        else:
            values += len(found.values) if isinstance(found, Among) else 2
    return parts <= PUSHED_PARTS and values <= PUSHED_VALUES
