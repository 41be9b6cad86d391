"""What may stand where: the kinds of `terminals.py` that the product tries at a place, as its messages list them.

A state is named after what stands before it. Many hold more than the place can use, because the product merges places that
look alike; what it lists when nothing matches is the merged set, so ours is the same.
"""

import re
from dataclasses import dataclass, replace
from functools import cache

from .terminals import NAMES, PLAIN, RANK, TERMINALS

# Never listed when no kind matches, though they may stand there: the product folds them into others.
UNLISTED = frozenset({"<--", "elif", "else", "end of input"})


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """The kinds that may come next, in the order in which they are tried, and what the product lists if there is none.

    `spaces`: whether spaces and comments in front are passed over. `listed` is for a text that is no kind of these at all,
    `expected` for one that is, but cannot be used.
    """

    kinds: tuple[str, ...]
    listed: tuple[str, ...]
    expected: tuple[str, ...]
    spaces: bool = True


def state(kinds: str | frozenset[str], *, spaces: bool = True, also: frozenset[str] = frozenset()) -> State:
    """The state of these kinds, two spaces between any two. `also` are read there and never listed; with them, it lists all
    its kinds whatever comes."""
    given = some(kinds) if isinstance(kinds, str) else kinds
    return State(
        tuple(sorted(given | also, key=RANK.__getitem__)),
        names(given if also else given - (UNLISTED | {"as"} if "argument" in given else UNLISTED)),
        names(given),
        spaces,
    )


@cache
def pattern(of: State) -> re.Pattern[str]:
    """What finds one of a state's kinds, each a group. Made when a text first comes there: all of them together take a
    quarter of a second, and a query sees few."""
    return re.compile("|".join(f"({TERMINALS[kind][0]})" for kind in of.kinds))


def unlisted(given: State, *left_out: str) -> State:
    """The same state, where some names are never listed."""
    return replace(
        given,
        listed=tuple(name for name in given.listed if name not in left_out),
        expected=tuple(name for name in given.expected if name not in left_out),
    )


def names(kinds: frozenset[str]) -> tuple[str, ...]:
    """What the product calls these kinds, in its order."""
    return tuple(sorted({NAMES[kind] for kind in kinds if not kind.endswith(" alone")}))


def some(kinds: str) -> frozenset[str]:
    """Kinds, two spaces between any two."""
    return frozenset(kinds.split("  "))


STEPS = frozenset(PLAIN)
ITEM = STEPS | some(
    "#  $  (  *$  +  +(  -  -(  -+>  --+>  -->  ->  :$  <(  <+(  <+-  <+--  <-  <--  [  absolute prop  embed prop  break"
    "  command  continue  emit  empty  fini  init  wild prop  relative prop  return  reverse  stop  universal prop  yield  {"
)
QUERY = ITEM | some("|  }  end of input")
# Behind a value whose end also ends an argument of a command: steps that are words must stand alone there.
LATE = (QUERY - STEPS) | frozenset(f"{word} alone" for word in PLAIN)
WORDS = some("${  .  `  option  argument compare  double  single  triple  argument  ->")

# What is read behind a block as if it were an argument of a command.
ARGUMENT_LIKE = some("any argument  option  double  elif  else  and  or  ]  ,")

START = state(ITEM | some("|  end of input"))
BLOCK = state(ITEM | some("|  }"))
AFTER_FIRST_PIPE = state(ITEM | some("}  end of input"))
AFTER_PIPE = state(ITEM)
AFTER_STEP = state(QUERY)
AFTER_BLOCK = state(QUERY, also=ARGUMENT_LIKE)
AFTER_IF = state(QUERY | some("elif  else"), also=ARGUMENT_LIKE)
AFTER_TRY = state(QUERY | some("catch"))
AFTER_CATCH = AFTER_TRY

