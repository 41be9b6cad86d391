"""Every kind of value that needs a running query, made known to Storm."""

from ..commands import written
from ..surface import Kind
from ..values.registry import KINDS, register
from . import node_data, node_props
from . import nodes as nodes_kind
from . import paths as paths_kind
from . import queries as queries_kind

register(nodes_kind.KIND, node_props.KIND, node_data.KIND, *paths_kind.KINDS, *queries_kind.KINDS, written.KIND)


def documented() -> list[Kind]:
    """Every kind, each name once: several Python types may be one kind to Storm."""
    return list({kind.name: kind for kind in KINDS.values()}.values())
