"""The corpus: queries with what a real Cortex (2.250) says of each, recorded through isvalidstorm (`cases/*.json`).

A case has `query`, perhaps `mode`, and `wrong` if the query is none: `at`, `line`, `column`, `token`, and either `mesg`, or
`looks` (what the token is called) and `expecting` (the place of the list of names in `cases/expecting.json`).
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from deadringer.server.storm import BadSyntax, parse

CASES = Path(__file__).parent / "cases"
NO_CASES = ("expecting", "known_gaps")


@dataclass(frozen=True, slots=True)
class Case:
    """One query and what is wrong with it, if anything is."""

    query: str
    mode: str
    wrong: dict[str, Any] | None

    @property
    def place(self) -> tuple[int, int, int] | None:
        """Offset, line and column."""
        return None if self.wrong is None else (self.wrong["at"], self.wrong["line"], self.wrong["column"])


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a parser says of a query: all None if it is one."""

    place: tuple[int, int, int] | None = None
    token: str | None = None
    mesg: str | None = None


@cache
def lists() -> list[str]:
    """What could have stood where something else does, as messages list it."""
    found: list[str] = json.loads((CASES / "expecting.json").read_text())
    return found


def topics() -> list[str]:
    """The names of the files with cases."""
    return sorted(path.stem for path in CASES.glob("*.json") if path.stem not in NO_CASES)


def cases(topic: str) -> list[Case]:
    """The cases of one file."""
    found = json.loads((CASES / f"{topic}.json").read_text("utf8"))
    return [Case(each["query"], each.get("mode", "storm"), each.get("wrong")) for each in found]


def known_gaps() -> list[tuple[str, str, str]]:
    """What is known to differ: the mode and the query, and what differs first: `verdict`, `place`, `token` or `mesg`."""
    return [
        (each["mode"], each["query"], each["differs"]) for each in json.loads((CASES / "known_gaps.json").read_text())
    ]


def wanted(case: Case) -> Verdict:
    """What the real one says."""
    if case.wrong is None:
        return Verdict()
    mesg = case.wrong.get("mesg")
    if mesg is None:
        expecting = lists()[case.wrong["expecting"]]
        line, column = case.wrong["line"], case.wrong["column"]
        mesg = (
            f"Unexpected token '{case.wrong['looks']}' at line {line}, column {column}, expecting one of: {expecting}"
        )
    return Verdict(case.place, case.wrong["token"], mesg)


def ours(case: Case) -> Verdict:
    """What our parser says."""
    try:
        parse(case.query, case.mode)
    except BadSyntax as error:
        return Verdict((error.at, error.line, error.column), error.token, error.mesg)
    return Verdict()