# Lifts and filters.
AFTER_PROP = state(QUERY | some(")  *[  *  =  ?  ?=  compare"))
AFTER_EMBED_PROP = state("*  *[  =  ?  ?=  compare")
AFTER_WILD = state(QUERY | some(")"))
CONDITION = state("#  wild #  $  (  .  :$  absolute prop  not  wild prop  relative prop  universal prop  {")
CONDITION_PROP = state(QUERY | some(")  *  =  ?  ?=  and  compare  or"))
CONDITION_END = state(QUERY | some(")  and  or"))
AFTER_RELATIVE = state(QUERY | some(")  *[  *  ++=  +=  .  =  ?  ?++=  ?+=  ?=  ]  and  compare  or"))
AFTER_WILD_TAG = state(
    (QUERY - {"universal prop"}) | some(")  deref  universal prop  tag :  =  ?  ?=  and  compare  or")
)
GROUP_END = state(")  and  or")
EVALUATE_END = state(QUERY | {"deref"})
VERB_GROUP_END = state(")  )+>  )>  and  or")
LIFT_TAG_END = state(QUERY | some(")  *  tag :  =  ?  ?=  compare"))
CONDITION_TAG_END = state(QUERY | some(")  *  tag :  =  ?  ?=  and  compare  or"))
COMMAND_END = state(QUERY | WORDS)
LIFT_TAGPROP_END = state(QUERY | some(")  *  =  ?  ?=  compare"))
LIFT_VARIABLE_END = state(QUERY | some(")  *  *[  +=  =  ?  ?+=  ?=  compare"))
COMMAND_TAG_END = state(QUERY | some(")  )+  )+>  )-  )>  .  ,  :  ]  and  as  or") | WORDS)
COMMAND_TEXT_END = state(QUERY | some(")  )+  )-  )>  .  ,  ]  and  as  or") | WORDS)
CLOSED = state(")")
REVERSE = state("(")
REVERSED = state("#  *$  absolute prop  embed prop  wild prop  universal prop")
NAMED = state("named compare")
ARRAY = state("=  ?  ?=  compare  named compare")
TAG = state("$  tag")
LIFT_TAG = state("#  $  tag")
WILD_TAG = state("wild tag")
ONLY_DEREF = state("deref")
WILD_TAG_MORE = state("$  wild tag")
TAGPROP = state("$  prop name")

# Values.
VALUE_KINDS = some("#  $  ${  (  .  :$  `  double  relative prop  single  triple  universal prop  value  {")
VALUE = state(VALUE_KINDS)
YIELD_VALUE = state(VALUE_KINDS - {"value"})
RETURN_VALUE = state(VALUE_KINDS | {")"})
DOLLAR_NAME = state("variable")
DOLLAR = state("(  variable")
ONLY_DOLLAR = state("$")
DEREF = state("$  (  `  variable")
FORMAT = state("`  text  {", spaces=False)
CALL_KINDS = VALUE_KINDS | some(")  ,  call word")
CALL = state(CALL_KINDS)
CALL_MORE = state(CALL_KINDS - {","})
CALL_NAME = state(")  =  ,")

ENDS = some(")  )+  )-  )>  .  ,  ]  and  as  or")
AFTER_VALUE = state(QUERY | ENDS)
AFTER_QUERY_VALUE = state(QUERY | ENDS, also=ARGUMENT_LIKE)
TEXT_END = LATE | ENDS | WORDS
AFTER_TEXT = state(TEXT_END)
AFTER_LIST = state(TEXT_END | some("=  ?="))
AFTER_UNIVERSAL = state(TEXT_END | some(")+>  +=  =  ?+=  ?=  * named  compare"))
AFTER_TAG = state((TEXT_END - {"."}) | some(")+>  deref  tag :  =  ?=  * named  compare"))
AFTER_TAGPROP = AFTER_UNIVERSAL
AFTER_VARIABLE = state((TEXT_END - {"."}) | some(")+>  *[  ++=  +=  deref  tag :  =  ?++=  ?+=  ?=  * named  compare"))
AFTER_GROUP = state(
    (TEXT_END - {"."}) | some("%  )+>  **  *[  ++=  +=  deref  /  tag :  =  ?++=  ?+=  ?=  * named  math compare")
)
AFTER_EMBED = state(TEXT_END | some("%  )+>  **  /  tag :  =  * named  math compare"))
AFTER_VARIABLE_STEP = state(QUERY | some("deref  ="))
# The states behind a value: what is read there belongs to many places, and only some of it to the one at hand.
VALUE_STATES = frozenset(
    [
        AFTER_TEXT,
        AFTER_LIST,
        AFTER_UNIVERSAL,
        AFTER_TAG,
        AFTER_VARIABLE,
        AFTER_GROUP,
        AFTER_EMBED,
        AFTER_QUERY_VALUE,
        AFTER_VALUE,
    ]
)

# Expressions.
ATOMS = some(
    "#  $  ${  (  .  :$  [  `  boolean  double  null  number  relative prop  single  triple  universal prop  {"
)
EXPRESSION = state(ATOMS | some("minus  not"))
OPERAND = state(ATOMS | {"minus"})
FACTOR = state(ATOMS)
GROUP = state(ATOMS | some(")  minus  not  list value"))
LIST_ITEM = state(VALUE_KINDS - {"value"} | some(")  list value"))
LIST_END = state(")  ,")
OPERATORS = some("%  )  *  **  +  ,  -  /  =  and  math compare  or")
IN_TEXT = state(OPERATORS)
IN_NUMBER = state(OPERATORS | some(":  ]  }"))
IN_VARIABLE = state(OPERATORS | some("(  deref  :  ]  }"))
IN_TAG = state(OPERATORS | some("deref  tag :  ]  }"))
JSON_KINDS = (ATOMS - {"number"}) | some("json number  variable")
JSON_LIST = state(JSON_KINDS | {"]"})
JSON_LIST_END = state(",  ]")
JSON_VALUE = state(JSON_KINDS)
JSON_OR_QUERY = state((LATE - {"|", "end of input"}) | JSON_KINDS - {"["} | some("[  }  |"))
JSON_KEY = state(JSON_KINDS | {"}"})
JSON_COLON = state(":")
JSON_DICT_END = state(",  }")

