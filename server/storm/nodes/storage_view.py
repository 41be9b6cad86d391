"""How what one layer holds of a node is shown: `show:storage`, `$node.getStorNodes()`."""

from __future__ import annotations

from typing import Any

from ....storage.sodes import Sode
from ...model.model import Model


def stored(sode: Sode | None, model: Model) -> dict[str, Any]:
    """A storage node with its storage types; empty for a layer without the node (reference 5.1)."""
    if sode is None:
        return {}
    found: dict[str, Any] = {}
    form = model.form(sode.form)
    if sode.valu is not None and form is not None:
        found["valu"] = (sode.valu, form.stortype)
        found["form"] = sode.form
    if sode.props:
        found["props"] = {name: (valu, _stortype(model, sode.form, name)) for name, valu in sode.props.items()}
    # In the product the form comes behind what the layer first had of the node: without its value that is most often a prop.
    found.setdefault("form", sode.form)
    if sode.tags:
        found["tags"] = dict(sode.tags)
    if sode.tagprops:
        found["tagprops"] = {
            tag: {name: (valu, _tag_stortype(model, name)) for name, valu in props.items()}
            for tag, props in sode.tagprops.items()
        }
    return found


def _stortype(model: Model, form: str, name: str) -> int | None:
    prop = model.form_prop(form, name)
    return None if prop is None else prop.stortype


def _tag_stortype(model: Model, name: str) -> int | None:
    prop = model.tagprop(name)
    return None if prop is None else prop.stortype
