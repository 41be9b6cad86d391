"""`$lib.quorum.merge`: the forks that wish to be merged by votes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import StormError
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import to_bool
from ..views import views as view_ops
from ..views import votes
from .view import StormView, of


def merges(run: Runtime, me: Any, todo: Any = False) -> Iterator[tuple[StormView, dict[str, Any]]]:
    """Each view that wishes to be merged, with its wish and the votes. todo: only where one has still to vote.

    Raises StormError("AuthDeny") for a view that one may not read.
    """
    if run.readonly:
        raise StormError("IsReadOnly", "view.getMergeRequestSummary() is not marked readonly safe.")
    only_mine = to_bool(todo)
    for record in view_ops.every(run):
        view = StormView(record.iden)
        found = votes.summary(run, of(run, view))
        if found is not None and not (only_mine and _done(run, found)):
            yield view, found


def _done(run: Runtime, found: dict[str, Any]) -> bool:
    """Whether one need not vote: it is one's own wish, one has voted, or one has no vote."""
    me = run.user
    voted = any(vote["user"] == me.iden for vote in found["votes"])
    may = me.admin or not set(me.roles).isdisjoint(found["quorum"]["roles"])
    return voted or found["merge"]["creator"] == me.iden or not may


LIBRARIES = (
    Library(
        "lib.quorum.merge",
        "Forks that wish to be merged by votes.",
        (local("list(todo: bool = false) -> list", merges, "Those there are."),),
    ),
)
