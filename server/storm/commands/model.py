"""Commands for the model: `model.edge.*`, `model.deprecated.*`, `index.count.prop`."""

from __future__ import annotations

from .command import Option
from .written import written

VERB = Option("verb", "The verb.")
KEY = Option("key", "The key.")

EDGE_SET = written(
    "model.edge.set",
    "Keep a value with a verb of light edges.",
    """
$lib.model.edge.set($cmdopts.verb, $cmdopts.key, $cmdopts.valu)
$lib.print(`Set edge key: verb={$cmdopts.verb} key={$cmdopts.key}`)
""",
    VERB,
    KEY,
    Option("valu", "The value."),
)
EDGE_GET = written(
    "model.edge.get",
    "Show what is kept with a verb of light edges.",
    """
$found = $lib.model.edge.get($cmdopts.verb)
if $found {
    $lib.print(`verb = {$cmdopts.verb}`)
    for ($key, $valu) in $found { $lib.print(`    {$key} = {$valu}`) }
} else {
    $lib.print(`verb={$cmdopts.verb} contains no key-value pairs.`)
}
""",
    VERB,
    readonly=True,
)
EDGE_DEL = written(
    "model.edge.del",
    "Take away what is kept with a verb of light edges.",
    """
$lib.model.edge.del($cmdopts.verb, $cmdopts.key)
$lib.print(`Deleted edge key: verb={$cmdopts.verb} key={$cmdopts.key}`)
""",
    VERB,
    KEY,
)
EDGE_LIST = written(
    "model.edge.list",
    "List the verbs of light edges.",
    """
$edges = $lib.model.edge.list()
if $edges {
    $lib.print("\\nname       doc")
    $lib.print("----       ---")
    for ($verb, $kept) in $edges {
        $doc = $kept.doc
        if ($doc = $lib.null) { $doc = "" }
        $lib.print(`{$verb.ljust(10)} {$doc}`)
    }
    $lib.print("")
} else {
    $lib.print("No edge verbs found in the current view.")
}
""",
    readonly=True,
)
LOCK = written(
    "model.deprecated.lock",
    "Lock a deprecated form or property, so that no more of it can be made.",
    """
if $cmdopts.unlock { $lib.print(`Unlocking: {$cmdopts.name}`) } else { $lib.print(`Locking: {$cmdopts.name}`) }
if ($cmdopts.name = "*") {
    for ($name, $locked) in $lib.model.deprecated.locks() {
        $lib.model.deprecated.lock($name, (not $cmdopts.unlock))
    }
} else {
    $lib.model.deprecated.lock($cmdopts.name, (not $cmdopts.unlock))
}
""",
    Option("name", "Its name, or * for all."),
    Option("--unlock", "Unlock it instead.", flag=True),
)
LOCKS = written(
    "model.deprecated.locks",
    "List what is deprecated, and whether it is locked.",
    """
$lib.print("Lock status for deprecated forms/props:")
for ($name, $locked) in $lib.sorted($lib.model.deprecated.locks()) { $lib.print(`{$name}: {$locked}`) }
""",
    readonly=True,
)
COUNT_PROP = written(
    "index.count.prop",
    "Count a property, or one value of it, in each layer of the view.",
    """
$total = (0)
$lib.print(" Count        | Layer Iden                       | Layer Name \\n{rule}")
for $layer in $lib.view.get().layers {
    if ($cmdopts.value != $lib.undef and $cmdopts.value != $lib.null) {
        $count = $layer.getPropCount($cmdopts.prop, valu=$cmdopts.value)
    } else {
        $count = $layer.getPropCount($cmdopts.prop)
    }
    $total = ($total + $count)
    $lib.print(` {$lib.cast(str, $count).ljust(12)} | {$layer.iden} | {$layer.name} `)
}
$lib.print(`Total: {$total}`)
""".replace("{rule}", "|".join("=" * width for width in (14, 34, 12))),
    Option("prop", "Full name of the property."),
    Option("--value", "The value."),
    readonly=True,
)
COMMANDS = (EDGE_SET, EDGE_GET, EDGE_DEL, EDGE_LIST, LOCK, LOCKS, COUNT_PROP)
