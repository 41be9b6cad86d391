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
function lockall() {
    $lib.print("Locking all deprecated model elements.")
    for ($name, $locked) in $lib.model.deprecated.locks() {
        if (not $locked) { $lib.model.deprecated.lock($name, (true)) }
    }
    return()
}
if $cmdopts.unlock {
    $lib.print(`Unlocking: {$cmdopts.name}`)
    $lib.model.deprecated.lock($cmdopts.name, (false))
} elif ($cmdopts.name = "*") {
    $lockall()
} else {
    $lib.print(`Locking: {$cmdopts.name}`)
    $lib.model.deprecated.lock($cmdopts.name, (true))
}
""",
    Option("name", "Its name, or * for all."),
    Option("--unlock", "Unlock it instead.", flag=True),
    readonly=True,
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
CHECK = written(
    "model.deprecated.check",
    "Look whether what is deprecated is locked, and whether there is any of it.",
    """
function printed() {
    $ready = (true)
    $all = $lib.model.deprecated.locks()
    $lib.print("Checking the cortex for model flag day readiness...")
    $lib.print("Checking deprecated model locks:")
    for ($name, $locked) in $all {
        if $locked {
            $lib.print(`{$name} is locked`)
        } else {
            $lib.warn(`{$name} is not yet locked`)
            $ready = (false)
        }
    }
    $lib.print("Checking for existence of deprecated model elements:")
    for ($name, $locked) in $all {
        $lib.print(`{$name}...`)
        for $layer in $lib.layer.list() {
            if ($layer.getPropCount($name, maxsize=1) > 0) {
                $lib.warn(`Layer {$layer.iden} still contains {$name}`)
                $ready = (false)
            }
        }
    }
    if $ready {
        $lib.print("Congrats! Your Cortex is fully future-model compliant!")
    } else {
        $lib.print("Your cortex contains deprecated model elements.")
    }
    return()
}
$printed()
""",
    readonly=True,
)
COUNT_PROP = written(
    "index.count.prop",
    "Count a property, or one value of it, in each layer of the view.",
    """
$table = $lib.tabular.printer(({
    "columns": [
        {"name": "Count", "width": 12}, {"name": "Layer Iden", "width": 32}, {"name": "Layer Name"}
    ],
    "separators": {"row:outline": false, "column:outline": false, "header:row": "=", "data:row": "", "column": "|"}
}))
$total = (0)
$lib.print($table.header())
for $layer in $lib.view.get().layers {
    if ($cmdopts.value != $lib.undef and $cmdopts.value != $lib.null) {
        $count = $layer.getPropCount($cmdopts.prop, valu=$cmdopts.value)
    } else {
        $count = $layer.getPropCount($cmdopts.prop)
    }
    $total = ($total + $count)
    $lib.print($table.row(($lib.cast(str, $count), $layer.iden, $layer.name)))
}
$lib.print(`Total: {$total}`)
""",
    Option("prop", "Full name of the property."),
    Option("--value", "The value."),
    readonly=True,
)
COMMANDS = (EDGE_SET, EDGE_GET, EDGE_DEL, EDGE_LIST, LOCK, LOCKS, CHECK, COUNT_PROP)
