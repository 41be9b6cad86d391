"""The types of the data model: one table from base type name to the class that norms, shows, orders and compares.

Every class takes (model, name, opts) and follows `contract.Type`. A type of another name is one of these with merged options.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..contract import Type
from .guids import Guid, role, user
from .lists import Array, Comp, Range
from .numbers import Bool, Float, Hugenum, Int
from .references import Data, Edge, Ndef, NodeProp, TimeEdge
from .special import SPECIAL
from .text import Hex, Loc, Str, Tag, TagPart, Taxon, Taxonomy
from .times import Duration, Ival, Time

BASES: dict[str, Callable[[Any, str, Mapping[str, Any]], Type]] = {
    "int": Int,
    "float": Float,
    "hugenum": Hugenum,
    "bool": Bool,
    "str": Str,
    "hex": Hex,
    "loc": Loc,
    "taxon": Taxon,
    "taxonomy": Taxonomy,
    "syn:tag": Tag,
    "syn:tag:part": TagPart,
    "time": Time,
    "ival": Ival,
    "duration": Duration,
    "guid": Guid,
    "syn:user": user,
    "syn:role": role,
    "array": Array,
    "comp": Comp,
    "range": Range,
    "ndef": Ndef,
    "nodeprop": NodeProp,
    "edge": Edge,
    "timeedge": TimeEdge,
    "data": Data,
    **SPECIAL,
}
