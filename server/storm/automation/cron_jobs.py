"""Cron jobs: making, finding, packing, changing and deleting them, as the library and the commands do it.

Each function checks what the user may do and raises StormError with the product's words. How jobs run is in `cron.py`.
"""

from __future__ import annotations

from typing import Any

from ....storage.errors import Conflict
from ..errors import StormError
from ..programs.query_values import StormQuery, text_of
from ..runtime import Runtime
from ..values.convert import to_bool, to_prim, to_str
from ..views import layers as layer_ops
from . import automatic, cron_periods, cron_times, cron_units
from .cron import KIND, Job, change, due_ms, running, scheduled

IDEN = "^[0-9a-f]{32}$"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "iden": {"type": "string", "pattern": IDEN},
        "view": {"type": "string", "pattern": IDEN},
        "loglevel": {"enum": ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")},
    },
}
# What a job is at first.
NOT_RUN_YET: Job = {
    "ver": 1,
    "doc": "",
    "name": "",
    "enabled": True,
    "nexttime": None,
    "startcount": 0,
    "errcount": 0,
    "isrunning": False,
    "laststarttime": None,
    "lastfinishtime": None,
    "lastresult": None,
}
# In this order a job is shown.
TOLD = (
    *(
        "ver",
        "doc",
        "name",
        "pool",
        "affinity",
        "enabled",
        "recur",
        "iden",
        "view",
        "indx",
        "query",
        "creator",
        "created",
    ),
    *("recs", "nexttime", "startcount", "errcount", "isrunning", "laststarttime", "lastfinishtime", "lastresult"),
    *("lasterrs", "loglevel"),
)
LEGACY = (*cron_units.UNITS, *cron_units.ALIASES)


def add(run: Runtime, given: dict[str, Any]) -> Job:
    """A job that recurs. given: the arguments of `$lib.cron.add`."""
    text, shown = _asked(run, given)
    try:
        entries = _recurring(shown)
    except StormError as error:
        raise _with(error, shown) from None
    return _new(run, text, shown, entries, recur=True, now=False)


def add_once(run: Runtime, given: dict[str, Any]) -> Job:
    """A job that runs at one moment, or at several. given: the arguments of `$lib.cron.at`."""
    text, shown = _asked(run, given)
    now = bool(shown.get("now"))
    try:
        entries = cron_units.moments_of(run, shown, run.host.clock.now_ms())
        if not entries and not now:
            raise StormError("StormRuntimeError", "At least one requirement must be provided")
    except StormError as error:
        raise _with(error, shown) from None
    return _new(run, text, shown, entries, recur=False, now=now)


