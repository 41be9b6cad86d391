"""Commands and modules of packages."""

from ..edits.asking import Asking
from .telling import error, printed

PACKAGE = """$lib.pkg.add(({
    "name": "evi", "version": "1.0.0",
    "modules": [{
        "name": "evi.mod", "modconf": {"key": "v"},
        "storm": "$lib.print(ran) function conf() { return($modconf.key) }"
    }],
    "commands": [
        {"name": "evi.vars", "storm": "$x=inner $lib.print($x)"},
        {"name": "evi.pivot", "storm": "-> inet:asn"},
        {"name": "evi.opts", "cmdargs": [["one", {"nargs": "?"}], ["--req", {"required": true}]],
         "storm": "for ($k, $v) in $cmdopts { $lib.print(`{$k} {$v}`) }"}
    ],
    "perms": [{"perm": ["evi", "use"], "desc": "Use it."}],
    "docs": [{"title": "t", "content": "A body."}]
})) """


def test_a_command_keeps_its_variables_to_itself(cortex: Asking) -> None:
    printed(cortex, PACKAGE)

    assert printed(cortex, "$x=outer | evi.vars | $lib.print($x)") == ["inner", "outer"]
    assert printed(cortex, "[inet:asn=1] $x=outer | evi.vars | $lib.print($x) | spin") == ["inner", "outer"]


def test_nodes_that_a_command_pivots_to_have_the_variables_of_where_they_came_from(cortex: Asking) -> None:
    printed(cortex, PACKAGE)

    text = "[inet:ipv4=1.1.1.1 :asn=5] $x=$node.repr() | evi.pivot | $lib.print(`{$node.value()} {$x}`) | spin"
    assert printed(cortex, text) == ["5 1.1.1.1"]


def test_options_that_were_not_given_are_not_there(cortex: Asking) -> None:
    printed(cortex, PACKAGE)

    assert printed(cortex, "evi.opts --req 5") == ["req 5", "help false"]
    assert error(cortex, "evi.opts") == ("BadArg", "Missing a required option: --req")


def test_a_module_runs_for_each_import(cortex: Asking) -> None:
    printed(cortex, PACKAGE)

    assert printed(cortex, "$m=$lib.import(evi.mod) $n=$lib.import(evi.mod) $lib.print($m.conf()) $lib.print($m)") == [
        "ran",
        "ran",
        "v",
        "Imported Module evi.mod",
    ]


def test_packages_are_listed_with_what_they_have(cortex: Asking) -> None:
    printed(cortex, PACKAGE)

    assert printed(cortex, "pkg.list")[-1] == " evi                                       1.0.0      "
    assert printed(cortex, "pkg.docs evi") == ["A body."]
    assert printed(cortex, "pkg.perms.list evi")[-1] == "evi.use                          : Use it. ( default: false )"
    assert printed(cortex, "help evi.v")[1:3] == ["package: evi", "evi.vars: No description"]


def test_a_package_that_is_gone_takes_its_commands_along(cortex: Asking) -> None:
    printed(cortex, PACKAGE)
    printed(cortex, "pkg.del ev")

    assert error(cortex, "evi.vars") == ("NoSuchName", "Storm command (evi.vars) not found.")
    assert error(cortex, "$lib.pkg.del(evi)") == ("NoSuchPkg", "No storm package: evi.")
