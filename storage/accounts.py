"""The users, roles, sessions and API keys of one realm (one vendor in one world).

All of it is held in memory, as it is asked for with every request, and written through to the database: a change is in
memory only after it was committed. Reads may come from any thread; changes are made one at a time, under the lock.

It stores secrets as it is given them (hashes); how a password is hashed and checked is not its business.
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from .database import Database
from .errors import Conflict, NotFound

Rule = tuple[bool, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Gate:
    """What a user or role may do to one object: rules of its own, and whether it is that object's admin."""

    rules: tuple[Rule, ...] | None = None
    admin: bool | None = None


@dataclass(frozen=True, slots=True)
class User:
    """A user; `secret` is None when no password opens the account."""

    iden: str
    name: str
    email: str | None = None
    admin: bool = False
    locked: bool = False
    archived: bool = False
    secret: str | None = None
    onepass: str | None = None
    onepass_expires_ms: int | None = None
    roles: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    gates: dict[str, Gate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Role:
    """A named set of rules that users are granted."""

    iden: str
    name: str
    rules: tuple[Rule, ...] = ()
    gates: dict[str, Gate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Session:
    """A client that came back with our cookie; `user` is None while nobody is logged in."""

    iden: str
    user: str | None
    name: str
    created_ms: int
    used_ms: int


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key that acts as its user; `secret` is the hash of its second half."""

    iden: str
    user: str
    name: str
    secret: str
    created_ms: int
    updated_ms: int
    expires_ms: int | None = None


class Accounts:
    """The accounts in one database. Methods that change raise NotFound, Conflict, Closed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.RLock()
        self._users = {row[0]: _user(row) for row in database.read(f"SELECT {_USER} FROM user")}
        self._roles = {row[0]: _role(row) for row in database.read(f"SELECT {_ROLE} FROM role")}
        self._sessions = {row[0]: Session(*row) for row in database.read(f"SELECT {_SESSION} FROM session")}
        self._keys = {row[0]: ApiKey(*row) for row in database.read(f"SELECT {_KEY} FROM api_key")}
        self._names = {user.name: user.iden for user in self._users.values()}

    @staticmethod
    def found(connection: sqlite3.Connection, users: Iterable[User], roles: Iterable[Role]) -> None:
        """Write the first users and roles of a realm, before it is opened, inside the transaction that makes it."""
        connection.executemany(_PUT_ROLE, [_role_row(role) for role in roles])
        connection.executemany(_PUT_USER, [_user_row(user) for user in users])

    def users(self) -> list[User]:
        """Every user, ordered by name."""
        return sorted(self._users.values(), key=lambda user: user.name)

    def user(self, iden: str) -> User | None:
        """The user with this iden."""
        return self._users.get(iden)

    def user_named(self, name: str) -> User | None:
        """The user with this name."""
        iden = self._names.get(name)
        return None if iden is None else self._users.get(iden)

    def add_user(self, user: User) -> User:
        """Store a new user."""
        with self._lock:
            if user.iden in self._users:
                raise Conflict(f"There is a user {user.iden} already.")
            self._check_free(user)
            self._store_user(user)
            return user

    def change_user(self, iden: str, change: Callable[[User], User]) -> User:
        """Replace a user by what `change` makes of it, as one step; whatever `change` raises leaves the user as it was."""
        with self._lock:
            user = self._users.get(iden)
            if user is None:
                raise NotFound(f"There is no user {iden}.")
            changed = change(user)
            assert changed.iden == iden, "an iden never changes"
            self._check_free(changed)
            self._store_user(changed)
            if changed.name != user.name:
                self._names.pop(user.name, None)
            return changed

    def drop_user(self, iden: str) -> None:
        """Delete a user with its API keys; its sessions stay, and lead to nobody."""
        with self._lock:
            user = self._users.get(iden)
            if user is None:
                raise NotFound(f"There is no user {iden}.")
            with self._database.write() as connection:
                connection.execute("DELETE FROM user WHERE iden = ?", (iden,))
            del self._users[iden]
            self._names.pop(user.name, None)
            self._keys = {key.iden: key for key in self._keys.values() if key.user != iden}

    def roles(self) -> list[Role]:
        """Every role, ordered by name."""
        return sorted(self._roles.values(), key=lambda role: role.name)

    def role(self, iden: str) -> Role | None:
        """The role with this iden."""
        return self._roles.get(iden)

    def role_named(self, name: str) -> Role | None:
        """The role with this name."""
        # A copy, as another thread may add one meanwhile.
        return next((role for role in list(self._roles.values()) if role.name == name), None)

    def add_role(self, role: Role) -> Role:
        """Store a new role."""
        with self._lock:
            if self.role_named(role.name) is not None or role.iden in self._roles:
                raise Conflict(f"There is a role named {role.name} already.")
            self._store_role(role)
            return role

    def change_role(self, iden: str, change: Callable[[Role], Role]) -> Role:
        """Replace a role by what `change` makes of it, as one step."""
        with self._lock:
            role = self._roles.get(iden)
            if role is None:
                raise NotFound(f"There is no role {iden}.")
            changed = change(role)
            assert changed.iden == iden, "an iden never changes"
            other = self.role_named(changed.name)
            if other is not None and other.iden != iden:
                raise Conflict(f"There is a role named {changed.name} already.")
            self._store_role(changed)
            return changed

    def drop_role(self, iden: str) -> None:
        """Delete a role; every user loses it, in the same transaction."""
        with self._lock:
            if iden not in self._roles:
                raise NotFound(f"There is no role {iden}.")
            losing = [_without_role(user, iden) for user in self._users.values() if iden in user.roles]
            with self._database.write() as connection:
                connection.execute("DELETE FROM role WHERE iden = ?", (iden,))
                connection.executemany(_PUT_USER, [_user_row(user) for user in losing])
            del self._roles[iden]
            self._users.update((user.iden, user) for user in losing)

    def on_gate(self, gate: str) -> tuple[list[User], list[Role]]:
        """The users and roles that were granted something on a gate."""
        with self._lock:
            users = [user for user in self._users.values() if gate in user.gates]
            return users, [role for role in self._roles.values() if gate in role.gates]

    def drop_gate(self, gate: str) -> None:
        """Take what users and roles were granted on a gate from them, in one transaction."""
        with self._lock:
            users = [
                replace(each, gates=_without_gate(each.gates, gate))
                for each in self._users.values()
                if gate in each.gates
            ]
            roles = [
                replace(each, gates=_without_gate(each.gates, gate))
                for each in self._roles.values()
                if gate in each.gates
            ]
            with self._database.write() as connection:
                connection.executemany(_PUT_USER, [_user_row(user) for user in users])
                connection.executemany(_PUT_ROLE, [_role_row(role) for role in roles])
            self._users.update((user.iden, user) for user in users)
            self._roles.update((role.iden, role) for role in roles)

    def session(self, iden: str) -> Session | None:
        """The session with this iden, whether or not anybody is logged in."""
        return self._sessions.get(iden)

    def put_session(self, session: Session) -> None:
        """Store a new session, or a new state of one."""
        with self._lock:
            with self._database.write() as connection:
                connection.execute(_PUT_SESSION, _fields(session))
            self._sessions[session.iden] = session

    def touch_session(self, iden: str, used_ms: int) -> None:
        """Note when a session was last used: in memory only, as losing it in a crash costs nothing."""
        with self._lock:
            session = self._sessions.get(iden)
            if session is not None:
                self._sessions[iden] = replace(session, used_ms=used_ms)

    def keep_session(self, iden: str, used_ms: int) -> None:
        """The same, on disk as well. A session that was deleted meanwhile stays deleted."""
        with self._lock:
            session = self._sessions.get(iden)
            if session is not None:
                self.put_session(replace(session, used_ms=used_ms))

    def drop_sessions(self, which: Callable[[Session], bool]) -> None:
        """Delete the sessions for which `which` is true."""
        with self._lock:
            doomed = [(iden,) for iden, session in self._sessions.items() if which(session)]
            if not doomed:
                return
            with self._database.write() as connection:
                connection.executemany("DELETE FROM session WHERE iden = ?", doomed)
            for (iden,) in doomed:
                del self._sessions[iden]

    def key(self, iden: str) -> ApiKey | None:
        """The API key with this iden."""
        return self._keys.get(iden)

    def keys_of(self, user: str) -> list[ApiKey]:
        """A user's API keys, oldest first."""
        return sorted((key for key in list(self._keys.values()) if key.user == user), key=lambda key: key.created_ms)

    def put_key(self, key: ApiKey) -> None:
        """Store a new API key, or a new state of one."""
        with self._lock:
            if key.user not in self._users:
                raise NotFound(f"There is no user {key.user}.")
            with self._database.write() as connection:
                connection.execute(_PUT_KEY, _fields(key))
            self._keys[key.iden] = key

    def drop_key(self, iden: str) -> None:
        """Delete an API key."""
        with self._lock:
            if iden not in self._keys:
                raise NotFound(f"There is no API key {iden}.")
            with self._database.write() as connection:
                connection.execute("DELETE FROM api_key WHERE iden = ?", (iden,))
            del self._keys[iden]

    def _check_free(self, user: User) -> None:
        for other in self._users.values():
            if other.iden == user.iden:
                continue
            if other.name == user.name:
                raise Conflict(f"There is a user named {user.name} already.")
            if user.email is not None and other.email == user.email:
                raise Conflict(f"The e-mail address {user.email} belongs to another user.")

    def _store_user(self, user: User) -> None:
        with self._database.write() as connection:
            connection.execute(_PUT_USER, _user_row(user))
        self._users[user.iden] = user
        self._names[user.name] = user.iden

    def _store_role(self, role: Role) -> None:
        with self._database.write() as connection:
            connection.execute(_PUT_ROLE, _role_row(role))
        self._roles[role.iden] = role


_USER = "iden, name, email, admin, locked, archived, secret, onepass, onepass_expires_ms, roles, rules, gates"
_ROLE = "iden, name, rules, gates"
_SESSION = "iden, user, name, created_ms, used_ms"
_KEY = "iden, user, name, secret, created_ms, updated_ms, expires_ms"


def _put(table: str, columns: str) -> str:
    """An upsert: unlike REPLACE it keeps the row, so that no foreign key cascades from it."""
    names = columns.split(", ")
    marks = ", ".join("?" * len(names))
    changes = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    return f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT (iden) DO UPDATE SET {changes}"


_PUT_USER = _put("user", _USER)
_PUT_ROLE = _put("role", _ROLE)
_PUT_SESSION = _put("session", _SESSION)
_PUT_KEY = _put("api_key", _KEY)


def _fields(item: Session | ApiKey) -> tuple[Any, ...]:
    return tuple(asdict(item).values())


def _without_role(user: User, role: str) -> User:
    return replace(user, roles=tuple(iden for iden in user.roles if iden != role))


def _without_gate(gates: dict[str, Gate], gate: str) -> dict[str, Gate]:
    return {iden: each for iden, each in gates.items() if iden != gate}


def _user_row(user: User) -> tuple[Any, ...]:
    return (
        user.iden,
        user.name,
        user.email,
        user.admin,
        user.locked,
        user.archived,
        user.secret,
        user.onepass,
        user.onepass_expires_ms,
        json.dumps(user.roles),
        json.dumps(user.rules),
        _gates_text(user.gates),
    )


def _role_row(role: Role) -> tuple[Any, ...]:
    return (role.iden, role.name, json.dumps(role.rules), _gates_text(role.gates))


def _user(row: tuple[Any, ...]) -> User:
    iden, name, email, admin, locked, archived, secret, onepass, onepass_expires_ms, roles, rules, gates = row
    return User(
        iden=iden,
        name=name,
        email=email,
        admin=bool(admin),
        locked=bool(locked),
        archived=bool(archived),
        secret=secret,
        onepass=onepass,
        onepass_expires_ms=onepass_expires_ms,
        roles=tuple(json.loads(roles)),
        rules=_rules(json.loads(rules)),
        gates=_gates(gates),
    )


def _role(row: tuple[Any, ...]) -> Role:
    iden, name, rules, gates = row
    return Role(iden=iden, name=name, rules=_rules(json.loads(rules)), gates=_gates(gates))


def _rules(pairs: Iterable[Any]) -> tuple[Rule, ...]:
    return tuple((bool(allow), tuple(path)) for allow, path in pairs)


def _gates(text: str) -> dict[str, Gate]:
    found: dict[str, Gate] = json.loads(text)
    return {iden: _gate(info) for iden, info in found.items()}


def _gate(info: Any) -> Gate:
    rules = info.get("rules")
    return Gate(rules=None if rules is None else _rules(rules), admin=info.get("admin"))


def _gates_text(gates: dict[str, Gate]) -> str:
    return json.dumps({iden: asdict(gate) for iden, gate in gates.items()})
