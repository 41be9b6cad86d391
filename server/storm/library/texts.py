"""`$lib.text()`: a text that grows piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..runtime import Runtime
from ..surface import Kind, local
from ..values.convert import to_str
from ..values.format import fill


@dataclass(slots=True, eq=False)
class StormText:
    """Pieces of text, in order."""

    pieces: list[str]

    @property
    def whole(self) -> str:
        return "".join(self.pieces)


def add(run: Runtime, me: StormText, text: Any, **kwargs: Any) -> None:
    me.pieces.append(fill(run, to_str(text), kwargs))


KIND = Kind(
    "text",
    "Text",
    StormText,
    "A text that can grow.",
    (
        local("add(text: str, **kwargs: any) -> null", add, "Add a piece."),
        local("str() -> str", lambda run, me: me.whole, "The whole text."),
    ),
    show=lambda run, me: f"text: {me.whole}",
    prim=lambda run, me: me.whole,
)
