"""Every kind of value that needs a running query, made known to Storm."""

from . import node_data, node_props, nodes_kind, paths_kind, queries_kind
from .commands import written
from .surface import Kind
from .values.registry import KINDS, register

register(nodes_kind.KIND, node_props.KIND, node_data.KIND, *paths_kind.KINDS, *queries_kind.KINDS, written.KIND)


def documented() -> list[Kind]:
    """Every kind, each name once: several Python types may be one kind to Storm."""
    return list({kind.name: kind for kind in KINDS.values()}.values())
