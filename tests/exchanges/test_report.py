"""docs/evidence.md is what the scenarios and the list of known gaps say."""

from pathlib import Path

import pytest
from deadringer.fixtures.evidence import gaps
from deadringer.fixtures.evidence.commands import known_gaps
from deadringer.fixtures.evidence.report import report, shares, summary
from deadringer.fixtures.evidence.scenario import read_all

EVIDENCE = Path(__file__).resolve().parents[2] / "docs" / "evidence.md"


def test_the_page_is_current() -> None:
    assert EVIDENCE.read_text(encoding="utf-8") == report(), "deadringer evidence report > docs/evidence.md"


def test_the_whole_is_the_sum_of_its_areas() -> None:
    *areas, whole = summary()
    assert whole.steps == sum(area.steps for area in areas) == sum(len(scenario.evidence) for scenario in read_all())
    assert whole.missing == sum(share.missing for share in shares())


@pytest.mark.parametrize("line", ["doors/login", "doors/login#root", "doors/login  reason", "#root"])
def test_a_gap_without_step_or_reason_is_refused(line: str, tmp_path: Path) -> None:
    path = tmp_path / "known_gaps.txt"
    path.write_text(f"# a comment\n\n{line}x\n" if line.startswith("#") else f"{line}\n")
    if line.startswith("#"):
        assert gaps.read(path) == []
        return
    with pytest.raises(gaps.BadGap):
        gaps.read(path)


def test_every_step_that_is_not_answered_is_named() -> None:
    assert len(known_gaps()) == summary()[-1].missing


def test_a_gap_of_an_unknown_step_is_refused() -> None:
    scenario = read_all(only="doors/login")[0]
    with pytest.raises(gaps.BadGap):
        gaps.of(scenario, [gaps.Gap("doors/login", "newp", "reason")])


def test_a_star_stands_for_all_steps() -> None:
    scenario = read_all(only="doors/login")[0]
    assert len(gaps.of(scenario, [gaps.Gap("doors/login", "*", "reason")])) == len(scenario.evidence)


def test_the_list_is_rewritten_from_a_replay(tmp_path: Path) -> None:
    scenario = read_all(only="doors/login")[0]
    names = [step.name for step in scenario.evidence]
    path = tmp_path / "known_gaps.txt"
    path.write_text(f"# head\ndoors/login#{names[0]}  old\ndoors/login#{names[1]}  closed\n")
    answered = {f"doors/login#{name}": name != names[2] for name in names[1:]}
    with pytest.raises(gaps.BadGap, match="need a reason"):
        gaps.rewrite([scenario], answered, "", path)
    gaps.rewrite([scenario], answered, "new", path)
    assert path.read_text() == f"# head\ndoors/login#{names[0]}  old\ndoors/login#{names[2]}  new\n"
    gaps.rewrite([scenario], dict.fromkeys(answered, False) | {f"doors/login#{names[0]}": False}, "new", path)
    assert path.read_text().count("\n") == 1 + len(names)
    path.write_text("# head\n")
    gaps.rewrite([scenario], {f"doors/login#{name}": False for name in names}, "all", path)
    assert path.read_text() == "# head\ndoors/login#*  all\n"
