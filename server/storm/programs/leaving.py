"""How a query leaves what it is in: `return`, `stop`, `break`, `continue`, `$lib.exit`. None of them is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import StormError

if TYPE_CHECKING:
    from ..nodes.path import Path


class Leaving(Exception):
    """What ends a block before its end. error: what it comes to where it leaves nothing, with its place in the text."""

    error: StormError | None = None


class Returned(Leaving):
    """`return(valu)`."""

    def __init__(self, valu: Any) -> None:
        super().__init__()
        self.valu = valu


class Stopped(Leaving):
    """`stop`."""

    def __init__(self, error: StormError) -> None:
        super().__init__()
        self.error = error


class LoopLeft(Leaving):
    """`break`. path: the node in hand, which goes on behind the loop."""

    def __init__(self, error: StormError, path: Path | None = None) -> None:
        super().__init__()
        self.error = error
        self.path = path


class LoopSkipped(Leaving):
    """`continue`. path: the node in hand, which goes on behind the loop."""

    def __init__(self, error: StormError, path: Path | None = None) -> None:
        super().__init__()
        self.error = error
        self.path = path


class Exited(Leaving):
    """`$lib.exit(mesg)`: the whole query ends. mesg: what is shown as a warning, or None."""

    def __init__(self, mesg: str | None, info: dict[str, Any]) -> None:
        super().__init__()
        self.mesg = mesg
        self.info = info