def _asked(run: Runtime, given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The query, and all that was given as plain values."""
    query = given.get("query")
    shown = {name: valu.text if isinstance(valu, StormQuery) else to_prim(run, valu) for name, valu in given.items()}
    if query is None:
        raise StormError("StormRuntimeError", "Query parameter is required.", kwargs=shown)
    if shown.get("pool") and shown.get("affinity"):
        raise StormError("BadConfValu", "Cron jobs may not have both affinity and pool set.")
    return text_of(query), shown


def _recurring(shown: dict[str, Any]) -> list[cron_times.Entry]:
    period = shown.get("period")
    if not period:
        return cron_units.entries_of(shown)
    if any(shown.get(name) is not None for name in LEGACY):
        raise StormError("StormRuntimeError", "Cannot mix --period with legacy time arguments")
    return cron_periods.entries_of(str(period))


def _with(error: StormError, shown: dict[str, Any]) -> StormError:
    """Most errors carry what was given; those about a period do not."""
    if error.name != "StormRuntimeError" or error.mesg.startswith("Failed to parse period"):
        return error
    return StormError(error.name, error.mesg, **error.info, kwargs=shown)


def _new(
    run: Runtime, text: str, shown: dict[str, Any], entries: list[cron_times.Entry], *, recur: bool, now: bool
) -> Job:
    host = run.host
    view = shown.get("view") or run.snap.view.iden
    iden = shown.get("iden") or host.ids.guid()
    run.confirm(("cron", "add"), view if host.gates.kind(str(view)) else run.snap.view.iden)
    if not text:
        raise StormError("BadArg", '"query" key of cdef parameter is not present or empty')
    check_query(text)
    loglevel = shown.get("loglevel") or "WARNING"
    layer_ops.checked(SCHEMA, {"iden": iden, "view": view, "loglevel": loglevel})
    automatic.place(host, view)
    _check_free(run, iden)
    cron_times.check(entries)
    now_ms = host.clock.now_ms()
    job: Job = {
        **NOT_RUN_YET,
        "pool": bool(shown.get("pool")),
        "affinity": shown.get("affinity"),
        "recur": recur,
        "iden": iden,
        "view": view,
        "query": text,
        "creator": run.user.iden,
        "created": now_ms,
        "recs": entries,
        "lasterrs": [],
        "loglevel": loglevel,
    }
    job = scheduled(job, now_ms)
    if job["nexttime"] is None and not now:
        raise StormError("BadTime", "Appointment is in the past")
    if now:
        job["nexttime"] = now_ms / 1000
    try:
        host.automation.add(KIND, iden, job, due_ms(job))
    except Conflict:
        raise StormError("DupIden", f"Duplicate cron iden ({iden})") from None
    layer_ops.own(run, iden, KIND)
    _tell(run, job, "add")
    return job


def _check_free(run: Runtime, iden: str) -> None:
    """Raises StormError for the iden of another job, or of anything that rights can be granted on."""
    if run.host.automation.get(KIND, iden) is not None:
        raise StormError("DupIden", f"Duplicate cron iden ({iden})")
    if run.host.gates.kind(iden) is not None:
        mesg = f"An auth gate already exists with iden: ({iden})."
        raise StormError("DupIden", mesg, iden=iden, mesg=mesg)


def check_query(text: str) -> None:
    """Raises BadSyntax for a text that is no query."""
    from ..programs.compile import compiled

    compiled(text)


# -- finding and telling


def every(run: Runtime) -> list[Job]:
    """All jobs, in order of making."""
    run.confirm(("cron", "get"))
    return list(run.host.automation.all(KIND).values())


def find(run: Runtime, prefix: Any, perm: str = "get") -> Job:
    """The only job whose iden begins so, of those that one may do something to."""
    wanted = to_str(prefix)
    jobs = [job for iden, job in run.host.automation.all(KIND).items() if iden.startswith(wanted)]
    found = [job for job in jobs if run.may(("cron", perm), job["iden"])]
    if len(found) > 1:
        raise StormError("StormRuntimeError", "Provided iden matches more than one cron job.", iden=wanted)
    if not found:
        mesg = "Provided iden does not match any valid authorized cron job."
        raise StormError("StormRuntimeError", mesg, iden=wanted)
    return found[0]


def of(run: Runtime, iden: str) -> Job:
    """The job of a value. Raises StormError("NoSuchIden")."""
    job = run.host.automation.get(KIND, iden)
    if job is None:
        raise StormError("NoSuchIden", f"No cron job with iden {iden}", iden=iden)
    return job


def pack(run: Runtime, job: Job) -> dict[str, Any]:
    """A job as the product shows it."""
    facts = {
        **job,
        "indx": run.host.automation.number(KIND, job["iden"]) - 1,
        "isrunning": running(run.host, job["iden"]),
        "recs": cron_times.packed(job["recs"]),
        "lasterrs": list(job["lasterrs"]),
    }
    told = {name: facts[name] for name in TOLD}
    user = run.host.accounts.user(job["creator"])
    return told if user is None else {**told, "username": user.name}


# -- changing


def drop(run: Runtime, prefix: Any) -> None:
    """Delete a job; one that is running goes on to its end."""
    iden = find(run, prefix, "del")["iden"]
    events = run.host.events
    gates = events.gates(iden)
    run.host.automation.drop(KIND, iden)
    run.host.jobs.pop(iden, None)
    layer_ops.disown(run, iden)
    events.tell("cron:del", {"iden": iden}, gates)


def modify(run: Runtime, prefix: Any, query: Any, given: dict[str, Any]) -> str:
    """Give a job another query, another period, or both. Its iden."""
    job = find(run, prefix, "set")
    facts: dict[str, Any] = {}
    if query is not None:
        facts["query"] = text_of(query)
        check_query(facts["query"])
    period = given.get("period")
    if period is not None:
        entries = cron_periods.entries_of(to_str(period))
        cron_times.check(entries)
        facts |= {"recs": entries, "recur": True}
    changed = change(run.host, job["iden"], **facts, enabled=True)
    if changed is not None and "query" in facts:
        _tell(run, changed, "edit:query", query=facts["query"])
    if changed is not None and "recs" in facts:
        _tell(run, changed, "edit:period")
    return str(job["iden"])


def enable(run: Runtime, prefix: Any, *, enabled: bool) -> str:
    """Switch a job on or off. Its iden."""
    job = find(run, prefix, "set")
    change(run.host, job["iden"], enabled=enabled)
    _tell(run, job, "enable" if enabled else "disable", iden=job["iden"])
    return str(job["iden"])


def move(run: Runtime, prefix: Any, view: Any) -> str:
    """Let a job run in another view. Its iden."""
    job = find(run, prefix, "set")
    place = automatic.place(run.host, to_str(view))
    run.confirm(("cron", "add"), place.iden)
    change(run.host, job["iden"], view=place.iden)
    _tell(run, job, "move", view=place.iden)
    return str(job["iden"])


def set_fact(run: Runtime, job: Job, name: str, valu: Any) -> None:
    """Change name, doc, pool, affinity, or who a job runs as."""
    if name == "creator":
        run.confirm(("cron", "set", "creator"))
        changed: Any = to_str(valu)
        if run.host.accounts.user(changed) is None:
            raise StormError("NoSuchUser", f"No user with iden {changed}.", user=changed)
    else:
        run.confirm(("cron", "set", name), job["iden"])
        if name in ("name", "doc"):
            changed = to_str(valu)
        elif name == "pool":
            changed = to_bool(valu)
        elif name == "affinity":
            changed = None if valu is None else to_str(valu)
        else:
            raise StormError("BadArg", f"editCronJob name {name} is not supported for editing.")
    other = {"pool": "affinity", "affinity": "pool"}.get(name)
    if other is not None and changed and job[other]:
        raise StormError("BadConfValu", "Cron jobs may not have both affinity and pool set.")
    change(run.host, job["iden"], **{name: changed})
    _tell(run, job, f"edit:{name}", **{name: changed})


def _tell(run: Runtime, job: Job, event: str, **facts: Any) -> None:
    """Tell of a change of a job: of these facts about it, without any of all of them."""
    events = run.host.events
    if not events.heard:
        return
    told = {"iden": job["iden"], **facts} if facts else pack(run, job)
    told.pop("username", None)
    events.tell(f"cron:{event}", told, events.gates(job["iden"]))


def cleanup(run: Runtime) -> int:
    """Delete the jobs that ran once and will not run again; how many there were."""
    old = [
        job for job in every(run) if not job["recur"] and job["nexttime"] is None and not running(run.host, job["iden"])
    ]
    for job in old:
        drop(run, job["iden"])
    return len(old)
