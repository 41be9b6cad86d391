"""Commands for jobs that run at times: `cron.*`, over `$lib.cron`."""

from __future__ import annotations

from .command import Command, Option
from .written import written

IDEN = Option("iden", "Iden of the job, or how it begins.")
QUERY = Option("query", "The query that runs.")
OLD = ("minute", "hour", "day", "month", "year", "hourly", "daily", "monthly", "yearly")
WARNINGS = "".join(
    f"""if ($cmdopts.{name} != $lib.null) {{
    $lib.warn("\\"--{name}\\" is deprecated and will be removed in v3.0.0.")
}}
"""
    for name in OLD
)

ADD = written(
    "cron.add",
    "Make a job that runs again and again.",
    WARNINGS
    + """
$job = $lib.cron.add(query=$cmdopts.query, minute=$cmdopts.minute, hour=$cmdopts.hour, day=$cmdopts.day,
    pool=$cmdopts.pool, affinity=$cmdopts.affinity, month=$cmdopts.month, year=$cmdopts.year, hourly=$cmdopts.hourly,
    daily=$cmdopts.daily, monthly=$cmdopts.monthly, yearly=$cmdopts.yearly, iden=$cmdopts.iden, view=$cmdopts.view,
    period=$cmdopts.period)
if ($cmdopts.doc != $lib.null) { $job.set(doc, $cmdopts.doc) }
if ($cmdopts.name != $lib.null) { $job.set(name, $cmdopts.name) }
$lib.print(`Created cron job: {$job.iden}`)
""",
    QUERY,
    Option("--pool", "Has no effect here.", flag=True),
    Option("--affinity", "Has no effect here.", default=None),
    Option("--name", "A name for people."),
    Option("--iden", "An iden of one's own choice."),
    Option("--doc", "What it is for."),
    Option("--view", "The view in which it runs."),
    Option("--period", "How often it runs."),
    *(Option(f"--{name}", "When it runs; an older way to say it.") for name in OLD),
)
AT = written(
    "cron.at",
    "Make a job that runs once for each time given.",
    """
$now = (false)
if $cmdopts.now { $now = (true) }
$job = $lib.cron.at(query=$cmdopts.query, minute=$cmdopts.minute, hour=$cmdopts.hour, day=$cmdopts.day, dt=$cmdopts.dt,
    now=$now, iden=$cmdopts.iden, view=$cmdopts.view, affinity=$cmdopts.affinity)
$lib.print(`Created cron job: {$job.iden}`)
""",
    QUERY,
    Option("--minute", "In how many minutes."),
    Option("--hour", "In how many hours."),
    Option("--day", "In how many days."),
    Option("--dt", "At which times."),
    Option("--now", "At once.", flag=True),
    Option("--iden", "An iden of one's own choice."),
    Option("--view", "The view in which it runs."),
    Option("--affinity", "Has no effect here.", default=None),
)


def _changing(command: str, desc: str, call: str, done: str) -> Command:
    """A command that does one thing to a job."""
    text = f"""
$iden = $lib.cron.{call}($cmdopts.iden)
$lib.print(`{done} cron job: {{$iden}}`)
"""
    return written(command, desc, text, IDEN)


MOD = written(
    "cron.mod",
    "Change the query of a job, or how often it runs.",
    """
$iden = $lib.cron.mod($cmdopts.iden, $cmdopts.query, period=$cmdopts.period)
$lib.print(`Modified cron job: {$iden}`)
""",
    IDEN,
    Option("query", "The query that runs.", one_or_none=True),
    Option("--period", "How often it runs."),
)
DEL = written(
    "cron.del",
    "Delete a job.",
    """
$lib.cron.del($cmdopts.iden)
$lib.print(`Deleted cron job: {$cmdopts.iden}`)
""",
    IDEN,
)
MOVE = written(
    "cron.move",
    "Let a job run in another view.",
    """
$iden = $lib.cron.move($cmdopts.iden, $cmdopts.view)
$lib.print(`Moved cron job {$iden} to view {$cmdopts.view}`)
""",
    IDEN,
    Option("view", "Iden of the view."),
)
COMMANDS = (
    ADD,
    AT,
    MOD,
    DEL,
    MOVE,
    _changing("cron.enable", "Let a job run again.", "enable", "Enabled"),
    _changing("cron.disable", "Let a job rest.", "disable", "Disabled"),
)
