"""The tree of a Storm query: its steps, one after the other. Plain data, see `values.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .edits import Edit
from .filters import Compare, Condition
from .values import Call, Deref, PropValue, Span, TagName, Text, UniversalValue, Value, Variable

Mode = Literal["storm", "lookup", "autoadd", "search"]


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query or a block of one. `text` is what stands between its braces, or the whole."""

    span: Span
    text: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What the modes lookup, autoadd and search put in front of a query: words to look up, as they were written."""

    span: Span
    mode: Mode
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LiftProp:
    """`inet:fqdn`, `inet:fqdn=x`, `inet:dns:a:fqdn`, `inet:*`, `.seen`, `*$name=x`. `name`: a Text, or what stands for it."""

    span: Span
    name: Value
    compare: Compare | None
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class LiftOver:
    """`inet:dns:a:fqdn::zone=x`: by a property of the node that a property refers to; `names` are the parts between `::`."""

    span: Span
    names: tuple[str, ...]
    compare: Compare
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class LiftTag:
    """`#foo`, `#foo@=x`, `inet:fqdn#foo`: nodes with a tag, of one form if `form` is given."""

    span: Span
    form: Value | None
    tag: TagName
    compare: Compare | None
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class LiftTagProp:
    """`#foo:name`, `#foo:name=x`, `inet:fqdn#foo:name`."""

    span: Span
    form: Value | None
    tag: TagName
    prop: Value
    compare: Compare | None
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class LiftTagTag:
    """`##foo`, `##foo=x`: nodes with a tag whose own tag node has this tag."""

    span: Span
    tag: TagName
    compare: Compare | None
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """`+condition` if `keep`, else `-condition`."""

    span: Span
    keep: bool
    condition: Condition


@dataclass(frozen=True, slots=True)
class Everything:
    """`*` as the target of a pivot."""

    span: Span


Target = Everything | Value


@dataclass(frozen=True, slots=True)
class PivotOut:
    """`-> target`, and with `join` `-+> target`. The target is a name (a Text), a list, or a value that says one."""

    span: Span
    target: Target
    join: bool


@dataclass(frozen=True, slots=True)
class PivotIn:
    """`<- target`, `<+- target`."""

    span: Span
    target: Target
    join: bool


@dataclass(frozen=True, slots=True)
class PivotFrom:
    """`:name -> target`, `:name -+> target`."""

    span: Span
    prop: PropValue | UniversalValue
    target: Target
    join: bool


@dataclass(frozen=True, slots=True)
class PivotToTags:
    """`-> #`, `-> #foo`, `-> #foo.*`: the tags of a node; `tag` None for its leaves."""

    span: Span
    tag: TagName | None
    join: bool


@dataclass(frozen=True, slots=True)
class PivotQuery:
    """`-> { query }`: the query runs for each node, with it as `$node`, and its nodes go on."""

    span: Span
    query: Query
    join: bool


@dataclass(frozen=True, slots=True)
class PivotAndWalk:
    """`--> *`, `<-- *`: over properties and light edges."""

    span: Span
    inbound: bool
    join: bool


@dataclass(frozen=True, slots=True)
class Walk:
    """`-(verb)> target`, `<(verb)- target`: over light edges; `verb` is Everything for `*`. `compare` filters the targets."""

    span: Span
    verb: Target
    target: Target
    compare: Compare | None
    inbound: bool
    join: bool


@dataclass(frozen=True, slots=True)
class EditBlock:
    """`[ edits ]`."""

    span: Span
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Subquery:
    """`{ query }` as a step."""

    span: Span
    query: Query


@dataclass(frozen=True, slots=True)
class Yield:
    """`yield value`: the nodes that a value is or makes."""

    span: Span
    value: Value


@dataclass(frozen=True, slots=True)
class Command:
    """`name arguments`. An argument that is a Text may be an option (`--name`); `option` says which were written as such."""

    span: Span
    name: str
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a command. `option`: it was written unquoted with leading dashes."""

    span: Span
    value: Value
    option: bool


@dataclass(frozen=True, slots=True)
class SetVariable:
    """`$name = value`."""

    span: Span
    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class SetVariables:
    """`($one, $two) = value`."""

    span: Span
    names: tuple[str, ...]
    value: Value


@dataclass(frozen=True, slots=True)
class SetItem:
    """`$x.name = value`."""

    span: Span
    target: Deref
    value: Value


@dataclass(frozen=True, slots=True)
class Evaluate:
    """`$x`, `$x.y`, `$x.y()` as a step: the value is computed and dropped."""

    span: Span
    value: Variable | Deref | Call


@dataclass(frozen=True, slots=True)
class If:
    """`if value { } elif value { } else { }`: conditions with their queries in order, and the query for none."""

    span: Span
    branches: tuple[tuple[Value, Query], ...]
    otherwise: Query | None


@dataclass(frozen=True, slots=True)
class Switch:
    """`switch $x { one: { } (two, three): { } *: { } }`: the texts of each case with its query, and the default's query."""

    span: Span
    value: Value
    cases: tuple[tuple[tuple[str, ...], Query], ...]
    default: Query | None


@dataclass(frozen=True, slots=True)
class For:
    """`for $x in value { }`, `for ($x, $y) in value { }`. `unpack`: the names stand in parentheses."""

    span: Span
    names: tuple[str, ...]
    unpack: bool
    value: Value
    body: Query


@dataclass(frozen=True, slots=True)
class While:
    """`while value { }`."""

    span: Span
    value: Value
    body: Query


@dataclass(frozen=True, slots=True)
class Catch:
    """`catch errors as name { }`. `errors` is a value with one name or a list of them; `*` is every error."""

    span: Span
    errors: Value
    name: str
    body: Query


@dataclass(frozen=True, slots=True)
class Try:
    """`try { } catch …`."""

    span: Span
    body: Query
    catches: tuple[Catch, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a function; `default` None if it must be given."""

    span: Span
    name: str
    default: Value | None


@dataclass(frozen=True, slots=True)
class Function:
    """`function name(one, two=2) { }`."""

    span: Span
    name: str
    parameters: tuple[Parameter, ...]
    body: Query


@dataclass(frozen=True, slots=True)
class Return:
    """`return(value)`, `return()`."""

    span: Span
    value: Value | None


@dataclass(frozen=True, slots=True)
class Emit:
    """`emit value`."""

    span: Span
    value: Value


@dataclass(frozen=True, slots=True)
class Stop:
    """`stop`."""

    span: Span


@dataclass(frozen=True, slots=True)
class Break:
    """`break`."""

    span: Span


@dataclass(frozen=True, slots=True)
class Continue:
    """`continue`."""

    span: Span


@dataclass(frozen=True, slots=True)
class Init:
    """`init { }`: run once, before the first node."""

    span: Span
    body: Query


@dataclass(frozen=True, slots=True)
class Fini:
    """`fini { }`: run once, behind the last node."""

    span: Span
    body: Query


@dataclass(frozen=True, slots=True)
class Empty:
    """`empty { }`: run once if there were no nodes."""

    span: Span
    body: Query


Name = Text
Lift = LiftProp | LiftOver | LiftTag | LiftTagProp | LiftTagTag
Pivot = PivotOut | PivotIn | PivotFrom | PivotToTags | PivotQuery | PivotAndWalk | Walk
Control = If | Switch | For | While | Try | Function | Return | Emit | Stop | Break | Continue | Init | Fini | Empty
Step = (
    Words
    | Lift
    | Filter
    | Pivot
    | EditBlock
    | Subquery
    | Yield
    | Command
    | SetVariable
    | SetVariables
    | SetItem
    | Evaluate
    | Control
)
