"""Norms, filters, lifts, orders and texts of values against what a real Cortex 2.250.0 answered.

`recorded/norms.json` holds [prop, value, typeopts, answer], the answer being ["OK", norm, info?] or ["ERR", code, mesg] of
POST /api/v1/model/norm. `recorded/comparisons.json` holds all values of some forms in the order of their lift, with how each
is shown, and [form, comparator, value, lift, filter]: what `form<cmpr>$v` and `form +form<cmpr>$v` gave.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from deadringer.server.model.contract import ModelError
from deadringer.server.model.model import Model
from deadringer.server.model.types.lifts import lift

from .conftest import with_forms

RECORDED = Path(__file__).parent / "recorded"


@cache
def recorded(name: str) -> dict[str, Any]:
    table: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    return table


@cache
def model_of(name: str) -> Model:
    return with_forms(recorded(name)["forms"])


def rows_by(name: str) -> list[str]:
    return sorted({row[0] for row in recorded(name)["rows"]})


def as_tuple(valu: Any) -> Any:
    return tuple(as_tuple(item) for item in valu) if isinstance(valu, list) else valu


def refused(error: ModelError) -> list[Any]:
    return ["ERR", error.name, error.mesg or None]


def test_every_value_is_normed_as_the_real_cortex_norms_it() -> None:
    wrong = []
    model = model_of("norms")
    for prop, valu, typeopts, want in recorded("norms")["rows"]:
        try:
            normed = model.norm(prop, valu, typeopts)
            got = ["OK", normed.valu] + ([normed.info()] if normed.info() else [])
        except ModelError as error:
            got = refused(error)
        # As text: the order of keys is part of the answer.
        if json.dumps(got) != json.dumps(want):
            wrong.append((prop, valu, typeopts, want, got))
    assert not wrong


@pytest.mark.parametrize("form", rows_by("comparisons"))
def test_filters_keep_what_the_real_cortex_keeps(form: str) -> None:
    model, table = model_of("comparisons"), recorded("comparisons")
    found = model.form(form)
    assert found is not None
    for name, cmpr, valu, _, want in table["rows"]:
        if name != form:
            continue
        try:
            keep = found.type.compare(cmpr.lstrip("*"), valu)
            got = ["OK", [item for item in table["values"][form] if keep(as_tuple(item))]]
        except ModelError as error:
            got = refused(error)
        assert got == want, (cmpr, valu)


@pytest.mark.parametrize("form", rows_by("comparisons"))
def test_lifts_give_what_the_real_cortex_gives_in_its_order(form: str) -> None:
    model, table = model_of("comparisons"), recorded("comparisons")
    found = model.form(form)
    assert found is not None
    values = table["values"][form]
    # Long texts and null are ordered by more than their value there; what is lifted must still be the same.
    settled = form not in ("_t:str", "_t:data")
    index = sorted(((found.type.key(as_tuple(item)), item) for item in values), key=lambda entry: entry[0])
    if settled:
        assert [item for _, item in index] == values
    for name, cmpr, valu, want, _ in table["rows"]:
        if name != form:
            continue
        try:
            got = ["OK", read(found.type, found.stortype, cmpr.lstrip("*"), valu, index)]
        except ModelError as error:
            got = refused(error)
        if not settled and want[0] == "OK":
            got, want = ([answer[0], sorted(map(repr, answer[1]))] for answer in (got, want))
        assert got == want, (cmpr, valu)


@pytest.mark.parametrize("form", rows_by("comparisons"))
def test_values_are_shown_as_the_real_cortex_shows_them(form: str) -> None:
    model, table = model_of("comparisons"), recorded("comparisons")
    found = model.form(form)
    assert found is not None
    for valu, shown in zip(table["values"][form], table["reprs"][form], strict=True):
        got = json.loads(json.dumps(found.type.repr(as_tuple(valu))))
        assert got == (valu if shown is None else shown)


def read(type_: Any, stortype: int, cmpr: str, valu: Any, index: list[tuple[Any, Any]]) -> list[Any]:
    """The values that a lift reads of an index, as a layer would read them."""
    # Storm hands lists over as tuples, and its messages show them so.
    given = as_tuple(valu)
    got: list[Any] = []
    for span in lift(type_, stortype, cmpr, given):
        part = [
            item
            for key, item in index
            if (span.low is None or key >= span.low)
            and (span.high is None or key <= span.high)
            and (span.keep is None or span.keep(as_tuple(item)))
        ]
        got.extend(reversed(part) if span.reverse else part)
    return got
