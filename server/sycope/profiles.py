"""Traffic profiles: which of them a conversation matches, for `matchingTrafficProfiles()` (nql.md 12.6, open-74; all ours).

A profile is a config element of the category PROFILE:
{"name", "active"?, "rules": [{"client"?: "10.0.0.0/8", "server"?, "serverPort"?: 443, "protocol"?: 6}, ...]}
Each key of a rule may hold a list. It is loaded as it is; a rule that cannot be read matches nothing. This module is imported
where a query runs, as it loads the language.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ...storage import elements
from ...storage.database import Database
from ..nql import Value, addresses
from . import access
from .access import Viewer
from .choices import PROFILE

Test = Callable[[Value], bool]
KEYS = ("client", "server", "serverPort", "protocol")
NETWORKS = 2  # the first so many hold addresses and networks
# Conversations whose profiles are remembered while a query runs.
REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class Profile:
    """rules: the tests of client, server, port and protocol; None where any will do."""

    id: str
    name: str
    rules: tuple[tuple[Test | None, ...], ...]


class Profiles:
    """The profiles that one user sees, as they are when a query begins."""

    def __init__(self, database: Database, who: Viewer) -> None:
        """Raises Closed."""
        self._profiles = [
            Profile(each.id, name, _rules(each.config.get("rules")))
            for each in elements.listed(database, PROFILE)
            if access.sees(who, each)
            and each.config.get("active") is not False
            and isinstance(name := each.config.get("name"), str)
        ]
        self._remembered: dict[tuple[Any, ...], list[str]] = {}

    def matching(self, flow: Sequence[Value], by_name: bool, include_any: bool) -> list[str]:
        """The names or ids of the profiles with a rule that fits. flow: client, server, port, protocol.

        include_any: whether a rule fits that leaves open who asks, or who is asked.
        """
        key = (*map(str, flow), by_name, include_any)
        found = self._remembered.get(key)
        if found is None:
            found = [
                profile.name if by_name else profile.id
                for profile in self._profiles
                if any(_fits(rule, flow, include_any) for rule in profile.rules)
            ]
            if len(self._remembered) < REMEMBERED:
                self._remembered[key] = found
        return found


def _fits(rule: tuple[Test | None, ...], flow: Sequence[Value], include_any: bool) -> bool:
    if not include_any and None in rule[:NETWORKS]:
        return False
    return all(test is None or test(value) for test, value in zip(rule, flow, strict=True))


def _rules(given: Any) -> tuple[tuple[Test | None, ...], ...]:
    rules = [rule for rule in given if isinstance(rule, dict)] if isinstance(given, list) else []
    return tuple(tuple(_test(place, rule.get(key)) for place, key in enumerate(KEYS)) for rule in rules)


def _test(place: int, wanted: Any) -> Test | None:
    if wanted is None:
        return None
    items = wanted if isinstance(wanted, list) else [wanted]
    return _network_test(items) if place < NETWORKS else _number_test(items)


def _network_test(items: list[Any]) -> Test:
    texts = [item if "/" in item else f"{item}/{128 if ':' in item else 32}" for item in items if isinstance(item, str)]
    networks = [network for network in map(addresses.network, texts) if network is not None]

    def test(value: Value) -> bool:
        address = addresses.address_of(value)
        return address is not None and any(addresses.inside(address, network) for network in networks)

    return test


def _number_test(items: list[Any]) -> Test:
    numbers = frozenset(item for item in items if type(item) is int)
    return lambda value: type(value) is int and value in numbers
