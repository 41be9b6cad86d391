"""The libraries and kinds of values about the graph: its views, layers, model, and what is lifted or counted by them."""

from __future__ import annotations

from . import counts, feed, gen, layer, lifts, model, model_ext, model_parts, tally, view

LIBRARIES = (
    *view.LIBRARIES,
    *layer.LIBRARIES,
    *model.LIBRARIES,
    *model_ext.LIBRARIES,
    *model_parts.LIBRARIES,
    *lifts.LIBRARIES,
    *tally.LIBRARIES,
    *feed.LIBRARIES,
    *gen.LIBRARIES,
)
KINDS = (view.KIND, layer.KIND, counts.KIND, tally.KIND, *model.KINDS)
