"""The case files: every function, aggregation and command, for value, null, wrong type and wrong count of arguments."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from deadringer.server.nql import NqlError, Row, parse, plan
from deadringer.server.nql.aggregates import AGGREGATIONS
from deadringer.server.nql.functions import FUNCTIONS
from deadringer.server.nql.parse import COMMANDS
from deadringer.server.nql.parse_expression import FORMS
from deadringer.server.nql.syntax import Assign, Call, Expr, Field, Literal, Pipeline, Records, Set

from .casefiles import CASES, Chunk, Line, chunks, lines
from .surroundings import Surroundings, answer

FUNCTION_FILES = sorted(path.name for path in CASES.glob("functions_*.cases"))
FUNCTION_LINES = [line for name in FUNCTION_FILES for line in lines(name)]
AGGREGATION_LINES = lines("aggregations.cases")
CHUNKS = [chunk for name in ("commands.cases", "filters.cases", "syntax.cases") for chunk in chunks(name)]
SHOWN = {"value", "null", "type", "count"}
# Other names of commands.
ALIASES = {"source", "collector"}


def shown(value: Any) -> str:
    """As text: 1 is not 1.0, and the order of fields matters."""
    return json.dumps(value, ensure_ascii=False)


def check(gives: str, ask: Callable[[], list[Any]]) -> None:
    """That what is asked for gives this: JSON of the one value, or an error with this in its message."""
    if gives.startswith("error "):
        with pytest.raises(NqlError, match=re.escape(gives.removeprefix("error "))):
            ask()
    else:
        assert [shown(value) for value in ask()] == [shown(json.loads(gives))]


@pytest.mark.parametrize("line", FUNCTION_LINES, ids=lambda line: line.place)
def test_function(line: Line) -> None:
    query = f'records {{"name": "x"}} | set r={line.asks}'
    check(line.gives, lambda: [row["r"] for row in answer(query)])


@pytest.mark.parametrize(
    "line", [line for line in FUNCTION_LINES if not line.gives.startswith("error")], ids=lambda line: line.place
)
def test_function_gives_the_same_of_fields_as_of_constants(line: Line) -> None:
    # Constants are computed once, fields for each row: two ways through the compiler.
    (assigned,) = parse(f"set r={line.asks}").stages
    assert isinstance(assigned, Set)
    row: Row = {}
    expr = _with_fields(assigned.assigns[0].value, row)
    stage = replace(assigned, assigns=(Assign("r", expr),))
    pipeline = Pipeline((Records((row,), assigned.span), stage), assigned.span)
    check(line.gives, lambda: [found["r"] for found in plan(pipeline, Surroundings()).run()])


@pytest.mark.parametrize("line", AGGREGATION_LINES, ids=lambda line: line.place)
def test_aggregation(line: Line) -> None:
    asks, _, values = line.asks.partition(" over ")
    rows: list[Row] = [{"x": value} for value in json.loads(values or "[1]")]
    query = f'src stream="x" | aggr r={asks}'
    check(line.gives, lambda: [row["r"] for row in answer(query, Surroundings({"x": rows}))])


@pytest.mark.parametrize("chunk", CHUNKS, ids=lambda chunk: chunk.title)
def test_query(chunk: Chunk) -> None:
    if chunk.error is None:
        assert [shown(row) for row in answer(chunk.query)] == [shown(json.loads(row)) for row in chunk.rows]
    else:
        with pytest.raises(NqlError, match=re.escape(chunk.error)):
            answer(chunk.query)


def test_there_are_101_functions_22_commands_and_11_aggregations() -> None:
    assert len(FUNCTIONS) + len(FORMS) == 101
    assert len(COMMANDS.keys() - ALIASES) == 22
    assert len(AGGREGATIONS) == 11


@pytest.mark.parametrize("name", [*FUNCTIONS, *FORMS])
def test_every_function_has_every_kind_of_case(name: str) -> None:
    found = {line.shows for line in FUNCTION_LINES if line.asks.lstrip("$").startswith(f"{name}(")}
    takes_any = name in FORMS or FUNCTIONS[name].parameters
    assert found == SHOWN if takes_any else found == {"value", "count"}


@pytest.mark.parametrize("name", AGGREGATIONS)
def test_every_aggregation_has_every_kind_of_case(name: str) -> None:
    assert {line.shows for line in AGGREGATION_LINES if line.asks.startswith(f"{name}(")} == SHOWN


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - ALIASES))
def test_every_command_has_every_kind_of_case(name: str) -> None:
    titles = [chunk.title.replace(":", "").split() for chunk in chunks("commands.cases")]
    assert {words[1] for words in titles if words[0].lower() == name} == SHOWN


def _with_fields(expr: Expr, row: Row) -> Expr:
    """The expression with fields instead of the constants that are arguments; their values go into the row."""
    if isinstance(expr, Literal):
        name = f"f{len(row)}"
        row[name] = expr.value
        return Field(name, expr.span)
    if isinstance(expr, Call):
        return replace(expr, arguments=tuple(_with_fields(argument, row) for argument in expr.arguments))
    return expr
