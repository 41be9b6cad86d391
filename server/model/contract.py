"""What every type of the data model offers, and the errors it raises.

A type knows its name and options and nothing of storage, Storm or HTTP. Its values exist in three forms: raw (what a
client sends), normed (what is stored and sent back), and key (an order-preserving form for the index).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable


class ModelError(Exception):
    """A value or a name that the model refuses: the product's error name, its message, and what else it carries.

    `mesg` is empty where the product gives none. `info` holds the further keys of the product's error as they are seen in
    a Storm `err` message (`name`, `valu`, ...), in their order. A key `mesg` among them, whatever its value, is the place of
    the message; without it the message stands behind those that usually come first.
    """

    def __init__(self, name: str, mesg: str, /, **info: Any) -> None:
        super().__init__(mesg or name)
        self.name = name
        self.mesg = mesg
        self.info = info
        if "mesg" in info:
            info["mesg"] = mesg


@dataclass(slots=True)
class Normed:
    """A normed value, with what follows from it. Nobody changes one; frozen ones would take four times as long to make.

    subs: relative prop name to normed value, which become secondary props of a node of this form.
    adds: (form, normed value, info) of the nodes that come into being with it.
    more: keys that the product tells in any case, before all others: `toks` of a tag, an empty `adds` of an array. The
        order of keys is part of the answer, so a type also fixes it here: {"subs": {}, "adds": []}.
    """

    valu: Any
    subs: dict[str, Any] = field(default_factory=dict)
    adds: tuple[tuple[str, Any, dict[str, Any]], ...] = ()
    more: dict[str, Any] = field(default_factory=dict)

    def info(self) -> dict[str, Any]:
        """The second half of what `/api/v1/model/norm` answers: `more`, and the keys that hold something."""
        info: dict[str, Any] = dict(self.more)
        if self.subs:
            info["subs"] = self.subs
        if self.adds:
            info["adds"] = [list(add) for add in self.adds]
        return info


Key = bytes | int | float | str


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of an index to lift: keys from low to high, both included; None is no bound.

    reverse: from high to low. keep: which of the normed values found there count; None is all.
    """

    low: Key | None = None
    high: Key | None = None
    reverse: bool = False
    keep: Callable[[Any], bool] | None = None


class Type(Protocol):
    """One type with its options: `inet:ipv4`, `str` with `lower`, an array of `inet:fqdn`."""

    name: str
    opts: Mapping[str, Any]

    def norm(self, valu: Any) -> Normed:
        """The normed form of a raw value; raises ModelError("BadTypeValu") for a value that is none of this type."""
        ...

    def repr(self, norm: Any) -> Any:
        """How the product shows a normed value; the value itself where it needs no showing."""
        ...

    def key(self, norm: Any) -> Key:
        """The form that the index orders by: keys compare as the product orders the values."""
        ...

    def compare(self, cmpr: str, valu: Any) -> Callable[[Any], bool]:
        """A predicate over normed values for `<cmpr> <raw value>`; raises ModelError("NoSuchCmpr")."""
        ...


@runtime_checkable
class Lifting(Protocol):
    """A type with lifts of its own, beside those that its storage type has (`types/lifts.py`): wildcards, networks."""

    def lift(self, cmpr: str, valu: Any) -> tuple[Span, ...] | None:
        """The stretches of the index that `<cmpr> <raw value>` lifts, in order; None to leave it to the storage type."""
        ...
