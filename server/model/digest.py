"""The compact form of a data model: from and to what `GET /api/v1/model` answers.

The data files hold this form without prose; `--model FILE` is brought into it with prose. It keeps names, types, options,
flags and their order, and knows nothing of type classes.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict

import orjson

DATA = Path(__file__).parent / "data"
FILES = ("types", "forms", "edges", "interfaces", "univs", "tagprops")

_PROSE = ("ex",)  # left out of the data files; `doc` stays as an empty text in its place
_SENTENCES = ("doc", "date", "description", "$comment")  # their texts are emptied wherever they stand


class Digest(TypedDict):
    """types: [info, opts, stortype]; forms: [stortype, props, rest], a prop being [type, opts, stortype, rest].

    A universal prop of a form is 0, as it repeats what `univs` says. The other four are as the product answers them.
    """

    types: dict[str, list[Any]]
    forms: dict[str, list[Any]]
    edges: list[Any]
    interfaces: dict[str, Any]
    univs: dict[str, Any]
    tagprops: dict[str, Any]


def compact(answer: Mapping[str, Any], *, prose: bool) -> Digest:
    """The compact form of the `result` of `/api/v1/model`; without `prose`, no text of the product's is left in it."""
    result = dict(answer) if prose else _unworded(answer)
    univs = result["univs"]
    return {
        "types": {name: [type_["info"], type_["opts"], type_["stortype"]] for name, type_ in result["types"].items()},
        "forms": {name: _compact_form(name, form, univs) for name, form in result["forms"].items()},
        "edges": result["edges"],
        "interfaces": result["interfaces"],
        "univs": univs,
        "tagprops": result["tagprops"],
    }


def expand(digest: Digest) -> dict[str, Any]:
    """What `/api/v1/model` answers."""
    types, univs = digest["types"], digest["univs"]
    return {
        "types": {name: {"info": info, "opts": opts, "stortype": kind} for name, (info, opts, kind) in types.items()},
        "forms": {name: expand_form(name, form, univs) for name, form in digest["forms"].items()},
        "edges": digest["edges"],
        "univs": univs,
        "tagprops": digest["tagprops"],
        "interfaces": digest["interfaces"],
    }


def expand_prop(form: str, name: str, prop: Any, univs: Mapping[str, Any]) -> dict[str, Any]:
    """One prop as the product describes it."""
    full = full_name(form, name)
    if prop == 0:
        return {**univs[name], "full": full}
    type_, opts, stortype, rest = prop
    return {"name": name, "full": full, "type": [type_, opts], "stortype": stortype, **rest}


def full_name(form: str, name: str) -> str:
    """`inet:ipv4:asn`, but `inet:ipv4.seen`: universal props carry their dot."""
    return f"{form}{name}" if name.startswith(".") else f"{form}:{name}"


def read_data() -> Digest:
    """The model that ships with the package."""
    parts: Any = {name: orjson.loads((DATA / f"{name}.json").read_bytes()) for name in FILES}
    digest: Digest = parts
    return digest


def read_answer(path: Path) -> Digest:
    """The model in a file that holds an answer of any Cortex's `/api/v1/model`, with or without its wrapper.

    Raises OSError, or ValueError for a file that holds no such answer.
    """
    answer = orjson.loads(path.read_bytes())
    if isinstance(answer, dict) and "result" in answer:
        answer = answer["result"]
    if not isinstance(answer, dict) or any(name not in answer for name in FILES):
        raise ValueError(f"{path}: not an answer of /api/v1/model (it must hold {', '.join(FILES)})")
    try:
        digest = compact(answer, prose=True)
        _check(digest)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path}: not a whole answer of /api/v1/model ({type(error).__name__}: {error})") from error
    return digest


def write_data(digest: Digest, folder: Path) -> None:
    """Write the data files: one element a line, so that a change of the model is a readable diff."""
    for name in FILES:
        part: Any = digest[name]  # type: ignore[literal-required]  # FILES are its keys
        (folder / f"{name}.json").write_bytes(_lines(part))


def _check(digest: Digest) -> None:
    """Look at what `compact` takes as it comes, so that a broken file is refused at start. Raises what Python raises."""
    types = digest["types"]
    for name, (_, props, _) in digest["forms"].items():
        kinds = [name, *(prop[0] for prop in props.values() if prop != 0)]
        if unknown := [kind for kind in kinds if kind not in types]:
            raise ValueError(f"the form {name} needs the types {', '.join(map(str, unknown))}")
    for (_, verb, _), _ in digest["edges"]:
        if not isinstance(verb, str):
            raise TypeError(f"an edge has the verb {verb!r}")


def _compact_form(name: str, form: Mapping[str, Any], univs: Mapping[str, Any]) -> list[Any]:
    props: dict[str, Any] = {}
    for rel, prop in form["props"].items():
        if rel in univs and prop == {**univs[rel], "full": full_name(name, rel)}:
            props[rel] = 0
            continue
        type_, opts = prop["type"]
        rest = {key: valu for key, valu in prop.items() if key not in ("name", "full", "type", "stortype")}
        props[rel] = [type_, opts, prop["stortype"], rest]
    rest = {key: valu for key, valu in form.items() if key not in ("name", "props", "stortype")}
    return [form["stortype"], props, rest]


def expand_form(name: str, form: list[Any], univs: Mapping[str, Any]) -> dict[str, Any]:
    """One form as the product describes it."""
    stortype, props, rest = form
    shown = {rel: expand_prop(name, rel, prop, univs) for rel, prop in props.items()}
    return {"name": name, "props": shown, "stortype": stortype, **rest}


def _unworded(valu: Any) -> Any:
    """The value without examples, and with empty texts where sentences stood."""
    if isinstance(valu, dict):
        return {
            key: "" if key in _SENTENCES and isinstance(item, str) else _unworded(item)
            for key, item in valu.items()
            if not (key in _PROSE and isinstance(item, str))
        }
    if isinstance(valu, list):
        return [_unworded(item) for item in valu]
    return valu


def _lines(part: Any) -> bytes:
    if isinstance(part, dict):
        items = [orjson.dumps(key) + b":" + orjson.dumps(valu) for key, valu in part.items()]
        return b"{\n" + b",\n".join(items) + b"\n}\n"
    return b"[\n" + b",\n".join(orjson.dumps(item) for item in part) + b"\n]\n"
