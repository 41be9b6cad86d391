"""The table of choices: complete, and true about where each is carried out."""

import re
from pathlib import Path

import deadringer.server.nql as nql
from deadringer.server.nql import choices

FOLDER = Path(str(nql.__file__)).parent
ROWS = re.findall(r"^\| ([0-9, ]+) \| .+ \| (\w+) \|$", choices.__doc__ or "", re.MULTILINE)
NUMBERS = {int(number): place for numbers, place in ROWS for number in numbers.split(", ")}
# Streams, jobs and HTTP.
OF_THE_CALLER = set(range(84, 90))


def test_every_open_question_has_its_choice() -> None:
    assert NUMBERS.keys() | OF_THE_CALLER == set(range(1, 90))


def test_the_module_of_a_choice_cites_its_number() -> None:
    missing = [
        f"open-{number} in {place}"
        for number, place in NUMBERS.items()
        if not re.search(rf"open-{number}\b", (FOLDER / f"{place}.py").read_text())
    ]
    assert missing == []


def test_code_cites_only_numbers_of_the_table() -> None:
    cited = {int(number) for path in FOLDER.glob("*.py") for number in re.findall(r"open-([0-9]+)", path.read_text())}
    assert cited <= NUMBERS.keys()
