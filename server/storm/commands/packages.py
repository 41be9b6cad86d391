"""Commands of packages, and the commands that show packages: `pkg.*`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..library.packages import packages
from ..runtime import Runtime
from .command import ABSENT, Command, Option
from .written import written

NO_HELP = "No help available"


def command_of(run: Runtime, name: str) -> Command | None:
    """The command of that name in some package."""
    return next((made(each) for each in _definitions(run) if each["name"] == name), None)


def commands(run: Runtime) -> list[Command]:
    """The commands of all packages."""
    return [made(each) for each in _definitions(run)]


def _definitions(run: Runtime) -> Iterator[dict[str, Any]]:
    for package in packages(run):
        yield from package.get("commands") or ()


def made(definition: dict[str, Any]) -> Command:
    """A command as a package defines it."""
    options = tuple(_option(name, info) for name, info in definition.get("cmdargs") or ())
    return written(
        definition["name"],
        definition.get("descr") or "",
        definition["storm"],
        *options,
        package=definition["pkgname"],
        vars={"cmdconf": definition.get("cmdconf") or {}},
        readonly=True,
    )


def _option(name: str, info: dict[str, Any]) -> Option:
    action, nargs = info.get("action"), info.get("nargs")
    default = info.get("default", ABSENT)
    return Option(
        name,
        info.get("help") or (NO_HELP if not name.startswith("-") else f"{NO_HELP}."),
        info.get("type") or "",
        default=tuple(default) if isinstance(default, list) else default,
        flag=action in ("store_true", "store_false"),
        flagged=action != "store_false",
        several=nargs in ("*", "+") or isinstance(nargs, int),
        one_or_none=nargs == "?",
        repeated=action == "append",
        required=bool(info.get("required")),
        choices=tuple(info.get("choices") or ()),
        dest=info.get("dest") or "",
    )


LIST = written(
    "pkg.list",
    "List the packages.",
    """
$columns = ([{"name": "name", "width": 40}, {"name": "vers", "width": 10}])
if $cmdopts.verbose {
    $columns = ([{"name": "name", "width": 40}, {"name": "vers", "width": 10}, {"name": "time", "width": 20}])
}
$table = $lib.tabular.printer(({
    "separators": {
        "row:outline": false, "column:outline": false, "header:row": "#", "data:row": "", "column": ""
    },
    "columns": $columns
}))
$packages = $lib.pkg.list()
if $packages {
    $lib.print("Loaded storm packages:")
    $lib.print($table.header())
    for $package in $packages {
        $row = ([$package.name, $package.version])
        if $cmdopts.verbose {
            $time = "not available"
            if $package.build.time { $time = $lib.time.format($package.build.time, "%Y-%m-%d %H:%M:%S") }
            $row.append($time)
        }
        $lib.print($table.row($row))
    }
} else {
    $lib.print("No storm packages installed.")
}
""",
    Option("--verbose", "Also show when each was built.", flag=True),
    readonly=True,
)
DEL = written(
    "pkg.del",
    "Take a package away.",
    """
$names = ([])
for $package in $lib.pkg.list() {
    if ($package.name = $cmdopts.name) { $names = ($package.name,) break }
    if $package.name.startswith($cmdopts.name) { $names.append($package.name) }
}
$count = $lib.len($names)
if ($count = 0) {
    $lib.print(`No package names match "{$cmdopts.name}". Aborting.`)
} elif ($count > 1) {
    $lib.print(`Multiple package names match "{$cmdopts.name}". Aborting.`)
} else {
    $name = $names.index(0)
    $lib.print(`Removing package: {$name}`)
    $lib.pkg.del($name)
}
""",
    Option("name", "Its name, or how it begins."),
)
DOCS = written(
    "pkg.docs",
    "Show the documents of a package.",
    """
$package = $lib.pkg.get($cmdopts.name)
if (not $package) {
    $lib.warn(`Package ({$cmdopts.name}) not found!`)
} elif $package.docs {
    for $doc in $package.docs { $lib.print($doc.content) }
} else {
    $lib.print(`Package ({$cmdopts.name}) contains no documentation.`)
}
""",
    Option("name", "Its name."),
    readonly=True,
)
PERMS = written(
    "pkg.perms.list",
    "List the permissions that a package defines.",
    """
$package = $lib.pkg.get($cmdopts.name)
if (not $package) {
    $lib.warn(`Package ({$cmdopts.name}) not found!`)
} elif $package.perms {
    $lib.print(`Package ({$cmdopts.name}) defines the following permissions:`)
    for $perm in $package.perms {
        $default = (false)
        if $perm.default { $default = (true) }
        $name = $lib.str.join(".", $perm.perm)
        $lib.print(`{$name.ljust(33)}: {$perm.desc} ( default: {$default} )`)
    }
} else {
    $lib.print(`Package ({$cmdopts.name}) contains no permissions definitions.`)
}
""",
    Option("name", "Its name."),
    readonly=True,
)
COMMANDS = (LIST, DEL, DOCS, PERMS)
