"""Every recorded scenario is played against Dead Ringer, in a world of its own.

The list of known gaps is held to the truth in both directions: a step that is not on it must be answered as the real
Cortex answered it, and one that is on it must not.
"""

import os
from collections.abc import Iterator

import pytest
from deadringer.fixtures.evidence import gaps
from deadringer.fixtures.evidence.connection import connect
from deadringer.fixtures.evidence.replay import replay_one
from deadringer.fixtures.evidence.scenario import Scenario, read_all
from deadringer.fixtures.evidence.target import TargetError, find

from ..server.running_command import Served

SCENARIOS = read_all()
KNOWN = gaps.read()


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Who is asked: the server at DEADRINGER_EVIDENCE_URL, else one for all scenarios. TLS, as cookies are marked for it."""
    if given := os.environ.get("DEADRINGER_EVIDENCE_URL"):
        yield given
        return
    with Served(tmp_path_factory.mktemp("served"), "--ephemeral") as server:
        yield server.urls["https"]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario.id for scenario in SCENARIOS])
async def test_scenario_is_answered_as_recorded(url: str, scenario: Scenario) -> None:
    known = gaps.of(scenario, KNOWN)
    async with connect() as session:
        outcomes = await replay_one(session, await find(session, url), scenario)
    assert [outcome.step for outcome in outcomes] == [step.name for step in scenario.evidence]
    wrong = [str(outcome) for outcome in outcomes if outcome.differences and outcome.step not in known]
    closed = [outcome.step for outcome in outcomes if not outcome.differences and outcome.step in known]
    assert not wrong, f"{len(wrong)} of {len(outcomes)} steps differ from the record:\n" + "\n".join(wrong)
    assert not closed, f"known gaps of {scenario.id} that are none any more, take them off the list: {closed}"


def test_known_gaps_name_scenarios_that_exist() -> None:
    assert {gap.scenario for gap in KNOWN} <= {scenario.id for scenario in SCENARIOS}


def test_evidence_is_broad() -> None:
    steps = sum(len(scenario.evidence) for scenario in SCENARIOS)
    pairs = sum(len(scenario.evidence) for scenario in SCENARIOS if scenario.area == "types")
    graph = sum(len(scenario.evidence) for scenario in SCENARIOS if scenario.area.startswith("graph-"))
    assert steps >= 4200
    assert pairs >= 1100
    assert graph >= 1800


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "newp", "ftp://127.0.0.1"])
async def test_a_server_that_does_not_answer_is_told(url: str) -> None:
    async with connect() as session:
        with pytest.raises(TargetError, match=f"{url} does not answer"):
            await find(session, url)
