"""The messages of a query: its beginning and end, and packed nodes with what the options ask for (reference 5.2, 5.3)."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..nodes.path import Path

if TYPE_CHECKING:
    from ...model.model import Model
    from ..nodes.node import Node

Packed = tuple[tuple[str, Any], dict[str, Any]]
# Kinds that are sent whatever `show` says.
ALWAYS = frozenset({"init", "err", "fini"})


def text_hash(text: str) -> str:
    """The hash that a query is known by."""
    return hashlib.md5(text.encode("utf8", "surrogatepass"), usedforsecurity=False).hexdigest()


def init(text: str, task: str, tick_ms: int) -> dict[str, Any]:
    """The info of `init`."""
    abstick = time.monotonic_ns() // 1_000_000
    return {"tick": tick_ms, "text": text, "abstick": abstick, "hash": text_hash(text), "task": task}


def fini(begun: dict[str, Any], tock_ms: int, count: int) -> dict[str, Any]:
    """The info of `fini`. begun: the info of its `init`."""
    abstock = time.monotonic_ns() // 1_000_000
    return {"tock": tock_ms, "abstock": abstock, "took": abstock - begun["abstick"], "count": count}


def packer(opts: dict[str, Any], model: Model) -> Callable[[Path], Packed]:
    """How the nodes of one query are packed, by its options."""
    extras = [extra for name, extra in EXTRAS if opts.get(name)]

    kept = scrubbed(opts)

    def pack(path: Path) -> Packed:
        ndef, info = path.node.pack()
        if kept is not None:
            info["tags"] = {tag: valu for tag, valu in info["tags"].items() if kept(tag)}
            info["tagprops"] = {tag: props for tag, props in info["tagprops"].items() if kept(tag)}
        if extras and extras[0] is _reprs:
            _reprs(path, info, opts, model)
        info["path"] = _path(path, opts)
        if path.display:
            info["display"] = path.display
        for extra in extras:
            if extra is not _reprs:
                extra(path, info, opts, model)
        return ndef, info

    return pack


def scrubbed(opts: dict[str, Any]) -> Callable[[str], bool] | None:
    """Which tags the option `scrub` keeps: `{"include": {"tags": [...]}}`, each with all below it; None is all."""
    scrub = opts.get("scrub")
    if not isinstance(scrub, dict) or "tags" not in (scrub.get("include") or {}):
        return None
    roots = tuple(scrub["include"]["tags"])
    return lambda tag: any(tag == root or tag.startswith(f"{root}.") for root in roots)


def _path(path: Path, opts: dict[str, Any]) -> dict[str, Any]:
    found = dict(path.meta or {})
    if opts.get("path"):
        found["nodes"] = [node.iden_hex for node in path.nodes()]
    return found


def _reprs(path: Path, info: dict[str, Any], opts: dict[str, Any], model: Model) -> None:
    node = path.node
    # Not as text: the parts of a composed value are shown one by one.
    type_ = model.form_type(node.form)
    shown = None if type_ is None else type_.repr(node.valu)
    if shown is not None and shown != node.valu:
        info["repr"] = shown
    reprs: dict[str, Any] = {}
    for name, valu in node.props.items():
        prop = model.form_prop(node.form, name)
        if prop is not None:
            text = prop.type.repr(valu)
            if text is not None and text != valu:
                reprs[name] = text
    info["reprs"] = reprs
    info["tagpropreprs"] = tagprop_reprs(node, model)


def tagprop_reprs(node: Node, model: Model) -> dict[str, dict[str, Any]]:
    """How the props of a node's tags are shown, where that differs from the value."""
    from ..nodes.tagprops import tagprop_type

    found: dict[str, dict[str, Any]] = {}
    for tag, props in node.tagprops.items():
        for name, valu in props.items():
            type_ = tagprop_type(model, name)
            text = None if type_ is None else type_.repr(valu)
            if text is not None and text != valu:
                found.setdefault(tag, {})[name] = text
    return found


def _links(path: Path, info: dict[str, Any], opts: dict[str, Any], model: Model) -> None:
    info["links"] = path.links()


def _storage(path: Path, info: dict[str, Any], opts: dict[str, Any], model: Model) -> None:
    from ..nodes.storage_view import stored

    info["storage"] = [stored(sode, model) for sode in path.node.sodes]


def _embeds(path: Path, info: dict[str, Any], opts: dict[str, Any], model: Model) -> None:
    from .embeds import embedded

    wanted = opts["embeds"].get(path.node.form)
    if wanted:
        info["embeds"] = embedded(path.node, wanted)


EXTRAS = (("repr", _reprs), ("links", _links), ("show:storage", _storage), ("embeds", _embeds))
