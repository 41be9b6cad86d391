"""Daemons: queries that always run, each in a thread of its own; one that ends, or fails, begins again a moment later.

They are stored, so a server that begins starts those that were on. Each function that changes one checks rights and raises
StormError with the product's words.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from ....storage.errors import Conflict, StorageError
from ...logs import LOGGER
from ...workers import Share
from ..errors import StormError
from ..values.convert import to_prim
from ..views import layers as layer_ops
from . import automatic

if TYPE_CHECKING:
    from ...workers import Run
    from ..host import Host
    from ..runtime import Runtime

KIND = "dmon"
# How long one rests before it begins again, and how many messages of it are kept.
PAUSE_S = 1.0
KEPT = 1000
NEW, STOPPED = "initialized", "stopped"
LOGGED = ("print", "warn", "err")
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "iden": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "name": {"type": "string"},
        "user": {"type": "string"},
        "storm": {"type": "string"},
        "stormopts": {"type": "object"},
        "enabled": {"type": "boolean"},
    },
    "additionalProperties": False,
}


@dataclass(slots=True)
class Dmon:
    """How a daemon does. count: nodes of all its turns. log: (time in ms, message), the oldest first."""

    status: str = NEW
    count: int = 0
    failed: bool = False
    run: Run | None = None
    log: deque[tuple[int, tuple[str, Any]]] = field(default_factory=lambda: deque(maxlen=KEPT))


def begin(host: Host) -> None:
    """Start all that are on."""
    for iden, told in host.automation.all(KIND).items():
        dmon = host.dmons[iden] = Dmon()
        if told["enabled"]:
            start(host, iden, dmon)


def start(host: Host, iden: str, dmon: Dmon) -> None:
    """Let one run. Raises StormError("SynErr") where it does."""
    if dmon.run is not None:
        raise StormError("SynErr", f"Dmon - {iden} - has a current task and cannot start a new one.")
    dmon.run = host.background.start(partial(_turns, host, iden, dmon), Share.DAEMONS)


def stop(dmon: Dmon) -> None:
    """Let one stop, at its next look."""
    run, dmon.run = dmon.run, None
    if run is not None:
        run.cancel()
    dmon.status = STOPPED


def _turns(host: Host, iden: str, dmon: Dmon, work: Run) -> None:
    while True:
        told = host.automation.get(KIND, iden)
        if told is None:
            return
        _turn(host, told, dmon, work)
        work.pause(PAUSE_S)


def _turn(host: Host, told: dict[str, Any], dmon: Dmon, work: Run) -> None:
    """Run the query once."""
    dmon.status, dmon.failed = "running", False
    before = dmon.count

    def emit(kind: str, info: Any) -> None:
        work.check()
        if kind in LOGGED:
            dmon.log.append((host.clock.now_ms(), (kind, info)))

    def counted(count: int) -> None:
        dmon.count = before + count

    opts = told["stormopts"]
    try:
        automatic.run_text(
            host, told["storm"], told["user"], opts["view"], dict(opts["vars"]), emit, work.check, counted
        )
        status = "sleeping"
    except (StormError, StorageError) as error:
        text = automatic.told(error) if isinstance(error, StormError) else str(error)
        LOGGER.warning("The daemon %s failed: %s", told["iden"], text)
        if isinstance(error, StormError):
            info: dict[str, Any] = {"err": error.name, "errmsg": text}
            if error.name not in automatic.LEFT:
                info["errinfo"] = {"mesg": error.mesg, **error.info}
            dmon.log.append((host.clock.now_ms(), ("err", info)))
        status, dmon.failed = f"error: {text}", True
    work.check()
    dmon.status = status


# -- what one may do to them


def add(run: Runtime, text: str, name: Any, vars: dict[str, Any], ddef: dict[str, Any]) -> dict[str, Any]:
    """A new daemon, which starts at once; as it is packed."""
    host = run.host
    view = run.snap.view.iden
    run.confirm(("dmon", "add"), view)
    _check_query(text)
    iden = ddef.get("iden") or host.ids.guid()
    opts = {"vars": {**_plain(run, vars), "auto": {"iden": iden, "type": "dmon"}}, "view": view}
    value = {
        **ddef,
        "name": name,
        "user": run.user.iden,
        "storm": text,
        "stormopts": opts,
        "enabled": True,
        "iden": iden,
    }
    layer_ops.checked(SCHEMA, value)
    try:
        host.automation.add(KIND, iden, value)
    except Conflict:
        raise StormError("DupIden", f"Duplicate iden specified for dmon: {iden}") from None
    dmon = host.dmons[iden] = Dmon()
    packed = pack(host, iden)
    assert packed is not None
    start(host, iden, dmon)
    return packed


def drop(run: Runtime, iden: str) -> None:
    """Stop one and delete it."""
    host = run.host
    if host.automation.get(KIND, iden) is None:
        raise StormError("NoSuchIden", f"No storm dmon with iden: {iden}")
    run.confirm(("dmon", "del", iden))
    host.automation.drop(KIND, iden)
    stop(host.dmons.pop(iden))


def bump(run: Runtime, iden: str) -> bool:
    """Let one begin anew; whether there is such."""
    dmon = _mine(run, iden)
    if dmon is None:
        return False
    stop(dmon)
    start(run.host, iden, dmon)
    return True


def enable(run: Runtime, iden: str, *, enabled: bool) -> bool:
    """Switch one on or off; whether it was not so before."""
    dmon, told = _mine(run, iden), run.host.automation.get(KIND, iden)
    if dmon is None or told is None or told["enabled"] == enabled:
        return False
    run.host.automation.change(KIND, iden, lambda old: ({**old, "enabled": enabled}, None))
    if enabled:
        start(run.host, iden, dmon)
    else:
        stop(dmon)
    return True


def log(run: Runtime, iden: str) -> Any:
    """What one has said lately."""
    run.confirm(("dmon", "log"))
    dmon = run.host.dmons.get(iden)
    return () if dmon is None else list(dmon.log)


def pack(host: Host, iden: str) -> dict[str, Any] | None:
    """One as the product shows it; None where there is none."""
    told, dmon = host.automation.get(KIND, iden), host.dmons.get(iden)
    if told is None or dmon is None:
        return None
    # One that has been told to stop may still be in its last turn.
    status = dmon.status if dmon.run is not None or dmon.status == NEW else STOPPED
    return {**told, "count": dmon.count, "status": status, "err": dmon.failed}


def _mine(run: Runtime, iden: str) -> Dmon | None:
    """One that the user may start and stop."""
    told = run.host.automation.get(KIND, iden)
    if told is None:
        return None
    run.confirm(("dmon", "add"), told["stormopts"]["view"])
    return run.host.dmons.get(iden)


def _plain(run: Runtime, vars: dict[str, Any]) -> dict[str, Any]:
    """Those of some variables that are plain values."""
    found = {}
    for name, valu in vars.items():
        try:
            found[name] = to_prim(run, valu)
        except StormError:
            continue
    return found


def _check_query(text: str) -> None:
    from ..programs.compile import compiled

    compiled(text)
