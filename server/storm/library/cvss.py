"""`$lib.infosec.cvss`: vectors of the Common Vulnerability Scoring System and their scores."""

from __future__ import annotations

from typing import Any

from ...model.contract import ModelError
from ...model.types.it_cvss import norm_v2, norm_v3
from ..edits.editor import set_prop
from ..errors import StormError
from ..nodes.node import Node
from ..runtime import Runtime
from ..surface import Library, local
from ..values.containers import StormDict
from ..values.convert import python_name, to_bool, to_str
from . import cvss_scores

VERSIONS = ("2", "3.0", "3.1")
FORM = "risk:vuln"
BASE = ("AV", "AC", "PR", "UI", "S", "C", "I", "A")
SAVED = {
    "cvss:score": "score",
    "cvss:score:base": "base",
    "cvss:score:temporal": "temporal",
    "cvss:score:environmental": "environmental",
}


def vect_to_score(run: Runtime, me: Any, vect: Any, vers: Any = None) -> dict[str, Any]:
    if vers is not None and vers not in VERSIONS:
        mesg = f"Valid values for vers are: {[*VERSIONS, None]}, got {to_str(vers)}"
        raise StormError("BadArg", mesg)
    if not isinstance(vect, str):
        raise StormError("IndexError", "list index out of range")
    version = _version(vect) if vers is None else str(vers)
    try:
        vector = norm_v2(FORM, vect) if version == "2" else norm_v3(FORM, vect)
    except ModelError as error:
        raise StormError("BadDataValu", error.mesg) from error
    metrics = metrics_of(vector)
    scores = cvss_scores.v2(metrics) if version == "2" else cvss_scores.v3(metrics, version)
    return {
        "version": version,
        "score": scores.score,
        "base": scores.base,
        "temporal": scores.temporal,
        "environmental": scores.environmental,
        "normalized": vector,
    }


def _version(vect: str) -> str:
    """The version that a vector says it is of, or that its metrics show: Au is only in 2."""
    if "CVSS:3.0/" in vect:
        return "3.0"
    return "2" if vect.startswith("CVSS2#") or "Au:" in vect else "3.1"


def metrics_of(vector: str) -> dict[str, str]:
    return {name: valu for name, _, valu in (metric.partition(":") for metric in vector.split("/"))}


def vect_to_props(run: Runtime, me: Any, text: Any) -> dict[str, str]:
    run.warn("$lib.infosec.cvss.vectToProps() is deprecated.")
    return props_of(to_str(text))


def props_of(text: str) -> dict[str, str]:
    try:
        vector = norm_v3(FORM, text)
    except ModelError as error:
        raise StormError("BadArg", f"Invalid CVSS Vector: {text}") from error
    return {f"cvss:{name.lower()}": valu for name, valu in metrics_of(vector).items()}


def save_vect(run: Runtime, me: Any, node: Any, text: Any) -> None:
    run.warn("$lib.infosec.cvss.saveVectToNode() is deprecated.")
    for name, valu in props_of(to_str(text)).items():
        set_prop(run, vuln(node, "saveVectToNode"), name, valu)


def vuln(node: Any, name: str) -> Node:
    if not isinstance(node, Node) or node.form != FORM:
        raise StormError("BadArg", f"$lib.infosec.cvss.{name}() requires a {FORM} node.")
    return node


def calculate(run: Runtime, me: Any, node: Any, save: Any = True, vers: Any = "3.1") -> dict[str, Any]:
    run.warn("$lib.infosec.cvss.calculate() is deprecated.")
    found = vuln(node, "calculate")
    told = scored(dict(found.props), vers)
    if to_bool(save):
        scores = {"score": told["score"], **told["scores"]}
        for prop, name in SAVED.items():
            if scores[name] is not None:
                set_prop(run, found, prop, scores[name])
    return told


def calculate_from_props(run: Runtime, me: Any, props: Any, vers: Any = "3.1") -> dict[str, Any]:
    if vers == "3.1" and (isinstance(props, StormDict) or not isinstance(props, dict)):
        # The product takes only what it made itself.
        raise StormError("AttributeError", f"'{_class_name(props)}' object has no attribute 'get'")
    found = scored(props, vers)
    run.warn("$lib.infosec.cvss.calculateFromProps() is deprecated.")
    return found


def _class_name(valu: Any) -> str:
    return "Dict" if isinstance(valu, StormDict) else python_name(valu)


def scored(props: dict[str, Any], vers: Any) -> dict[str, Any]:
    """Scores of a node's cvss properties, in the product's form."""
    if vers != "3.1":
        raise StormError("BadArg", "Currently only vers=3.1 is supported.", vers=vers)
    names = (*BASE, *cvss_scores.TEMPORAL, *cvss_scores.V3_ENVIRONMENTAL)
    given = ((name, props.get(f"cvss:{name.lower()}")) for name in names)
    metrics = {name: valu for name, valu in given if valu not in (None, "X")}
    empty: dict[str, Any] = {"base": None, "temporal": None, "environmental": None}
    if not all(name in metrics for name in BASE):
        return {"ok": True, "version": "3.1", "score": None, "scores": empty}
    made = cvss_scores.v3(metrics, "3.1")
    scores = {
        "base": made.base,
        "temporal": made.temporal,
        "environmental": made.environmental,
        "impact": made.impact,
        "exploitability": made.exploitability,
    }
    return {"ok": True, "version": "3.1", "score": made.score, "scores": scores}


CVSS = Library(
    "lib.infosec.cvss",
    "CVSS vectors and scores.",
    (
        local(
            'calculate(node: node, save: boolean = true, vers: str = "3.1") -> dict',
            calculate,
            "Scores of a node by its properties, which can be set on it.",
            deprecated=True,
            writes=True,
        ),
        local(
            'calculateFromProps(props: dict, vers: str = "3.1") -> dict',
            calculate_from_props,
            "Scores by properties.",
            deprecated=True,
        ),
        local(
            "saveVectToNode(node: node, text: str) -> null",
            save_vect,
            "Set a node's properties of a vector.",
            deprecated=True,
            writes=True,
        ),
        local("vectToProps(text: str) -> dict", vect_to_props, "Properties of a vector.", deprecated=True),
        local("vectToScore(vect: str, vers: str = null) -> dict", vect_to_score, "The scores of a vector."),
    ),
)

LIBRARIES = (CVSS,)
