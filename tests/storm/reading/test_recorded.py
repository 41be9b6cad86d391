"""Lifts, filters, pivots and values of nodes answer as a real Cortex (2.250.0) did over the same nodes.

Recorded are the nodes in their order, with how each was come by (`links`), what is printed and warned of, and errors with
the stretch of text that they mark.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from ..edits.asking import Asking

CASES = Path(__file__).parent / "cases"
RECORDED = [
    pytest.param(case["query"], case["answer"], id=f"{path.stem}-{number}")
    for path in sorted(CASES.glob("*.json"))
    if path.stem != "setup"
    for number, case in enumerate(json.loads(path.read_text()))
]


def shown(kind: str, info: Any) -> Any:
    """A message in the form of the recordings."""
    if kind == "node":
        (form, valu), told = info
        links = [[iden[:8], link] for iden, link in told.get("links") or ()]
        return ["node", [form, valu, links] if links else [form, valu]]
    if kind == "err":
        details = dict(info[1])
        marked = details.pop("highlight", None)
        return ["err", info[0], details, None if marked is None else marked["offsets"]]
    return [kind, info]


@pytest.mark.parametrize(("query", "answer"), RECORDED)
def test_answers_as_recorded(graph: Asking, query: str, answer: list[Any]) -> None:
    found = [shown(kind, info) for kind, info in graph.messages(query, links=True) if kind not in ("init", "fini")]
    assert found == answer, query
