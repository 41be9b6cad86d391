"""`$lib.cron` and `cronjob`: queries that run at times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..automation import cron
from ..automation import cron_jobs as cron_ops
from ..runtime import Runtime
from ..surface import Kind, Library, local
from ..values.convert import python_text, to_str

NONE, NEVER = "<None>", "Never"
SHORT = 8


@dataclass(frozen=True, slots=True)
class StormCronJob:
    """A cron job, by its iden."""

    iden: str


def set_(run: Runtime, me: StormCronJob, name: Any, valu: Any) -> StormCronJob:
    cron_ops.set_fact(run, cron_ops.of(run, me.iden), to_str(name), valu)
    return me


def kill(run: Runtime, me: StormCronJob) -> bool:
    run.confirm(("cron", "kill"), me.iden)
    return cron.kill(run.host, me.iden)


def pack(run: Runtime, me: StormCronJob) -> dict[str, Any]:
    return cron_ops.pack(run, cron_ops.of(run, me.iden))


def pprint(run: Runtime, me: StormCronJob) -> dict[str, Any]:
    """A job in words, as the commands print it."""
    job = pack(run, me)
    return {
        "iden": job["iden"],
        "idenshort": f"{job['iden'][:SHORT]}..",
        "user": job.get("username") or NONE,
        "view": job["view"],
        "viewshort": f"{job['view'][:SHORT]}..",
        "query": job["query"] or NONE,
        "pool": job["pool"],
        "affinity": job["affinity"] or "(null)",
        "isrecur": _yes(job["recur"]),
        "isrunning": _yes(job["isrunning"]),
        "enabled": _yes(job["enabled"]),
        "startcount": job["startcount"],
        "errcount": job["errcount"],
        "laststart": _moment(job["laststarttime"]),
        "lastend": _moment(job["lastfinishtime"]),
        "lastresult": job["lastresult"] or NONE,
        "lasterrs": job["lasterrs"],
        "iserr": "X" if job["lastresult"] and not job["lastresult"].startswith("finished successfully") else " ",
        "recs": [
            {"reqdict": required or NONE, "incunit": unit or NONE, "incval": every or NONE}
            for required, unit, every in job["recs"]
        ],
    }


def _yes(valu: Any) -> str:
    return "Y" if valu else "N"


def _moment(seconds: float | None) -> str:
    if seconds is None:
        return NEVER
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M")


def _of(job: dict[str, Any]) -> StormCronJob:
    return StormCronJob(job["iden"])


KIND = Kind(
    "cronjob",
    "CronJob",
    StormCronJob,
    "A query that runs at times.",
    (
        local("iden: str", lambda run, me: me.iden, "Its iden."),
        local("kill() -> boolean", kill, "Stop it, if it runs.", writes=True),
        local("pack() -> dict", pack, "All that is known of it."),
        local("pprint() -> dict", pprint, "The same in words."),
        local("set(name: str, valu: any) -> cronjob", set_, "Change a fact about it.", writes=True),
    ),
    show=lambda run, me: f"cronjob: {python_text(pack(run, me))}",
    prim=pack,
)
LIBRARIES = (
    Library(
        "lib.cron",
        "Queries that run at times.",
        (
            local(
                "add(**kwargs: any) -> cronjob",
                lambda run, me, **kwargs: _of(cron_ops.add(run, kwargs)),
                "Make a job that recurs.",
                writes=True,
            ),
            local(
                "at(**kwargs: any) -> cronjob",
                lambda run, me, **kwargs: _of(cron_ops.add_once(run, kwargs)),
                "Make a job that runs once, or at each of some times.",
                writes=True,
            ),
            local(
                "del(prefix: str) -> null",
                lambda run, me, prefix: cron_ops.drop(run, prefix),
                "Delete the job whose iden begins so.",
                writes=True,
            ),
            local(
                "disable(prefix: str) -> str",
                lambda run, me, prefix: cron_ops.enable(run, prefix, enabled=False),
                "Switch the job off whose iden begins so.",
                writes=True,
            ),
            local(
                "enable(prefix: str) -> str",
                lambda run, me, prefix: cron_ops.enable(run, prefix, enabled=True),
                "Switch the job on whose iden begins so.",
                writes=True,
            ),
            local(
                "get(prefix: str) -> cronjob",
                lambda run, me, prefix: _of(cron_ops.find(run, prefix)),
                "The job whose iden begins so.",
            ),
            local("list() -> list", lambda run, me: [_of(job) for job in cron_ops.every(run)], "All jobs."),
            local(
                "mod(prefix: str, query: str|storm:query|null, **kwargs: any) -> str",
                lambda run, me, prefix, query, **kwargs: cron_ops.modify(run, prefix, query, kwargs),
                "Give a job another query or another period.",
                writes=True,
            ),
            local(
                "move(prefix: str, view: str) -> str",
                lambda run, me, prefix, view: cron_ops.move(run, prefix, view),
                "Let a job run in another view.",
                writes=True,
            ),
        ),
    ),
)
