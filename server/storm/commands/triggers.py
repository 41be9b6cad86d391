"""Commands for triggers: `trigger.*`, over `$lib.trigger`."""

from __future__ import annotations

from .command import Command, Option
from .written import written

IDEN = Option("iden", "Iden of the trigger, or how it begins.")
QUERY = Option("query", "The query.")

ADD = written(
    "trigger.add",
    "Make a trigger: a query that runs when something is changed.",
    """
$tdef = ({
    "condition": $cmdopts.condition,
    "storm": $cmdopts.storm,
    "async": (false),
    "enabled": (true)
})
if $cmdopts.async { $tdef.async = (true) }
if $cmdopts.disabled { $tdef.enabled = (false) }
for $name in (form, tag, prop, verb, n2form, name, view) {
    if ($cmdopts.$name != $lib.null) { $tdef.$name = $cmdopts.$name }
}
$trigger = $lib.trigger.add($tdef)
$lib.print(`Added trigger: {$trigger.iden}`)
""",
    Option("condition", "What must happen."),
    Option("--form", "The form of the node."),
    Option("--tag", "The tag, which may be a pattern."),
    Option("--prop", "Full name of the property."),
    Option("--verb", "The verb of the light edge."),
    Option("--n2form", "The form of the node that the light edge goes to."),
    Option("--query", "The query that runs.", required=True, dest="storm"),
    Option("--async", "Run it beside what set it off.", flag=True),
    Option("--disabled", "Do not run it until it is enabled.", flag=True),
    Option("--name", "A name for people."),
    Option("--view", "The view in which it waits."),
)
LIST = written(
    "trigger.list",
    "List the triggers.",
    """
function row(valu, size) {
    if ($valu = $lib.null) { $valu = "" }
    $text = `{$valu}`
    return($text.ljust($size))
}
$all = (false)
if $cmdopts.all { $all = (true) }
$triggers = $lib.trigger.list($all)
if (not $triggers) {
    $lib.print("No triggers found")
    $lib.exit()
}
$lib.print(`user       {$row(iden, 32)} {$row(view, 32)} en?    async? cond      object                    storm query`)
for $trigger in $triggers {
    $what = $trigger.form
    if ($trigger.prop != $lib.null) { $what = $trigger.prop }
    $who = `{$row($trigger.username, 10)} {$trigger.iden} {$trigger.view}`
    $how = `{$row($trigger.enabled, 6)} {$row($trigger.async, 6)} {$row($trigger.cond, 9)}`
    $lib.print(`{$who} {$how} {$row($what, 14)} {$row($trigger.tag, 10)} {$trigger.storm}`)
}
""",
    Option("--all", "Those of every view.", flag=True),
    readonly=True,
)


def _changing(command: str, desc: str, call: str, done: str, *further: Option) -> Command:
    """A command that does one thing to a trigger."""
    text = f"""
$iden = $lib.trigger.{call}
$lib.print(`{done} trigger: {{$iden}}`)
"""
    return written(command, desc, text, IDEN, *further)


COMMANDS = (
    ADD,
    LIST,
    _changing("trigger.mod", "Give a trigger another query.", "mod($cmdopts.iden, $cmdopts.query)", "Modified", QUERY),
    _changing("trigger.enable", "Let a trigger run again.", "enable($cmdopts.iden)", "Enabled"),
    _changing("trigger.disable", "Let a trigger rest.", "disable($cmdopts.iden)", "Disabled"),
    written(
        "trigger.del",
        "Delete a trigger.",
        """
$lib.trigger.del($cmdopts.iden)
$lib.print(`Deleted trigger: {$cmdopts.iden}`)
""",
        IDEN,
    ),
)