# Steps that change nodes.
EDIT_KINDS = some("(  *$  +  +(  -  -(  .  :$  <(  ]  absolute prop  relative prop  universal prop")
EDIT = state(EDIT_KINDS)
EDIT_AFTER_BLOCK = state(EDIT_KINDS | {")"}, also=ARGUMENT_LIKE - {"]"})
EDIT_IN_GROUP = state(EDIT_KINDS - {"]"} | {")"}, also=ARGUMENT_LIKE)
EDIT_AFTER_GROUP = state(EDIT_KINDS | {")"})
EDIT_END = state(EDIT_KINDS | {")"})
EDIT_TAG_VALUE_END = state(EDIT_KINDS | some(")  tag :  =  ?="))
EDIT_TRY_TAG_END = state(EDIT_KINDS | some(")  =  ?="))
EDIT_DROP_TAG_END = state(EDIT_KINDS | some(")  tag :"))
EDIT_GROUP = state("*$  absolute prop")
EDIT_FORM = state("+=  =  ?+=  ?=")
EDIT_PLUS = state("#  ?")
EDIT_TRY_TAG = state("#")
EDIT_MINUS = state("#  .  :$  relative prop  universal prop")
EDIT_WHEN = unlisted(state("unset  $"), "$")
EDIT_WHEN_END = state("=  ?=")
EDGE_TARGET = state("$  {")

# Pivots.
PIVOT_KINDS = some("#  wild #  $  (  *  absolute prop  wild prop  universal prop")
PIVOT = state(PIVOT_KINDS | {"{"})
JOIN = state(PIVOT_KINDS)
PIVOT_IN = state("*  absolute prop  universal prop")
PIVOT_FROM = state("$  (  *  absolute prop  universal prop")
PIVOT_EDGES = state("*")
WALK = state("$  (  *  absolute prop  wild prop")
AFTER_WALK = state(QUERY | some("*  =  ?  ?=  compare"))
EDGE_OR_CONDITION = state(
    "#  wild #  $  ${  (  .  :$  `  absolute prop  wild prop  relative prop  triple  universal prop  value  string variable"
    "  {  not"
)
# A `not` may stand there and is not listed; behind a second bracket, verbs in a list may stand as well.
EDGE_OR_CONDITION = replace(EDGE_OR_CONDITION, listed=unlisted(EDGE_OR_CONDITION, "not").listed)
_EDGE_GROUP = state(frozenset(EDGE_OR_CONDITION.kinds) - {"${"} | some(")  ,"))
EDGE_GROUP = replace(CONDITION, listed=unlisted(_EDGE_GROUP, "not").listed, expected=_EDGE_GROUP.expected)
VERB_END = state(")+>  )>")
VERB_OR_FORM = state(")  )+>  )>  *  =  ?  ?=  and  compare  or")
VERB_OR_UNIVERSAL = state(")  )+>  )>  *  ,  =  ?  ?=  and  compare  or")
VERB_OR_PROP = state(")  )+>  )>  *  *[  ,  =  ?  ?=  and  compare  or")

# Control flow and commands.
COMMAND_KINDS = LATE | WORDS
ARGUMENTS = state(COMMAND_KINDS)
AFTER_WORD = state(COMMAND_KINDS | some("glue =  glue ,  glue ]  trailing ,"))
AFTER_OPTION = state(COMMAND_KINDS | {"glue ="})
GLUED = state("+  -  ->  .  [  absolute prop  command  argument compare  argument")
GLUED_OPTION = state(
    "#  $  ${  (  +  -  ->  .  :$  [  `  absolute prop  command  argument compare  double  relative prop  single  triple"
    "  universal prop  argument  {"
)
BRACE = state("{")
FOR = state("$  (")
IN = state("in")
NAMES_START = state("$  )  ,")
NAMES_MORE = state("$  )")
NAMES_END = state(")  ,")
AFTER_NAMES = state(")+>  )>  =  in")
CASE = state("(  case  default case  double  single  }")
CASE_COLON = state(":")
CASES = state("list case  double  single")
FIRST_CASES_END = state(",")
CASES_END = state(")  ,")
PARAMETERS = state(")  variable")
PARAMETERS_OPEN = state("(")


@cache
def listed(expected: tuple[str, ...]) -> str:
    """A list of names as it stands in a message."""
    return ", ".join(expected)
