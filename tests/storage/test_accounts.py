"""Accounts: each method, what is refused, and that the database always holds what memory holds."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from deadringer.storage.accounts import Accounts, ApiKey, Gate, Role, Session, User
from deadringer.storage.database import Database
from deadringer.storage.errors import Closed, Conflict, NotFound

ALICE = User("a" * 32, "alice", email="alice@example.com", admin=True, secret="hash")
BOB = User("b" * 32, "bob")
READERS = Role("1" * 32, "readers", rules=((True, ("node", "read")), (False, ("node",))))
FULL = User(
    iden="f" * 32,
    name="full",
    email="full@example.com",
    admin=True,
    locked=True,
    archived=True,
    secret="hash",
    onepass="once",
    onepass_expires_ms=12,
    roles=(READERS.iden,),
    rules=((True, ("a", "b")), (False, ())),
    gates={"gate": Gate(rules=((True, ("c",)),), admin=False), "bare": Gate(), "own": Gate(admin=True)},
)
KEY = ApiKey("k1", ALICE.iden, "first", "hash", created_ms=5, updated_ms=6, expires_ms=7)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "accounts.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    database = Database(path, ("accounts",))
    yield database
    database.close()


@pytest.fixture
def accounts(database: Database) -> Accounts:
    return Accounts(database)


def reopened(database: Database) -> Accounts:
    """The accounts as a new process finds them in the same file."""
    return Accounts(database)


def test_the_founders_of_a_realm_are_there_when_it_opens(database: Database) -> None:
    with database.write() as connection:
        Accounts.found(connection, users=[FULL], roles=[READERS])
    accounts = Accounts(database)
    assert accounts.users() == [FULL]
    assert accounts.roles() == [READERS]


def test_users_are_found_by_iden_and_name_and_listed_by_name(accounts: Accounts, database: Database) -> None:
    for user in (BOB, FULL, ALICE):
        assert accounts.add_user(user) is user
    for found in (accounts, reopened(database)):
        assert found.users() == [ALICE, BOB, FULL]
        assert found.user(BOB.iden) == BOB
        assert found.user_named("full") == FULL
        assert found.user("nobody") is None
        assert found.user_named("nobody") is None


@pytest.mark.parametrize(
    "other",
    [
        replace(BOB, name="alice"),
        replace(BOB, email=ALICE.email),
        replace(BOB, iden=ALICE.iden),
    ],
    ids=["name", "e-mail", "iden"],
)
def test_a_user_that_would_take_what_anothers_is_is_refused(
    accounts: Accounts, database: Database, other: User
) -> None:
    accounts.add_user(ALICE)
    with pytest.raises(Conflict):
        accounts.add_user(other)
    for found in (accounts, reopened(database)):
        assert found.users() == [ALICE]
        assert found.user_named("bob") is None


def test_users_without_an_email_do_not_collide(accounts: Accounts) -> None:
    accounts.add_user(BOB)
    accounts.add_user(User("c", "carol"))
    assert len(accounts.users()) == 2


def test_changing_a_user(accounts: Accounts, database: Database) -> None:
    accounts.add_user(ALICE)
    changed = accounts.change_user(ALICE.iden, lambda user: replace(user, name="alicia", locked=True))
    assert changed == replace(ALICE, name="alicia", locked=True)
    for found in (accounts, reopened(database)):
        assert found.user(ALICE.iden) == changed
        assert found.user_named("alicia") == changed
        assert found.user_named("alice") is None


def test_a_freed_name_may_be_taken(accounts: Accounts) -> None:
    accounts.add_user(ALICE)
    accounts.change_user(ALICE.iden, lambda user: replace(user, name="alicia"))
    other = accounts.add_user(User("c", "alice"))
    assert accounts.user_named("alice") == other
    accounts.drop_user(other.iden)
    accounts.add_user(User("d", "alice"))
    assert accounts.user_named("alice") == User("d", "alice")


def test_a_change_that_is_refused_leaves_the_user_as_it_was(accounts: Accounts, database: Database) -> None:
    accounts.add_user(ALICE)
    accounts.add_user(BOB)
    with pytest.raises(Conflict):
        accounts.change_user(BOB.iden, lambda user: replace(user, name="alice"))
    with pytest.raises(Conflict):
        accounts.change_user(BOB.iden, lambda user: replace(user, email=ALICE.email))
    with pytest.raises(ZeroDivisionError):
        accounts.change_user(BOB.iden, lambda user: replace(user, name=str(1 // 0)))
    for found in (accounts, reopened(database)):
        assert found.user_named("bob") == BOB
        assert found.user_named("alice") == ALICE


def test_a_user_takes_its_keys_along_and_leaves_its_sessions(accounts: Accounts, database: Database) -> None:
    accounts.add_user(ALICE)
    accounts.put_key(KEY)
    session = Session("s", ALICE.iden, "alice", 1, 1)
    accounts.put_session(session)
    accounts.drop_user(ALICE.iden)
    for found in (accounts, reopened(database)):
        assert found.users() == []
        assert found.user_named("alice") is None
        assert found.key(KEY.iden) is None
        assert found.keys_of(ALICE.iden) == []
        assert found.session("s") == session


def test_what_is_not_there_cannot_be_changed_or_dropped(accounts: Accounts) -> None:
    with pytest.raises(NotFound):
        accounts.change_user("none", lambda user: user)
    with pytest.raises(NotFound):
        accounts.drop_user("none")
    with pytest.raises(NotFound):
        accounts.change_role("none", lambda role: role)
    with pytest.raises(NotFound):
        accounts.drop_role("none")
    with pytest.raises(NotFound):
        accounts.put_key(KEY)
    with pytest.raises(NotFound):
        accounts.drop_key("none")


def test_roles(accounts: Accounts, database: Database) -> None:
    admins = accounts.add_role(Role("2" * 32, "admins"))
    accounts.add_role(READERS)
    with pytest.raises(Conflict):
        accounts.add_role(Role("3" * 32, "readers"))
    with pytest.raises(Conflict):
        accounts.add_role(replace(READERS, name="writers"))
    with pytest.raises(Conflict):
        accounts.change_role(READERS.iden, lambda role: replace(role, name="admins"))
    changed = accounts.change_role(READERS.iden, lambda role: replace(role, name="viewers", gates={"g": Gate()}))
    for found in (accounts, reopened(database)):
        assert found.roles() == [admins, changed]
        assert found.role(READERS.iden) == changed
        assert found.role_named("viewers") == changed
        assert found.role_named("readers") is None


def test_a_dropped_role_is_taken_from_every_user(accounts: Accounts, database: Database) -> None:
    accounts.add_role(READERS)
    other = accounts.add_role(Role("2" * 32, "other"))
    accounts.add_user(FULL)
    accounts.add_user(replace(ALICE, roles=(other.iden, READERS.iden)))
    accounts.drop_role(READERS.iden)
    for found in (accounts, reopened(database)):
        assert found.roles() == [other]
        assert found.user_named("alice") == replace(ALICE, roles=(other.iden,))
        assert found.user_named("full") == replace(FULL, roles=())


def test_sessions(accounts: Accounts, database: Database) -> None:
    session = Session("s", None, "", created_ms=1, used_ms=1)
    accounts.put_session(session)
    accounts.put_session(replace(session, user=ALICE.iden, name="alice"))
    accounts.put_session(replace(session, iden="t"))
    assert accounts.session("s") == replace(session, user=ALICE.iden, name="alice")
    accounts.touch_session("s", 9)
    accounts.touch_session("none", 9)
    assert accounts.session("s") == replace(session, user=ALICE.iden, name="alice", used_ms=9)
    # When it was used is not worth a write.
    assert reopened(database).session("s") == replace(session, user=ALICE.iden, name="alice")
    accounts.drop_sessions(lambda each: each.used_ms < 9)
    accounts.drop_sessions(lambda each: False)
    assert accounts.session("t") is None
    assert accounts.session("s") is not None
    assert reopened(database).session("t") is None


def test_keys(accounts: Accounts, database: Database) -> None:
    accounts.add_user(ALICE)
    accounts.add_user(BOB)
    older = replace(KEY, iden="k0", created_ms=1)
    for key in (KEY, older, replace(KEY, iden="k2", user=BOB.iden)):
        accounts.put_key(key)
    renamed = replace(KEY, name="renamed", updated_ms=8, expires_ms=None)
    accounts.put_key(renamed)
    for found in (accounts, reopened(database)):
        assert found.key(KEY.iden) == renamed
        assert found.keys_of(ALICE.iden) == [older, renamed]
        assert found.keys_of("none") == []
    accounts.drop_key(KEY.iden)
    assert accounts.key(KEY.iden) is None
    assert reopened(database).keys_of(ALICE.iden) == [older]


def test_a_key_outlives_changes_of_its_user(accounts: Accounts, database: Database) -> None:
    accounts.add_user(ALICE)
    accounts.put_key(KEY)
    accounts.change_user(ALICE.iden, lambda user: replace(user, locked=True))
    assert reopened(database).key(KEY.iden) == KEY


def test_what_the_database_refuses_is_not_in_memory_either(accounts: Accounts, database: Database) -> None:
    accounts.add_user(ALICE)
    with database.write() as connection:
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON user BEGIN SELECT RAISE(ABORT, 'full'); END;")
    with pytest.raises(sqlite3.IntegrityError, match="full"):
        accounts.add_user(BOB)
    with pytest.raises(sqlite3.IntegrityError, match="full"):
        accounts.change_user(ALICE.iden, lambda user: replace(user, name="alicia"))
    assert accounts.users() == [ALICE]
    assert accounts.user_named("alicia") is None


def test_a_closed_database_refuses_changes_and_goes_on_being_read(accounts: Accounts, database: Database) -> None:
    accounts.add_user(ALICE)
    database.close()
    with pytest.raises(Closed):
        accounts.add_user(BOB)
    assert accounts.users() == [ALICE]


def test_changes_from_many_threads_are_made_one_at_a_time(accounts: Accounts) -> None:
    accounts.add_user(ALICE)

    def add_rule(number: int) -> None:
        rule = (True, (str(number),))
        accounts.change_user(ALICE.iden, lambda user: replace(user, rules=(*user.rules, rule)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_rule, range(100)))
    alice = accounts.user(ALICE.iden)
    assert alice is not None
    assert sorted(int(path[0]) for _, path in alice.rules) == list(range(100))


def test_reading_while_another_thread_changes_never_fails(accounts: Accounts) -> None:
    accounts.add_user(ALICE)
    done = threading.Event()

    def read() -> int:
        count = 0
        while not done.is_set() or count == 0:
            accounts.role_named("none")
            accounts.keys_of(ALICE.iden)
            accounts.users()
            accounts.roles()
            count += 1
        return count

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        try:
            for number in range(150):
                accounts.add_role(Role(str(number), f"role {number}"))
                accounts.put_key(replace(KEY, iden=str(number)))
        finally:
            done.set()
        assert all(reader.result(60) for reader in readers)
