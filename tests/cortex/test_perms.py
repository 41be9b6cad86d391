"""The permission model against a plain restatement of it (reference 3.1), on any users, roles, rules and gates."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from deadringer.server.perms import allowed
from deadringer.storage.accounts import Accounts, Gate, Role, Rule, User
from deadringer.storage.database import Database
from hypothesis import given
from hypothesis import strategies as st

PARTS = st.sampled_from(["a", "b", "c"])
PERMS = st.lists(PARTS, min_size=1, max_size=3).map(tuple)
RULES = st.lists(st.tuples(st.booleans(), PERMS), max_size=4).map(tuple)
GATE_IDENS = st.sampled_from(["g1", "g2"])
GATES = st.dictionaries(
    GATE_IDENS,
    st.builds(Gate, rules=st.none() | RULES, admin=st.none() | st.booleans()),
    max_size=2,
)
ROLES = st.lists(st.tuples(RULES, GATES), max_size=3).map(
    lambda facts: [Role(f"r{at}", f"role {at}", rules, gates) for at, (rules, gates) in enumerate(facts)]
)


def accounts_of(folder: str, roles: list[Role]) -> Accounts:
    database = Database(Path(folder) / "x.db", ("accounts",), durable=False)
    with database.write() as connection:
        Accounts.found(connection, users=[], roles=roles)
    return Accounts(database)


def naive(user: User, roles: list[Role], perm: tuple[str, ...], gate: str | None, default: bool) -> bool:
    """All rules in one list, the first whose text the permission's text starts with."""
    gates = [user.gates[gate]] if gate in user.gates else []
    if user.locked:
        return False
    if user.admin or any(each.admin for each in gates):
        return True
    rules: list[Rule] = [rule for each in gates for rule in each.rules or ()]
    rules += user.rules
    rules += [rule for role in roles if gate in role.gates for rule in role.gates[gate].rules or ()]
    rules += [rule for role in roles for rule in role.rules]
    wanted = ".".join(perm) + "."
    fitting = [allow for allow, path in rules if wanted.startswith(".".join(path) + ".")]
    return fitting[0] if fitting else default


@given(
    roles=ROLES,
    rules=RULES,
    gates=GATES,
    perm=PERMS,
    gate=st.none() | GATE_IDENS,
    flags=st.sampled_from([(False, False)] * 6 + [(True, False), (False, True), (True, True)]),
    default=st.booleans(),
    gone=st.booleans(),
)
def test_as_the_plain_restatement(
    roles: list[Role],
    rules: tuple[Rule, ...],
    gates: dict[str, Gate],
    perm: tuple[str, ...],
    gate: str | None,
    flags: tuple[bool, bool],
    default: bool,
    gone: bool,
) -> None:
    idens = tuple(role.iden for role in roles) + (("deleted",) if gone else ())
    user = User("u", "bob", locked=flags[0], admin=flags[1], roles=idens, rules=rules, gates=gates)
    with TemporaryDirectory() as folder:
        accounts = accounts_of(folder, roles)
        assert allowed(accounts, user, perm, gate, default) == naive(user, roles, perm, gate, default)


def rule(text: str) -> Rule:
    return not text.startswith("!"), tuple(text.removeprefix("!").split("."))


@pytest.mark.parametrize(
    ("rules", "perm", "answer"),
    [
        (["a"], "a", True),
        (["a"], "a.b.c", True),
        (["a.b"], "a", False),
        (["a"], "ab", False),
        (["!a.b", "a"], "a.b.c", False),
        (["!a.b", "a"], "a.c", True),
        (["a", "!a.b"], "a.b", True),
        ([], "a", False),
    ],
)
def test_the_first_rule_that_is_a_prefix_decides(tmp_path: Path, rules: list[str], perm: str, answer: bool) -> None:
    user = User("u", "bob", rules=tuple(map(rule, rules)))
    assert allowed(accounts_of(str(tmp_path), []), user, tuple(perm.split("."))) is answer


def test_the_order_of_the_four_places(tmp_path: Path) -> None:
    """On the gate by the user, by the user, on the gate by a role, by a role; each overrules what comes after it."""
    yes, no = (rule("a"),), (rule("!a"),)
    for place in range(4):
        sides = [no if at >= place + 1 else yes if at == place else () for at in range(4)]
        role = Role("r", "r", rules=sides[3], gates={"g": Gate(rules=sides[2])})
        user = User("u", "bob", roles=("r",), rules=sides[1], gates={"g": Gate(rules=sides[0])})
        folder = tmp_path / str(place)
        folder.mkdir()
        assert allowed(accounts_of(str(folder), [role]), user, ("a",), "g") is True


def test_a_gates_rules_speak_for_that_gate_only(tmp_path: Path) -> None:
    user = User("u", "bob", gates={"g": Gate(rules=(rule("a"),)), "h": Gate(admin=True)})
    accounts = accounts_of(str(tmp_path), [])
    assert [allowed(accounts, user, ("a",), gate) for gate in ("g", "h", "i", None)] == [True, True, False, False]
    assert [allowed(accounts, user, ("z",), gate) for gate in ("g", "h", "i", None)] == [False, True, False, False]
