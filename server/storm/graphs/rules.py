"""The rules of a graph projection as they are given: by the option `graph`, the command, or one that is stored.

Whoever gives rules in the options may write anything; where it does not fit, the error is the one that the product's own
Python brings about, and comes when the rule is first used. Nothing here knows how a graph is walked.
"""

from __future__ import annotations

from binascii import Error as NotHex
from binascii import unhexlify
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import StormError
from ..programs.query_values import StormQuery
from ..values.convert import python_name

if TYPE_CHECKING:
    from ..programs.compile import Block

GLOBAL = "global"
# What holds for the forms that have no rules of their own.
ANY_FORM = "*"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a projection says.

    degrees: how many steps away from the nodes of the query it goes, None is any number. refs: whether it follows the
    properties of nodes. pivots, filters: queries for nodes of all forms; forms: such queries by form. edges: whether light
    edges are told, edgelimit: how many of one node are looked through (more are asked for pair by pair).
    filterinput: whether the nodes of the query are filtered, too. yieldfiltered: whether what is filtered is shown all the
    same, and just not gone on from. existing: idens, in hex, of nodes that the client has, and is told the edges to.
    """

    degrees: Any = 1
    refs: Any = False
    pivots: Any = ()
    filters: Any = ()
    forms: Any = field(default_factory=dict)
    edges: Any = True
    edgelimit: Any = 3000
    filterinput: Any = True
    yieldfiltered: Any = False
    existing: Any = ()

    def deeper(self, degree: int) -> bool:
        """Whether to go on from nodes that are so far away. Raises StormError("TypeError")."""
        try:
            return self.degrees is None or bool(degree < self.degrees)
        except TypeError as error:
            raise StormError("TypeError", str(error)) from error

    def too_many(self, count: int) -> bool:
        """Whether a node with so many light edges has more than are looked through. Raises StormError("TypeError")."""
        try:
            return bool(count > self.edgelimit)
        except TypeError as error:
            raise StormError("TypeError", str(error)) from error

    def idens(self) -> list[bytes]:
        """The nodes that the client has. Raises StormError for what is no list of idens."""
        try:
            return list(dict.fromkeys(unhexlify(each) for each in self.existing))
        except NotHex as error:
            raise StormError("Error", str(error)) from error
        except ValueError as error:
            raise StormError("ValueError", str(error)) from error
        except TypeError as error:
            raise StormError("TypeError", str(error)) from error

    def filters_of(self, form: str) -> list[Block]:
        """The queries that a node of a form must get through. Raises StormError."""
        return [block for _, block in self._queries("filters", self.filters, form)]

    def pivots_of(self, form: str) -> list[tuple[str, Block]]:
        """The queries that lead on from a node of a form, each with the scope that it is told under. Raises StormError."""
        return list(self._queries("pivots", self.pivots, form))

    def _queries(self, kind: str, common: Any, form: str) -> Iterator[tuple[str, Block]]:
        for text in _listed(common):
            yield GLOBAL, _block(text)
        scope, own = form, _key(self.forms, form)
        if own is None:
            scope, own = ANY_FORM, _key(self.forms, ANY_FORM)
        for text in () if own is None else _listed(_key(own, kind, ())):
            yield scope, _block(text)


# What `graph: true` stands for: all that properties lead to.
ALL = Rules(degrees=None, refs=True)


def of_dict(given: Any) -> Rules:
    """Rules as they are written. Raises StormError("AttributeError") for what is no dictionary."""
    if not isinstance(given, dict):
        raise StormError("AttributeError", f"'{python_name(given)}' object has no attribute 'setdefault'")
    return Rules(**{key: valu for key, valu in given.items() if key in Rules.__slots__})


def _key(given: Any, key: str, default: Any = None) -> Any:
    if not isinstance(given, dict):
        raise StormError("AttributeError", f"'{python_name(given)}' object has no attribute 'get'")
    return given.get(key, default)


def _listed(given: Any) -> Any:
    try:
        return iter(given)
    except TypeError as error:
        raise StormError("TypeError", str(error)) from error


def _block(text: Any) -> Block:
    from ..programs.compile import compiled

    if isinstance(text, str):
        return compiled(text)
    if text is None:
        raise StormError("AssertionError", "", mesg="")
    if isinstance(text, StormQuery):
        raise StormError("TypeError", "unhashable type: 'Query'")
    raise StormError("TypeError", f"object of type '{python_name(text)}' has no len()")
