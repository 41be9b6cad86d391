"""Our parser against what a real Cortex said of over six thousand queries: verdict and place for every one, token and
message but for the known gaps, which must be gaps."""

from collections import Counter

import pytest

from .corpus import Case, cases, known_gaps, ours, topics, wanted


def difference(case: Case) -> str | None:
    """The first thing that differs, of verdict, place, token and message."""
    real, made = wanted(case), ours(case)
    if (real.place is None) != (made.place is None):
        return "verdict"
    for name in ("place", "token", "mesg"):
        if getattr(real, name) != getattr(made, name):
            return name
    return None


@pytest.mark.parametrize("topic", topics())
def test_answers_are_those_of_a_real_cortex_but_for_the_known_gaps(topic: str) -> None:
    found = cases(topic)
    assert found
    gaps = [(case.mode, case.query, different) for case in found if (different := difference(case)) is not None]
    # A gap that closes leaves the list; a new one does not come in.
    queries = {(case.mode, case.query) for case in found}
    assert sorted(gaps) == sorted(gap for gap in known_gaps() if gap[:2] in queries)


def test_the_corpus_is_as_large_and_the_gaps_are_as_few_as_it_says() -> None:
    found = [case for topic in topics() for case in cases(topic)]
    refused = [case for case in found if case.wrong is not None]
    assert len({(case.mode, case.query) for case in found}) == len(found) >= 6500
    assert len(refused) >= 3900
    differing = Counter(gap[2] for gap in known_gaps())
    assert set(differing) <= {"verdict", "place", "token", "mesg"}
    assert differing["verdict"] + differing["place"] <= 12
    # One in twenty-five at most.
    assert differing.total() * 25 <= len(refused)
