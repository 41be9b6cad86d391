"""Cron jobs as they run: by the clock of their world, each in a thread of its own, as the user that made them.

A job is a dictionary of the store (storage/automation.py) in the product's shape; `nexttime` and the like are seconds since
1970. What one may do to jobs is in `cron_jobs.py`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ....storage.errors import StorageError
from ...logs import LOGGER
from ...workers import Share
from ..errors import StormError
from . import automatic, cron_times

if TYPE_CHECKING:
    from ...workers import Run
    from ..host import Host

KIND = "cronjob"
ERRORS = 5
Job = dict[str, Any]


def due_ms(job: Job) -> int | None:
    """When a job is to run next; None for never."""
    return None if job["nexttime"] is None or not job["enabled"] else round(job["nexttime"] * 1000)


def scheduled(job: Job, now_ms: int) -> Job:
    """A job with the next moment that its entries name."""
    found = cron_times.next_ms(job["recs"], now_ms)
    return {**job, "nexttime": None if found is None else found / 1000}


def change(host: Host, iden: str, **facts: Any) -> Job | None:
    """Replace some facts about a job; None where it has gone."""
    now_ms = host.clock.now_ms()

    def make(job: Job) -> tuple[Job, int | None]:
        job = {**job, **facts}
        if "recs" in facts:
            job = scheduled(job, now_ms)
        return job, due_ms(job)

    return host.automation.change(KIND, iden, make)


def run_due(host: Host) -> None:
    """Begin every job whose moment has come. A job that has missed some runs once, one that still runs not at all."""
    now_ms = host.clock.now_ms()
    for iden in host.automation.due(KIND, now_ms):
        if _begun(host, iden, now_ms):
            host.jobs[iden] = host.background.start(partial(_run, host, iden), Share.JOBS)


def running(host: Host, iden: str) -> bool:
    """Whether a job runs."""
    run = host.jobs.get(iden)
    return run is not None and not run.done


def kill(host: Host, iden: str) -> bool:
    """Stop a job; whether it was running."""
    if not running(host, iden):
        return False
    host.jobs[iden].cancel()
    return True


def _begun(host: Host, iden: str, now_ms: int) -> bool:
    """Give a job the moment that it is to run next. False where it is not to run now."""
    busy = running(host, iden)

    def make(job: Job) -> tuple[Job, int | None] | None:
        moment = due_ms(job)
        if moment is None or moment > now_ms:
            return None
        job = scheduled(job, now_ms)
        if not busy:
            job |= {"startcount": job["startcount"] + 1, "laststarttime": now_ms / 1000}
        return job, due_ms(job)

    return host.automation.change(KIND, iden, make) is not None and not busy


def _run(host: Host, iden: str, work: Run) -> None:
    job = host.automation.get(KIND, iden)
    if job is None:
        return
    host.events.tell("cron:start", {"iden": iden})
    vars = {"auto": {"iden": iden, "type": "cron"}}
    facts: dict[str, Any] = {"lastresult": "cancelled"}
    try:
        count = automatic.run_text(host, job["query"], job["creator"], job["view"], vars, automatic.drop, work.check)
        facts = {"lastresult": f"finished successfully with {count} nodes"}
    except StormError as error:
        # The product has no name of its own for `return` here.
        named = StormError("SynErr", error.mesg) if error.name == "StormReturn" else error
        text = f"raised exception {automatic.told(named)}"
        LOGGER.warning("The cron job %s failed: %s", iden, text)
        job = host.automation.get(KIND, iden) or job
        errors = [*job["lasterrs"], text][-ERRORS:]
        facts = {"lastresult": text, "errcount": job["errcount"] + 1, "lasterrs": errors}
    except StorageError as error:
        facts = {"lastresult": f"raised exception {error}"}
    finally:
        change(host, iden, lastfinishtime=host.clock.now_ms() / 1000, **facts)
        host.events.tell("cron:stop", {"iden": iden})
