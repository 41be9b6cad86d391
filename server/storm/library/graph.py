"""The libraries and kinds of values about the graph: its views, layers, model, and what is lifted or counted by them."""

from __future__ import annotations

from . import counts, layer, view

LIBRARIES = (*view.LIBRARIES, *layer.LIBRARIES)
KINDS = (view.KIND, layer.KIND, counts.KIND)
