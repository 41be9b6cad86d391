"""Extensions of a data model: further types, forms, props, tag props and edges in a digest that others share.

A digest is never changed: each function gives a new one that shares all it can with the old. What may be added and what is
still in use is decided by who calls (`server/storm/extmodel/extend.py`); here names are taken as they come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .digest import Digest, expand_form, expand_prop

ARRAY = 0x8000
# What of the given facts a prop is told with.
PROP_INFO = ("doc", "ro", "deprecated", "disp", "ex", "alts")
TYPE, FORM, PROP, UNIV, TAGPROP, EDGE = KINDS = ("type", "form", "prop", "univ", "tagprop", "edge")


@dataclass(frozen=True, slots=True)
class Element:
    """One extension. name: by kind (type,), (form,), (form, prop), (prop,), (tagprop,), (n1form, verb, n2form).

    told: by kind [base, opts, info], [base, opts, info], [[type, opts], info] (also univ and tagprop), [info].
    """

    kind: str
    name: tuple[str | None, ...]
    told: tuple[Any, ...]


def extended(digest: Digest, elements: Iterable[Element]) -> Digest:
    """The digest with elements added, each on what those before it left."""
    for element in elements:
        digest = _ADD[element.kind](digest, element)
    return digest


def reduced(digest: Digest, element: Element) -> Digest:
    """The digest without an element that was added."""
    return _DROP[element.kind](digest, element)


def told_of(digest: Digest, element: Element) -> dict[str, Any]:
    """An element of the digest as the product tells of it when it is added (reference 12.1)."""
    name = str(element.name[0])
    match element.kind:
        case "form":
            form = expand_form(name, digest["forms"][name], digest["univs"])
            return {"form": form, "type": _told_type(digest, name)}
        case "prop":
            prop = str(element.name[1])
            return {"form": name, "prop": expand_prop(name, prop, digest["forms"][name][1][prop], digest["univs"])}
        case "univ":
            return dict(digest["univs"][f".{name}"])
        case "tagprop":
            return dict(digest["tagprops"][name])
        case "edge":
            return {"edge": element.name, "info": element.told[0]}
    return {"type": _told_type(digest, name)}


def _told_type(digest: Digest, name: str) -> dict[str, Any]:
    info, opts, stortype = digest["types"][name]
    return {"info": info, "opts": opts, "stortype": stortype}


def _add_type(digest: Digest, element: Element) -> Digest:
    base, opts, info = element.told
    base_info, base_opts, stortype = digest["types"][base]
    made = {**base_info, "bases": [*(base_info.get("bases") or ()), base], **info}
    return _with(digest, types={**digest["types"], str(element.name[0]): [made, {**base_opts, **opts}, stortype]})


def _add_form(digest: Digest, element: Element) -> Digest:
    digest = _add_type(digest, element)
    name = str(element.name[0])
    stortype = digest["types"][name][2]
    return _with(digest, forms={**digest["forms"], name: [stortype, dict.fromkeys(digest["univs"], 0), {}]})


def _add_prop(digest: Digest, element: Element) -> Digest:
    form, name = str(element.name[0]), str(element.name[1])
    (kind, opts), info = element.told
    stortype, props, rest = digest["forms"][form]
    props = {**props, name: [kind, opts, _stortype(digest, kind, opts), _rest(info)]}
    return _with(digest, forms={**digest["forms"], form: [stortype, props, rest]})


def _add_univ(digest: Digest, element: Element) -> Digest:
    name = f".{element.name[0]}"
    (kind, opts), info = element.told
    told = {
        "name": name,
        "full": name,
        "type": [kind, opts],
        "stortype": _stortype(digest, kind, opts),
        **_rest(info),
    }
    forms = {form: [stor, {**props, name: 0}, rest] for form, (stor, props, rest) in digest["forms"].items()}
    return _with(digest, univs={**digest["univs"], name: told}, forms=forms)


def _add_tagprop(digest: Digest, element: Element) -> Digest:
    name = str(element.name[0])
    (kind, opts), info = element.told
    told = {"name": name, "info": info, "type": [kind, opts], "stortype": _stortype(digest, kind, opts)}
    return _with(digest, tagprops={**digest["tagprops"], name: told})


def _add_edge(digest: Digest, element: Element) -> Digest:
    others = [edge for edge in digest["edges"] if tuple(edge[0]) != element.name]
    return _with(digest, edges=[*others, [list(element.name), element.told[0]]])


def _drop_type(digest: Digest, element: Element) -> Digest:
    return _with(digest, types=_without(digest["types"], element.name[0]))


def _drop_form(digest: Digest, element: Element) -> Digest:
    return _with(_drop_type(digest, element), forms=_without(digest["forms"], element.name[0]))


def _drop_prop(digest: Digest, element: Element) -> Digest:
    form = str(element.name[0])
    stortype, props, rest = digest["forms"][form]
    return _with(digest, forms={**digest["forms"], form: [stortype, _without(props, element.name[1]), rest]})


def _drop_univ(digest: Digest, element: Element) -> Digest:
    name = f".{element.name[0]}"
    forms = {form: [stor, _without(props, name), rest] for form, (stor, props, rest) in digest["forms"].items()}
    return _with(digest, univs=_without(digest["univs"], name), forms=forms)


def _drop_tagprop(digest: Digest, element: Element) -> Digest:
    return _with(digest, tagprops=_without(digest["tagprops"], element.name[0]))


def _drop_edge(digest: Digest, element: Element) -> Digest:
    return _with(digest, edges=[edge for edge in digest["edges"] if tuple(edge[0]) != element.name])


def _stortype(digest: Digest, kind: str, opts: Mapping[str, Any]) -> int:
    """The storage type of a type with options of its own; that of an array tells that of its items."""
    info, own, stortype = digest["types"][kind]
    if kind == "array" or "array" in (info.get("bases") or ()):
        item = {**own, **opts}.get("type", "int")
        return ARRAY | int(digest["types"][item][2]) if item in digest["types"] else int(stortype)
    return int(stortype)


def _rest(info: Mapping[str, Any]) -> dict[str, Any]:
    return {key: info[key] for key in PROP_INFO if key in info}


def _with(digest: Digest, **parts: Any) -> Digest:
    made: Any = {**digest, **parts}
    found: Digest = made
    return found


def _without(part: Mapping[str, Any], name: str | None) -> dict[str, Any]:
    return {key: item for key, item in part.items() if key != name}


_ADD = {
    TYPE: _add_type,
    FORM: _add_form,
    PROP: _add_prop,
    UNIV: _add_univ,
    TAGPROP: _add_tagprop,
    EDGE: _add_edge,
}
_DROP = {
    TYPE: _drop_type,
    FORM: _drop_form,
    PROP: _drop_prop,
    UNIV: _drop_univ,
    TAGPROP: _drop_tagprop,
    EDGE: _drop_edge,
}
