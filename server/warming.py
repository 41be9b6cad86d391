"""What a server loads behind once it answers: the model and Storm, which are most of its code and which no boot waits for.

Piece by piece, so that it ends soon when the server stops; requests go on meanwhile. A request that comes before its piece
loads it itself, or waits until it is loaded. Nothing of a world is touched.
"""

from collections.abc import Callable

from .model.source import ModelSource
from .workers import Run

# Whoever waited for the ready line asks now, and is answered first: both would share one processor.
FIRST_S = 0.02


def warming(models: ModelSource) -> Callable[[Run], None]:
    """The work, for a thread of its own. models: of the server's worlds."""
    # What a first query of Storm needs, in the order in which it does. What `$lib` and NQL need would be 15 MiB more in a
    # server that may never be asked for them, and it is to be idle in 60.
    pieces = (_types, models.load, _graph, _parser, _programs, _storm)

    def work(run: Run) -> None:
        run.pause(FIRST_S)
        for piece in pieces:
            run.check()
            piece()

    return work


# The names are what each piece is imported by where it is used; nothing is done with them here.


def _types() -> None:
    from .model import model  # noqa: F401


def _graph() -> None:
    from ..storage import views  # noqa: F401


def _parser() -> None:
    from .storm.parsing import parse  # noqa: F401


def _programs() -> None:
    from .storm.programs import compile  # noqa: F401


def _storm() -> None:
    from .storm import host  # noqa: F401
    from .storm.answers import query  # noqa: F401
