"""Commands for views and layers: `view.*` and `layer.*`."""

from __future__ import annotations

from .command import Option
from .written import written

VIEW = Option("iden", "Iden of the view.")
LAYER = Option("iden", "Iden of the layer.")

VIEW_ADD = written(
    "view.add",
    "Make a view.",
    """
$layers = ([])
for $iden in $cmdopts.layers { $layers.append($iden) }
$view = $lib.view.add($layers, name=$cmdopts.name, worldreadable=$cmdopts.worldreadable)
$lib.print($view.repr())
$lib.print("View added.")
""",
    Option("--name", "Its name.", default=None),
    Option("--worldreadable", "Whether everybody may read it.", "bool", default=False),
    Option("--layers", "Its layers, the one that is written to first.", several=True, default=[]),
)
VIEW_DEL = written(
    "view.del",
    "Delete a view.",
    """
$lib.view.del($cmdopts.iden)
$lib.print(`View deleted: {$cmdopts.iden}`)
""",
    VIEW,
)
VIEW_SET = written(
    "view.set",
    "Change a setting of a view.",
    """
$view = $lib.view.get($cmdopts.iden)
$view.set($cmdopts.name, $cmdopts.valu)
$lib.print($view.repr())
""",
    VIEW,
    Option("name", "Name of the setting."),
    Option("valu", "Its value."),
)
VIEW_FORK = written(
    "view.fork",
    "Make a view with a layer of its own over another.",
    """
$forked = $lib.view.get($cmdopts.iden).fork(name=$cmdopts.name)
$lib.print($forked.repr())
$lib.print(`View {$cmdopts.iden} forked to new view: {$forked.iden}`)
""",
    VIEW,
    Option("--name", "Its name.", default=None),
)
VIEW_GET = written(
    "view.get",
    "Show a view.",
    "$lib.print($lib.view.get($cmdopts.iden).repr())",
    Option("iden", "Iden of the view; of the query's own if it is left out.", one_or_none=True),
    readonly=True,
)
VIEW_LIST = written(
    "view.list",
    "List the views.",
    """
$lib.print("")
for $view in $lib.view.list() {
    $lib.print($view.repr())
    $lib.print("")
}
""",
    readonly=True,
)
VIEW_MERGE = written(
    "view.merge",
    "Bring all that a fork has changed into the view below.",
    """
$view = $lib.view.get($cmdopts.iden)
$view.merge()
if $cmdopts.delete {
    $layer = $view.layers.index(0).iden
    $lib.view.del($view.iden)
    $lib.layer.del($layer)
} else {
    $view.wipeLayer()
}
$lib.print(`View merged: {$cmdopts.iden}`)
""",
    VIEW,
    Option("--delete", "Delete the fork and its layer afterwards.", flag=True),
)
LAYER_ADD = written(
    "layer.add",
    "Make a layer.",
    """
$ldef = ({})
for ($name, $valu) in $cmdopts {
    if ($name != "help") { $ldef.$name = $valu }
}
$layer = $lib.layer.add($ldef)
$lib.print($layer.repr())
$lib.print("Layer added.")
""",
    Option("--lockmemory", "Has no effect here.", flag=True),
    Option("--readonly", "Whether nothing may be written to it.", flag=True),
    Option("--mirror", "What it is a mirror of."),
    Option("--growsize", "Has no effect here.", "int"),
    Option("--upstream", "What it takes its changes from."),
    Option("--name", "Its name."),
)
LAYER_DEL = written(
    "layer.del",
    "Delete a layer.",
    """
$lib.layer.del($cmdopts.iden)
$lib.print(`Layer deleted: {$cmdopts.iden}`)
""",
    LAYER,
)
LAYER_GET = written(
    "layer.get",
    "Show a layer.",
    "$lib.print($lib.layer.get($cmdopts.iden).repr())",
    Option("iden", "Iden of the layer; of the one that is written to if it is left out.", one_or_none=True),
    readonly=True,
)
LAYER_LIST = written(
    "layer.list",
    "List the layers.",
    """
$lib.print("Layers:")
for $layer in $lib.layer.list() { $lib.print($layer.repr()) }
""",
    readonly=True,
)
LAYER_SET = written(
    "layer.set",
    "Change a setting of a layer.",
    """
$layer = $lib.layer.get($cmdopts.iden)
$layer.set($cmdopts.name, $cmdopts.valu)
$lib.print($layer.repr())
""",
    LAYER,
    Option("name", "Name of the setting."),
    Option("valu", "Its value."),
)
COMMANDS = (
    VIEW_ADD,
    VIEW_DEL,
    VIEW_SET,
    VIEW_FORK,
    VIEW_GET,
    VIEW_LIST,
    VIEW_MERGE,
    LAYER_ADD,
    LAYER_DEL,
    LAYER_GET,
    LAYER_LIST,
    LAYER_SET,
)
