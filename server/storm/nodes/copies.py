"""Copying what a node has to another node: its tags, light edges, data and extended properties (`$lib.model.migration`)."""

from __future__ import annotations

from ..edits import editor
from ..runtime import Runtime
from .node import Node


def tags(run: Runtime, src: Node, dst: Node, *, overwrite: bool = False) -> None:
    """Tags with their intervals and properties; overwrite: those of the other that are there already, too."""
    for tag, interval in src.tags.items():
        if overwrite and tag in dst.tags:
            editor.del_tag(run, dst, tag)
        if overwrite or tag not in dst.tags or interval != (None, None):
            editor.add_tag(run, dst, tag, interval)
    for tag, props in src.tagprops.items():
        for name, valu in props.items():
            if overwrite or name not in dst.tagprops.get(tag, {}):
                editor.set_tagprop(run, dst, tag, name, valu)


def edges(run: Runtime, src: Node, dst: Node) -> None:
    """Light edges that start or end at it."""
    for verb, other in list(run.snap.edges(src)):
        editor.add_edge(run, dst, verb, other)
    for verb, other in list(run.snap.edges(src, inbound=True)):
        node = run.snap.by_iden(other)
        if node is not None:
            editor.add_edge(run, node, verb, dst.iden)


def data(run: Runtime, src: Node, dst: Node, *, overwrite: bool = False) -> None:
    """Node data; overwrite: that of the other, too."""
    names = dict.fromkeys(name for layer in run.snap.layers for name in layer.all_node_data(src.nid))
    for name in names:
        if overwrite or not run.snap.node_data(dst, name)[0]:
            editor.set_data(run, dst, name, run.snap.node_data(src, name)[1])


def ext_props(run: Runtime, src: Node, dst: Node) -> None:
    """Extended properties that the other's form has, too."""
    for name, valu in list(src.props.items()):
        if name.lstrip(".").startswith("_") and run.model.form_prop(dst.form, name) is not None:
            editor.set_prop(run, dst, name, valu)
