"""The tree of a Storm query: the edits between `[` and `]`. Plain data, see `values.py`."""

from __future__ import annotations

from dataclasses import dataclass

from .values import PropValue, Span, TagName, UniversalValue, Value


@dataclass(frozen=True, slots=True)
class AddNode:
    """`inet:fqdn=x`, `*$form=x`. `operator`: `=`, `?=`, `+=`, `?+=`, `-=`, `?-=`; only the first two can work."""

    span: Span
    form: Value
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class EditGroup:
    """`( inet:fqdn=x :zone=y +#foo )`: a node and edits that are only for it."""

    span: Span
    node: AddNode
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class SetProp:
    """`:name=x`, `.seen?=x`, `:names+=x`, `:names++=(x, y)`; `-=` and `--=` take away, `?` passes over what cannot be normed.

    `when`: `:name*unset=x` sets only where unset: the word behind the asterisk.
    """

    span: Span
    prop: PropValue | UniversalValue
    operator: str
    value: Value
    when: Value | None = None


@dataclass(frozen=True, slots=True)
class DropProp:
    """`-:name`, `-.seen`."""

    span: Span
    prop: PropValue | UniversalValue


@dataclass(frozen=True, slots=True)
class AddTag:
    """`+#foo`, `+#foo=2020`, `+#foo?=$x`, `+?#foo`. `lenient_tag`: a bad tag name is passed over."""

    span: Span
    tag: TagName
    lenient_tag: bool
    operator: str | None
    value: Value | None


@dataclass(frozen=True, slots=True)
class DropTag:
    """`-#foo`."""

    span: Span
    tag: TagName


@dataclass(frozen=True, slots=True)
class SetTagProp:
    """`+#foo:name=x`, `+#foo:name?=x`."""

    span: Span
    tag: TagName
    prop: Value
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class DropTagProp:
    """`-#foo:name`."""

    span: Span
    tag: TagName
    prop: Value


@dataclass(frozen=True, slots=True)
class AddEdges:
    """`+(verb)> { query }`, `<(verb)+ $nodes`: light edges from the node in hand, or to it if `inbound`."""

    span: Span
    verb: Value
    nodes: Value
    inbound: bool


@dataclass(frozen=True, slots=True)
class DropEdges:
    """`-(verb)> { query }`, `<(verb)- $nodes`."""

    span: Span
    verb: Value
    nodes: Value
    inbound: bool


Edit = AddNode | EditGroup | SetProp | DropProp | AddTag | DropTag | SetTagProp | DropTagProp | AddEdges | DropEdges
