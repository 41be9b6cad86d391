"""Any sequence of changes and restarts leaves Accounts equal to plain dictionaries."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from deadringer.storage.accounts import Accounts, ApiKey, Gate, Role, Rule, Session, User
from deadringer.storage.database import Database
from deadringer.storage.errors import Conflict, NotFound
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

# Few, so that they collide.
IDENS = st.sampled_from("abcd")
NAMES = st.sampled_from(["ann", "bo", "ç\n'\"", ""])
EMAILS = st.sampled_from([None, "x@example.com", "y@example.com"])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
TIMES = st.integers(0, 2**62)
RULES: st.SearchStrategy[tuple[Rule, ...]] = st.lists(
    st.tuples(st.booleans(), st.lists(TEXTS, max_size=3).map(tuple)), max_size=3
).map(tuple)
GATES = st.dictionaries(TEXTS, st.builds(Gate, rules=st.none() | RULES, admin=st.none() | st.booleans()), max_size=2)
USERS = st.builds(
    User,
    iden=IDENS,
    name=NAMES,
    email=EMAILS,
    admin=st.booleans(),
    locked=st.booleans(),
    archived=st.booleans(),
    secret=st.none() | TEXTS,
    onepass=st.none() | TEXTS,
    onepass_expires_ms=st.none() | TIMES,
    roles=st.lists(IDENS, unique=True, max_size=3).map(tuple),
    rules=RULES,
    gates=GATES,
)
ROLES = st.builds(Role, iden=IDENS, name=NAMES, rules=RULES, gates=GATES)
SESSIONS = st.builds(Session, iden=IDENS, user=st.none() | IDENS, name=NAMES, created_ms=TIMES, used_ms=TIMES)
KEYS = st.builds(
    ApiKey,
    iden=IDENS,
    user=IDENS,
    name=TEXTS,
    secret=TEXTS,
    created_ms=TIMES,
    updated_ms=TIMES,
    expires_ms=st.none() | TIMES,
)


class AccountsMachine(RuleBasedStateMachine):
    """The rules of a realm, told once more over four dictionaries."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.users: dict[str, User] = {}
        self.roles: dict[str, Role] = {}
        self.sessions: dict[str, Session] = {}
        # As they are on disk: when a session was last used is kept in memory only.
        self.stored_sessions: dict[str, Session] = {}
        self.keys: dict[str, ApiKey] = {}
        self.open()

    def open(self) -> None:
        self.database = Database(self.folder / "accounts.db", ("accounts",), durable=False)
        self.accounts = Accounts(self.database)

    def teardown(self) -> None:
        self.database.close()
        shutil.rmtree(self.folder)

    def is_free(self, user: User) -> bool:
        others = [other for other in self.users.values() if other.iden != user.iden]
        taken = any(other.name == user.name for other in others)
        return not taken and (user.email is None or all(other.email != user.email for other in others))

    @rule()
    def restart(self) -> None:
        self.database.close()
        self.open()
        self.sessions = dict(self.stored_sessions)

    @rule(user=USERS)
    def add_user(self, user: User) -> None:
        try:
            self.accounts.add_user(user)
        except Conflict:
            assert user.iden in self.users or not self.is_free(user)
        else:
            assert user.iden not in self.users
            assert self.is_free(user)
            self.users[user.iden] = user

    @rule(user=USERS)
    def change_user(self, user: User) -> None:
        try:
            assert self.accounts.change_user(user.iden, lambda _: user) == user
        except NotFound:
            assert user.iden not in self.users
        except Conflict:
            assert not self.is_free(user)
        else:
            assert user.iden in self.users
            assert self.is_free(user)
            self.users[user.iden] = user

    @rule(iden=IDENS)
    def drop_user(self, iden: str) -> None:
        try:
            self.accounts.drop_user(iden)
        except NotFound:
            assert iden not in self.users
        else:
            del self.users[iden]
            self.keys = {key.iden: key for key in self.keys.values() if key.user != iden}

    @rule(role=ROLES)
    def add_role(self, role: Role) -> None:
        taken = role.iden in self.roles or any(other.name == role.name for other in self.roles.values())
        try:
            self.accounts.add_role(role)
        except Conflict:
            assert taken
        else:
            assert not taken
            self.roles[role.iden] = role

    @rule(role=ROLES)
    def change_role(self, role: Role) -> None:
        taken = any(other.name == role.name and other.iden != role.iden for other in self.roles.values())
        try:
            self.accounts.change_role(role.iden, lambda _: role)
        except NotFound:
            assert role.iden not in self.roles
        except Conflict:
            assert taken
        else:
            assert role.iden in self.roles
            assert not taken
            self.roles[role.iden] = role

    @rule(iden=IDENS)
    def drop_role(self, iden: str) -> None:
        try:
            self.accounts.drop_role(iden)
        except NotFound:
            assert iden not in self.roles
        else:
            del self.roles[iden]
            for user in self.users.values():
                kept = tuple(role for role in user.roles if role != iden)
                self.users[user.iden] = replace(user, roles=kept)

    @rule(session=SESSIONS)
    def put_session(self, session: Session) -> None:
        self.accounts.put_session(session)
        self.sessions[session.iden] = self.stored_sessions[session.iden] = session

    @rule(iden=IDENS, used_ms=TIMES)
    def touch_session(self, iden: str, used_ms: int) -> None:
        self.accounts.touch_session(iden, used_ms)
        if iden in self.sessions:
            self.sessions[iden] = replace(self.sessions[iden], used_ms=used_ms)

    @rule(user=IDENS)
    def drop_sessions(self, user: str) -> None:
        self.accounts.drop_sessions(lambda session: session.user == user)
        for iden in [iden for iden, session in self.sessions.items() if session.user == user]:
            del self.sessions[iden]
            del self.stored_sessions[iden]

    @rule(key=KEYS)
    def put_key(self, key: ApiKey) -> None:
        try:
            self.accounts.put_key(key)
        except NotFound:
            assert key.user not in self.users
        else:
            assert key.user in self.users
            self.keys[key.iden] = key

    @rule(iden=IDENS)
    def drop_key(self, iden: str) -> None:
        try:
            self.accounts.drop_key(iden)
        except NotFound:
            assert iden not in self.keys
        else:
            del self.keys[iden]

    @invariant()
    def all_is_as_in_the_dictionaries(self) -> None:
        assert self.accounts.users() == sorted(self.users.values(), key=lambda user: user.name)
        assert self.accounts.roles() == sorted(self.roles.values(), key=lambda role: role.name)
        names = {user.name: user for user in self.users.values()}
        for name in ("ann", "bo", "ç\n'\"", ""):
            assert self.accounts.user_named(name) == names.get(name)
        for iden in "abcd":
            assert self.accounts.user(iden) == self.users.get(iden)
            assert self.accounts.role(iden) == self.roles.get(iden)
            assert self.accounts.session(iden) == self.sessions.get(iden)
            assert self.accounts.key(iden) == self.keys.get(iden)
            keys = {key.iden for key in self.keys.values() if key.user == iden}
            assert {key.iden for key in self.accounts.keys_of(iden)} == keys


TestAccounts = AccountsMachine.TestCase
TestAccounts.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
