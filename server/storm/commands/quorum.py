"""`quorum.merge.list`: the forks that wish to be merged by votes."""

from __future__ import annotations

from .command import Option
from .written import written

LIST = written(
    "quorum.merge.list",
    "List the forks that wish to be merged by votes.",
    """
function show(found) {
    $table = $lib.tabular.printer(({
        "separators": {
            "row:outline": false, "column:outline": false, "header:row": "#", "data:row": "", "column": ""
        },
        "columns": [
            {"name": "view", "width": 32}, {"name": "name", "width": 40}, {"name": "creator", "width": 18},
            {"name": "created", "width": 24}, {"name": "updated", "width": 24}
        ]
    }))
    $lib.print($table.header())
    for ($view, $wish) in $found {
        $name = $view.get(name)
        if (not $name) { $name = "" }
        $who = $whose($wish.creator)
        $lib.print($table.row(($view.iden, $name, $who, $when($wish.created), $when($wish.updated))))
    }
    return()
}
function wishes() {
    $found = ([])
    for ($view, $summary) in $lib.quorum.merge.list(todo=$cmdopts.todo) { $found.append(($view, $summary.merge)) }
    return($found)
}
function when(tick) {
    if $tick { return($lib.repr(time, $tick)) }
    return("")
}
function whose(iden) {
    $user = $lib.auth.users.get($iden)
    if $user { return($user.name) }
    return($iden)
}
$found = $wishes()
if $found {
    $show($found)
} elif $cmdopts.todo {
    $lib.print("Nothing to do. Go grab some coffee!")
} else {
    $lib.print("No pending merge requests.")
}
""",
    Option("--todo", "Only those that one has still to vote on.", flag=True),
    readonly=True,
)
COMMANDS = (LIST,)
