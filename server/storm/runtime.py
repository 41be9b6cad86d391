"""A running query: its variables, its user, and the way its messages leave.

A runtime is made for the query and for each function call, view.exec and the like below it; steps get it as `run`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..model.contract import ModelError
from .errors import StormError
from .surface import UNDEF

if TYPE_CHECKING:
    from ...storage.accounts import User
    from ..model.model import Model
    from .host import Host, Task
    from .nodes.snap import Snap

# Functions and embedded queries within each other; deeper than this the product gives up, too.
DEPTH = 128
# What they need of Python's stack, with room for the steps of each.
FRAMES = 4000


class Runtime:
    """One scope of a running query.

    vars: this scope's variables. outer: the runtime that a function was defined in, whose variables it reads and may change.
    graph: the projection that is active, as the option `graph` or `$lib.graph.activate` gave it; see graphs/projections.py.
    """

    __slots__ = (
        "asroot",
        "depth",
        "emitter",
        "graph",
        "host",
        "model",
        "outer",
        "readonly",
        "snap",
        "task",
        "user",
        "vars",
    )

    def __init__(self, host: Host, task: Task, snap: Snap, user: User, vars: dict[str, Any]) -> None:
        self.host = host
        self.model: Model = host.model
        self.task = task
        self.snap = snap
        self.user = user
        self.vars = vars
        self.outer: Runtime | None = None
        self.readonly = task.readonly
        self.asroot = False
        self.depth = 0
        self.emitter: Any = None
        self.graph: Any = None

    # -- variables

    def get(self, name: str) -> Any:
        """A variable of this scope or one round it; UNDEF if there is none."""
        scope: Runtime | None = self
        while scope is not None:
            valu = scope.vars.get(name, UNDEF)
            if valu is not UNDEF:
                return valu
            scope = scope.outer
        return UNDEF

    def set(self, name: str, valu: Any) -> None:
        """Set a variable: in the scope that has it, else in this one. UNDEF takes it away."""
        scope: Runtime | None = self
        while scope is not None and name not in scope.vars:
            scope = scope.outer
        if scope is None:
            scope = self
        if valu is UNDEF:
            scope.vars.pop(name, None)
        else:
            scope.vars[name] = valu

    def all_vars(self) -> dict[str, Any]:
        """Every variable that can be read here."""
        found = {} if self.outer is None else self.outer.all_vars()
        found.update(self.vars)
        return found

    # -- scopes within

    def call(self, vars: dict[str, Any], text: str = "") -> Runtime:
        """The scope of a function call: its parameters, round it this scope. text: of the function's body.

        Raises StormError at the depth limit.
        """
        run = self._below(vars, text)
        run.outer = self
        return run

    def apart(self, vars: dict[str, Any], text: str = "") -> Runtime:
        """A scope that sees nothing but the given variables. Raises StormError at the depth limit."""
        return self._below(vars, text)

    def _below(self, vars: dict[str, Any], text: str) -> Runtime:
        self.check_depth(text)
        run = Runtime(self.host, self.task, self.snap, self.user, vars)
        run.readonly, run.asroot = self.readonly, self.asroot
        run.depth = self.depth + 1
        run.graph = self.graph
        return run

    def check_depth(self, text: str) -> None:
        """Raises StormError("RecursionLimitHit") where one scope more would be too many. text: of what would run in it."""
        if self.depth >= DEPTH:
            raise StormError("RecursionLimitHit", "Maximum Storm pipeline depth exceeded.", query=text)

    def in_view(self, snap: Snap) -> None:
        """Go on in another view."""
        self.snap = snap

    # -- messages

    def emit(self, kind: str, info: Any) -> None:
        """Send a message. Blocks while the client reads slowly; raises once it has gone."""
        self.task.emit(kind, info)

    def print(self, mesg: str) -> None:
        self.task.emit("print", {"mesg": mesg})

    def warn(self, mesg: str, **info: Any) -> None:
        self.task.emit("warn", {"mesg": mesg, **info})

    def check(self) -> None:
        """Raises once nobody wants the answer any more."""
        self.task.check()

    # -- the model

    def norm(self, name: str, valu: Any) -> Any:
        """A value as a type of the model norms it. Raises StormError."""
        try:
            return self.model.type(name).norm(valu).valu
        except ModelError as error:
            raise StormError(error.name, error.mesg, **error.info) from None

    # -- rights

    def may(self, perm: tuple[str, ...], gate: str | None = None, default: bool = False) -> bool:
        """Whether the user has a permission."""
        return self.asroot or self.user.admin or allowed_user(self, perm, gate, default)

    def confirm(self, perm: tuple[str, ...], gate: str | None = None, default: bool = False) -> None:
        """Raises StormError("AuthDeny") unless the user has a permission (reference 2.1)."""
        if self.may(perm, gate, default):
            return
        where = ""
        if gate is not None:
            kind = self.host.gates.kind(gate)
            if kind is None:
                raise StormError("NoSuchAuthGate", f"No auth gate found with iden: ({gate}).")
            where = f" on object {gate} ({kind})."
        text = ".".join(perm)
        mesg = f"User {self.user.name!r} ({self.user.iden}) must have permission {text}{where}"
        raise StormError("AuthDeny", mesg, perm=text, **self.told())

    def admin(self) -> bool:
        """Whether the user may do everything."""
        return self.asroot or self.user.admin

    def told(self) -> dict[str, str]:
        """How errors say who was refused."""
        return {"user": self.user.iden, "username": self.user.name}

    def writable(self) -> None:
        """Raises StormError("IsReadOnly") in a runtime that may not change anything."""
        if self.readonly:
            mesg = "Storm runtime is in readonly mode, cannot create or edit nodes and other graph data."
            raise StormError("IsReadOnly", mesg)


def allowed_user(run: Runtime, perm: tuple[str, ...], gate: str | None, default: bool) -> bool:
    """Whether the rules of a user, who is no admin, allow something."""
    from ..perms import allowed

    accounts = run.host.accounts
    # Rules may have changed since the query began.
    user = accounts.user(run.user.iden) or run.user
    return allowed(accounts, user, perm, gate, default)
