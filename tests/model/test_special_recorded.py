"""Special-purpose types against what a real Cortex 2.250.0 answered: norms, texts, filters, lifts and their order.

`recorded/special_norms.json` holds [type, value, answer], the answer being ["OK", norm, info, shown] or
["ERR", name, mesg] of `$lib.model.type(type)`; what is shown there is that of the normed value normed again, or null where
that is refused. `recorded/special_comparisons.json` is as `comparisons.json` (test_recorded.py).
"""

import json
from functools import cache
from typing import Any

import pytest
from deadringer.server.model.contract import ModelError, Type
from deadringer.server.model.model import Model

from .conftest import with_forms
from .test_recorded import as_tuple, read, recorded, refused, rows_by

NORMS, COMPARISONS = "special_norms", "special_comparisons"


@cache
def comparing_model() -> Model:
    return with_forms(recorded(COMPARISONS)["forms"])


def form_type(form: str) -> tuple[Type, int]:
    found = comparing_model().form(form)
    assert found is not None
    assert found.stortype is not None
    return found.type, found.stortype


@pytest.mark.parametrize("name", rows_by(NORMS))
def test_values_are_normed_as_the_real_cortex_norms_them(model: Model, name: str) -> None:
    type_ = model.type(name)
    wrong = []
    for row_name, valu, want in recorded(NORMS)["rows"]:
        if row_name != name:
            continue
        try:
            normed = type_.norm(valu)
            got = ["OK", normed.valu, normed.info()]
        except ModelError as error:
            got = refused(error)
        # As text: the order of keys is part of the answer.
        if json.dumps(got) != json.dumps(want[:3]):
            wrong.append((valu, want, got))
    assert not wrong


@pytest.mark.parametrize("name", rows_by(NORMS))
def test_normed_values_are_shown_as_the_real_cortex_shows_them(model: Model, name: str) -> None:
    type_ = model.type(name)
    for row_name, valu, want in recorded(NORMS)["rows"]:
        if row_name != name or want[0] != "OK" or want[3] is None:
            continue
        shown = type_.repr(type_.norm(type_.norm(valu).valu).valu)
        assert json.loads(json.dumps(shown)) == want[3], valu


@pytest.mark.parametrize("form", rows_by(COMPARISONS))
def test_filters_keep_what_the_real_cortex_keeps(form: str) -> None:
    type_, _ = form_type(form)
    table = recorded(COMPARISONS)
    for name, cmpr, valu, _, want in table["rows"]:
        if name != form:
            continue
        try:
            keep = type_.compare(cmpr.lstrip("*"), valu)
            got = ["OK", [item for item in table["values"][form] if keep(as_tuple(item))]]
        except ModelError as error:
            got = refused(error)
        assert got == want, (cmpr, valu)


@pytest.mark.parametrize("form", rows_by(COMPARISONS))
def test_lifts_give_what_the_real_cortex_gives_in_its_order(form: str) -> None:
    type_, stortype = form_type(form)
    table = recorded(COMPARISONS)
    values = table["values"][form]
    index = sorted(((type_.key(as_tuple(item)), item) for item in values), key=lambda entry: entry[0])
    assert [item for _, item in index] == values
    for name, cmpr, valu, want, _ in table["rows"]:
        if name != form:
            continue
        try:
            got: list[Any] = ["OK", read(type_, stortype, cmpr.lstrip("*"), valu, index)]
        except ModelError as error:
            got = refused(error)
        assert got == want, (cmpr, valu)


@pytest.mark.parametrize("form", rows_by(COMPARISONS))
def test_values_of_nodes_are_shown_as_the_real_cortex_shows_them(form: str) -> None:
    type_, _ = form_type(form)
    table = recorded(COMPARISONS)
    for valu, shown in zip(table["values"][form], table["reprs"][form], strict=True):
        got = json.loads(json.dumps(type_.repr(as_tuple(valu))))
        assert got == (valu if shown is None else shown)
