"""`layer.verify()`: whether the indexes of a layer hold as many entries as its nodes have values and tags.

The product knows damage of its own storage by other names, and can repair some of it; here, what differs is told and nothing
is repaired.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ....storage.layers import Layer
from ..errors import StormError
from ..runtime import Runtime
from ..surface import local
from ..values.convert import to_prim
from ..views.layers import readable

if TYPE_CHECKING:
    from .layer import StormLayer

REPAIRS = (None, "node", "index")
Told = tuple[str, dict[str, Any]]


def verify(run: Runtime, me: StormLayer, config: Any = None) -> Iterator[Told]:
    """What differs, as pairs of a name and its details: CountsDiffer. Raises StormError for a configuration that is none."""
    _check(to_prim(run, config))
    layer = readable(run, me.iden)
    props: Counter[tuple[str, str]] = Counter()
    tags: Counter[str] = Counter()
    for sode in layer.every():
        run.check()
        if sode.valu is not None:
            props[(sode.form, "")] += 1
        props.update((sode.form, name) for name in sode.props)
        tags.update(list(sode.tags))
    yield from _differing(run, layer, props, tags)


def _differing(run: Runtime, layer: Layer, props: Counter[tuple[str, str]], tags: Counter[str]) -> Iterator[Told]:
    known = {**dict.fromkeys((form, "") for form in layer.form_counts()), **dict.fromkeys(props)}
    for form, prop in known:
        run.check()
        held = layer.count(form, prop)
        if held != props[(form, prop)]:
            yield "CountsDiffer", {"form": form, "prop": prop or None, "nodes": props[(form, prop)], "index": held}
    for tag, count in tags.items():
        held = layer.count_tag(tag)
        if held != count:
            yield "CountsDiffer", {"tag": tag, "nodes": count, "index": held}


def _check(config: Any) -> None:
    """The parts of a configuration that the product looks at."""
    scans = _get({} if config is None else config, "scans")
    for name in ("nodes", "tagindex") if scans is not None else ():
        scan = _get(scans, name)
        if scan is None:
            continue
        repair = _get(scan, "autofix")
        if name == "tagindex" and repair not in REPAIRS:
            raise StormError("BadArg", f'invalid tag index autofix strategy "{repair}"')


def _get(told: Any, name: str) -> Any:
    if not isinstance(told, dict):
        # The product crashes on what is no dictionary.
        raise StormError("AttributeError", f"'{type(told).__name__}' object has no attribute 'get'")
    return told.get(name)


METHODS = (local("verify(config: dict = null) -> yields list", verify, "Whether its indexes are right.", writes=True),)
