"""What a data model is made of, as Storm and the API see it: forms, props, edges."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .contract import Type


@dataclass(frozen=True, slots=True)
class Prop:
    """A prop of a form, or a universal one (then `form` is empty and `full` its name with the dot).

    info: the further keys that the product gives it: doc, ro, deprecated, disp, ex, alts.
    """

    form: str
    name: str
    full: str
    type: Type
    stortype: int
    info: Mapping[str, Any]

    @property
    def read_only(self) -> bool:
        return bool(self.info.get("ro"))

    @property
    def deprecated(self) -> bool:
        return bool(self.info.get("deprecated"))

    @property
    def alts(self) -> tuple[str, ...]:
        """Relative names of props that a lookup by this one also takes."""
        return tuple(self.info.get("alts") or ())


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its type, its props' relative names in the product's order, and whether its nodes exist only at run time."""

    name: str
    type: Type
    stortype: int
    props: tuple[str, ...]
    runt: bool
    deprecated: bool


@dataclass(frozen=True, slots=True)
class EdgeDef:
    """A defined edge; None stands for any form at that end."""

    n1form: str | None
    verb: str
    n2form: str | None
    info: Mapping[str, Any]
