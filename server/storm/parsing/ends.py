"""What may come behind each kind of value, by what the value is part of."""

from dataclasses import dataclass, replace

from . import states
from .states import State

# How long `$x.y.z…` and `1 + 1 + …` may get: what is made of them is nested as deeply.
MAX_CHAIN = 150
QUOTED = ("double", "single", "triple", "string variable")


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """What may come behind each kind of value; it depends on what the value is part of."""

    unquoted: State
    text: State
    variable: State
    prop: State
    universal: State
    tag: State
    tagprop: State
    format: State
    group: State
    list: State
    embed: State
    query: State


VALUE_ENDS = Ends(
    unquoted=states.AFTER_VALUE,
    text=states.AFTER_TEXT,
    variable=states.AFTER_VARIABLE,
    prop=states.AFTER_TEXT,
    universal=states.AFTER_UNIVERSAL,
    tag=states.AFTER_TAG,
    tagprop=states.AFTER_TAGPROP,
    format=states.AFTER_GROUP,
    group=states.AFTER_GROUP,
    list=states.AFTER_LIST,
    embed=states.AFTER_EMBED,
    query=states.AFTER_QUERY_VALUE,
)
# Behind `$x` and `$x.y` as a step, which may be set.
STEP_ENDS = replace(VALUE_ENDS, variable=states.AFTER_VARIABLE_STEP)
IN_GROUP = Ends(
    unquoted=states.LIST_END,
    text=states.IN_TEXT,
    variable=states.IN_VARIABLE,
    prop=states.IN_NUMBER,
    universal=states.IN_NUMBER,
    tag=states.IN_TAG,
    tagprop=states.IN_NUMBER,
    format=states.AFTER_GROUP,
    group=states.IN_VARIABLE,
    list=states.AFTER_LIST,
    embed=states.AFTER_EMBED,
    query=states.LIST_END,
)
IN_LIST = Ends(
    unquoted=states.LIST_END,
    text=states.LIST_END,
    variable=states.IN_VARIABLE,
    prop=states.LIST_END,
    universal=states.AFTER_UNIVERSAL,
    tag=states.AFTER_TAG,
    tagprop=states.AFTER_TAGPROP,
    format=states.AFTER_GROUP,
    group=states.IN_VARIABLE,
    list=states.AFTER_LIST,
    embed=states.AFTER_EMBED,
    query=states.LIST_END,
)
IN_EXPRESSION = replace(IN_GROUP, text=states.IN_NUMBER)
