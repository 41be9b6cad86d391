"""Commands for cron jobs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..automation import cron_jobs as cron_ops
from ..errors import StormError
from ..library.cron import StormCronJob, pprint
from ..programs.shape import Paths
from ..runtime import Runtime
from ..values.convert import python_text, to_str
from .command import Command, Given, Option
from .inner import calling, only_writing

IDEN = Option("iden", "How the iden of the job begins.")
QUERY = Option("query", "The query.")
AFFINITY = Option("--affinity", "A server that it would best run on; there is one only.", default=None)
OLD = ("minute", "hour", "day", "month", "year", "hourly", "daily", "monthly", "yearly")
# What the product hands on, in its order.
ADDED = (
    "minute",
    "hour",
    "day",
    "pool",
    "affinity",
    "month",
    "year",
    "hourly",
    "daily",
    "monthly",
    "yearly",
    "iden",
    "view",
    "period",
)
ONCE = ("minute", "hour", "day", "dt", "now", "iden", "view", "affinity")
LINE = "#" * 125
TITLES = ("user", "iden", "view", "en?", "rpt?", "now?", "err?", "# start", "last start", "last end")
COLUMNS = (
    ("user", 24),
    ("idenshort", 10),
    ("viewshort", 10),
    ("enabled", 3),
    ("isrecur", 4),
    ("isrunning", 4),
    ("iserr", 4),
    ("startcount", 7),
    ("laststart", 16),
    ("lastend", 16),
)
FACTS = (
    ("iden", "iden"),
    ("user", "user"),
    ("enabled", "enabled"),
    ("pool", "pool"),
    ("affinity", "affinity"),
    ("recurring", "isrecur"),
    ("# starts", "startcount"),
    ("# errors", "errcount"),
    ("last start time", "laststart"),
    ("last end time", "lastend"),
    ("last result", "lastresult"),
    ("query", "query"),
)


def _add(run: Runtime, given: Given, paths: Paths) -> Paths:
    for name in given.told:
        if name in OLD:
            run.warn(f'"--{name}" is deprecated and will be removed in v3.0.0.')
    job = cron_ops.add(run, {"query": to_str(given.query).strip(), **{name: getattr(given, name) for name in ADDED}})
    for name in ("doc", "name"):
        if getattr(given, name):
            cron_ops.set_fact(run, job, name, getattr(given, name))
    run.print(f"Created cron job: {job['iden']}")
    yield from paths


def _at(run: Runtime, given: Given, paths: Paths) -> Paths:
    job = cron_ops.add_once(
        run, {"query": to_str(given.query).strip(), **{name: getattr(given, name) for name in ONCE}}
    )
    run.print(f"Created cron job: {job['iden']}")
    yield from paths


def _del(run: Runtime, given: Given, paths: Paths) -> Paths:
    cron_ops.drop(run, given.iden)
    run.print(f"Deleted cron job: {to_str(given.iden)}")
    yield from paths


def _enable(run: Runtime, given: Given, paths: Paths) -> Paths:
    run.print(f"Enabled cron job: {cron_ops.enable(run, given.iden, enabled=True)}")
    yield from paths


def _disable(run: Runtime, given: Given, paths: Paths) -> Paths:
    run.print(f"Disabled cron job: {cron_ops.enable(run, given.iden, enabled=False)}")
    yield from paths


def _mod(run: Runtime, given: Given, paths: Paths) -> Paths:
    query = None if given.query is None else to_str(given.query).strip()
    if not query and not given.period:
        raise StormError("BadArg", "One of the argument <query> or --period option is required.")
    only_writing(run, "lib.cron.mod")
    iden = cron_ops.modify(run, given.iden, query or None, {"period": given.period or None})
    run.print(f"Modified cron job: {iden}")
    yield from paths


def _move(run: Runtime, given: Given, paths: Paths) -> Paths:
    iden = cron_ops.move(run, given.iden, given.view)
    run.print(f"Moved cron job {iden} to view {to_str(given.view)}")
    yield from paths


def _cleanup(run: Runtime, given: Given, paths: Paths) -> Paths:
    if any(not job["recur"] and job["nexttime"] is None for job in cron_ops.every(run)):
        only_writing(run, "lib.cron.del")
    run.print(f"{cron_ops.cleanup(run)} cron/at jobs deleted.")
    yield from paths


def _list(run: Runtime, given: Given, paths: Paths) -> Paths:
    jobs = cron_ops.every(run)
    if not jobs:
        run.print("No cron jobs found")
    else:
        run.print(f"{_row(TITLES, 'query')}\n{LINE}")
        for job in jobs:
            shown = pprint(run, StormCronJob(job["iden"]))
            run.print(_row([str(shown[name]) for name, _ in COLUMNS], shown["query"]))
    yield from paths


def _row(cells: Sequence[str], query: str) -> str:
    return " " + "  ".join([*(cell.ljust(width) for cell, (_, width) in zip(cells, COLUMNS, strict=True)), f"{query} "])


def _stat(run: Runtime, given: Given, paths: Paths) -> Paths:
    job = cron_ops.find(run, given.iden)
    for line in _facts(pprint(run, StormCronJob(job["iden"]))):
        run.print(line)
    yield from paths


def _facts(shown: dict[str, Any]) -> Iterator[str]:
    for title, name in FACTS:
        valu = shown[name]
        yield _fact(title, str(valu).lower() if isinstance(valu, bool) else str(valu))
    if shown["lasterrs"]:
        yield _fact("most recent errors", "").rstrip()
        yield from (" " * 17 + text for text in shown["lasterrs"])
    if not shown["recs"]:
        yield _fact("entries", "<None>")
        return
    yield _fact("entries", "incunit    incval required")
    for entry in shown["recs"]:
        required = entry["reqdict"] if isinstance(entry["reqdict"], str) else python_text(entry["reqdict"])
        yield " " * 17 + f"{entry['incunit']:<10} {entry['incval']!s:<6} {required}"


def _fact(title: str, valu: str) -> str:
    return f"{title + ':':<16} {valu}"


COMMANDS = (
    Command(
        "cron.add",
        "Make a job that recurs. Times are UTC.\n\n"
        "A period is `minutely/5`, `hourly@:25`, `daily@14:30`, `weekly/mon,wed@10`, `monthly/1,-1@12:00`,\n"
        "`yearly/07-01@04:44,11-12`: what it recurs in, every how many or on which days, and at what time.",
        calling("lib.cron.add", _add),
        (
            QUERY,
            Option("--pool", "Another server may run it; there is one only.", flag=True),
            AFFINITY,
            Option("--name", "A name."),
            Option("--iden", "The iden it is to have."),
            Option("--doc", "What it is for."),
            Option("--view", "The view it runs in."),
            Option("--period", "When it runs."),
            *(Option(f"--{name}", f"The {name}, fixed or with + every how many. Use --period.") for name in OLD[:5]),
            *(Option(f"--{name}", f"The time of a job that runs {name}. Use --period.") for name in OLD[5:]),
        ),
        readonly=True,
    ),
    Command(
        "cron.at",
        "Make a job that runs once, or at each of some times. Times are UTC; a value with + is from now.",
        calling("lib.cron.at", _at),
        (
            QUERY,
            Option("--minute", "Minutes from now."),
            Option("--hour", "Hours from now."),
            Option("--day", "Days from now."),
            Option("--dt", "Times."),
            Option("--now", "At once.", flag=True),
            Option("--iden", "The iden it is to have."),
            Option("--view", "The view it runs in."),
            AFFINITY,
        ),
        readonly=True,
    ),
    Command("cron.cleanup", "Delete the jobs that ran once and will not run again.", _cleanup, readonly=True),
    Command("cron.del", "Delete a job.", calling("lib.cron.del", _del), (IDEN,), readonly=True),
    Command("cron.disable", "Switch a job off.", calling("lib.cron.disable", _disable), (IDEN,), readonly=True),
    Command("cron.enable", "Switch a job on.", calling("lib.cron.enable", _enable), (IDEN,), readonly=True),
    Command("cron.list", "List the jobs.", calling("lib.tabular.printer", _list), readonly=True),
    Command(
        "cron.mod",
        "Give a job another query or another period.",
        _mod,
        (IDEN, Option("query", "The query.", one_or_none=True), Option("--period", "When it runs.")),
        readonly=True,
    ),
    Command(
        "cron.move",
        "Let a job run in another view.",
        calling("lib.cron.move", _move),
        (IDEN, Option("view", "The view.")),
        readonly=True,
    ),
    Command("cron.stat", "Show all that is known of a job.", _stat, (IDEN,), readonly=True),
)
