"""The words that the modes lookup, autoadd and search put in front of a query (reference 5.1).

Lookup lifts what the words name and tells of what is not there, autoadd makes it; search asks the services that can
search, of which there are none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..edits.editor import add_node
from ..errors import StormError
from ..nodes.path import Path
from ..programs.shape import Paths, Step
from ..runtime import Runtime
from ..syntax.steps import Words
from .scraping import scraped

if TYPE_CHECKING:
    from ..programs.compile import Compiler


def words(step: Words, c: Compiler) -> Step:
    """Words, each looked up by itself; nodes that come in go on first."""
    if step.mode == "search":
        return lambda run, paths: paths
    adding = step.mode == "autoadd"

    def looked_up(run: Runtime, paths: Paths) -> Paths:
        yield from paths
        for word in step.words:
            found = scraped(run.model, word)
            if found is None:
                continue
            if adding:
                try:
                    run.writable()
                    yield Path(add_node(run, *found))
                except StormError as error:
                    raise c.located(error, step.span) from None
                continue
            node = run.snap.by_ndef(*found)
            if node is None:
                run.emit("look:miss", {"ndef": found})
            else:
                yield Path(node)

    return looked_up
