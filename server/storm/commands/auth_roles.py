"""Commands for roles, gates and permissions: `auth.role.*`, `auth.gate.show`, `auth.perms.list`."""

from __future__ import annotations

from .auth import ADDRULE, BY_INDEX, DELRULE, GATE, INDEX, ROLE_NAME, RULE, SHOWING, of_holder
from .command import Option
from .written import written

ROLE_ADD = written(
    "auth.role.add",
    "Make a role.",
    """
$role = $lib.auth.roles.add($cmdopts.name)
$lib.print(`Role ({$cmdopts.name}) added with iden: {$role.iden}`)
""",
    ROLE_NAME,
)
ROLE_LIST = written(
    "auth.role.list",
    "List the roles.",
    """
init {
    $names = ([])
    for $role in $lib.auth.roles.list() { $names.append($role.name) }
    $lib.print("Roles:")
    for $name in $lib.sorted($names) { $lib.print(`  {$name}`) }
}
""",
    readonly=True,
)
ROLE_SHOW = written(
    "auth.role.show",
    "Show a role with its rules.",
    SHOWING
    + """
$role = $lib.auth.roles.byname($cmdopts.rolename)
if (not $role) {
    $lib.warn(`No role named: {$cmdopts.rolename}`)
    $lib.exit()
}
$lib.print(`Role: {$role.name} ({$role.iden})`)
$lib.print("")
$lib.print("  Rules:")
$rules($role.getRules(), "    ")
$lib.print("")
$lib.print("  Gates:")
for $gate in $role.gates() {
    for $info in $gate.roles {
        if ($info.iden = $role.iden) {
            $lib.print(`    {$gate.iden} - ({$gate.type})`)
            $rules($role.getRules(gateiden=$gate.iden), "      ")
        }
    }
}
""",
    Option("rolename", "Name of the role.", "str"),
    readonly=True,
)
ROLE_MOD = written(
    "auth.role.mod",
    "Change a role.",
    """
$role = $lib.auth.roles.byname($cmdopts.rolename)
if (not $role) {
    $lib.warn(`Role ({$cmdopts.rolename}) not found!`)
    $lib.exit()
}
if ($cmdopts.name != $lib.null) {
    $role.name = $cmdopts.name
    $lib.print(`Role ({$cmdopts.rolename}) renamed to {$cmdopts.name}.`)
}
""",
    Option("rolename", "Name of the role.", "str"),
    Option("--name", "A new name.", "str"),
)
ROLE_DEL = written(
    "auth.role.del",
    "Delete a role.",
    """
$role = $lib.auth.roles.byname($cmdopts.name)
if $role {
    $lib.auth.roles.del($role.iden)
    $lib.print(`Role ({$cmdopts.name}) deleted.`)
} else {
    $lib.warn(`Role ({$cmdopts.name}) not found!`)
}
""",
    ROLE_NAME,
)
ROLE_ADDRULE = written(
    "auth.role.addrule", "Give a role a rule.", of_holder(ADDRULE, "role"), ROLE_NAME, RULE, GATE, INDEX
)
ROLE_DELRULE = written(
    "auth.role.delrule", "Take a rule from a role.", of_holder(DELRULE, "role"), ROLE_NAME, RULE, GATE, BY_INDEX
)
GATE_SHOW = written(
    "auth.gate.show",
    "Show who may do what with an object.",
    SHOWING
    + """
$gate = $lib.auth.gates.get($cmdopts.gateiden)
if (not $gate) {
    $lib.warn(`No auth gate found for iden: {$cmdopts.gateiden}.`)
    $lib.exit()
}
$lib.print(`Gate Type: {$gate.type}`)
$lib.print("")
$lib.print("Auth Gate Users:")
for $info in $gate.users {
    $user = $lib.auth.users.get($info.iden)
    $lib.print(`  {$info.iden} - {$user.name}`)
    $lib.print(`    Admin: {$info.admin}`)
    $lib.print("    Rules:")
    $rules($info.rules, "     ")
}
$lib.print("")
$lib.print("Auth Gate Roles:")
for $info in $gate.roles {
    $role = $lib.auth.roles.get($info.iden)
    $lib.print(`  {$info.iden} - {$role.name}`)
    $lib.print("    Rules:")
    $rules($info.rules, "      ")
}
""",
    Option("gateiden", "Iden of the object.", "str"),
    readonly=True,
)
PERMS_LIST = written(
    "auth.perms.list",
    "List the permissions there are.",
    """
for $info in $lib.auth.getPermDefs() {
    $name = $lib.str.join(".", $info.perm)
    if $info.ex { $name = $info.ex }
    if ($cmdopts.find != $lib.null) {
        $found = ($name ~= $cmdopts.find or $info.desc ~= $cmdopts.find)
        if (not $found) { continue }
    }
    $lib.print($name)
    $lib.print(`    {$info.desc}`)
    $lib.print(`    gate: {$info.gate}`)
    $lib.print("")
}
""",
    Option("--find", "Only those whose name or description has this.", "str"),
    readonly=True,
)
COMMANDS = (
    ROLE_ADD,
    ROLE_LIST,
    ROLE_SHOW,
    ROLE_MOD,
    ROLE_DEL,
    ROLE_ADDRULE,
    ROLE_DELRULE,
    GATE_SHOW,
    PERMS_LIST,
)
