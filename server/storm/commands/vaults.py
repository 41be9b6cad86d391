"""Commands for vaults: `vault.*`."""

from __future__ import annotations

from .command import Command, Option
from .written import written

# A vault is named by its name or its iden.
FIND = """
function find(name) {
    try { return($lib.vault.get($name)) } catch (BadArg, NoSuchIden) as error { }
    return($lib.vault.byname($name))
}
"""
NAME = Option("name", "Its name or iden.")

ADD = written(
    "vault.add",
    "Make a vault for a user, a role or everybody.",
    """
function scopes() {
    $found = ([])
    if ($cmdopts.user != $lib.null) { $found.append("user") }
    if ($cmdopts.role != $lib.null) { $found.append("role") }
    if ($cmdopts.unscoped != $lib.null) { $found.append("unscoped") }
    if $cmdopts.global { $found.append("global") }
    return($found)
}
function ownerof(scope) {
    if ($scope = "global") { return() }
    if ($scope = "role") {
        $owner = $lib.auth.roles.byname($cmdopts.role)
    } elif ($scope = "user") {
        $owner = $lib.auth.users.byname($cmdopts.user)
    } else {
        $owner = $lib.auth.users.byname($cmdopts.unscoped)
    }
    if $owner { return($owner.iden) }
    return()
}
$given = $scopes()
if ($lib.len($given) != 1) {
    $lib.warn("Must specify one of --user <username>, --role <rolename>, --unscoped <username>, --global.")
    $lib.exit()
}
$scope = $given.0
$owner = $ownerof($scope)
if ($scope = "unscoped") { $scope = $lib.null }
$iden = $lib.vault.add($cmdopts.name, $cmdopts.type, $scope, $owner, $cmdopts.secrets, $cmdopts.configs)
$lib.print(`Vault created with iden: {$iden}.`)
$lib.vault.print($lib.vault.get($iden))
""",
    Option("name", "Its name."),
    Option("type", "What it is for."),
    Option("secrets", "Its secrets, a dictionary."),
    Option("configs", "Its settings, a dictionary."),
    Option("--user", "Name of the user it is for."),
    Option("--role", "Name of the role it is for."),
    Option("--unscoped", "Name of the user who gets it besides the one of his scope."),
    Option("--global", "Make it for everybody.", flag=True),
    readonly=True,
)
LIST = written(
    "vault.list",
    "List the vaults that one may read.",
    """
function secrets(vault) {
    $found = $vault.secrets
    if ($found = $lib.null) {
        $lib.print("  Secrets: Cannot display secrets - no edit permission to vault.")
        return()
    }
    $lines = ([])
    for ($key, $valu) in $found { $lines.append(`    {$key}: {$valu}`) }
    if $lines { $lib.print("  Secrets:") } else { $lib.print("  Secrets: None") }
    for $line in $lines { $lib.print($line) }
    return()
}
$lib.print("Available Vaults")
$lib.print("----------------")
for $vault in $lib.vault.list() {
    $wanted = (true)
    if ($cmdopts.name and $cmdopts.name != $vault.name and $cmdopts.name != $vault.iden) { $wanted = (false) }
    if ($cmdopts.type and $cmdopts.type != $vault.type) { $wanted = (false) }
    if $wanted {
        $lib.vault.print($vault)
        if $cmdopts.showsecrets { $secrets($vault) }
        $lib.print("")
    }
}
""",
    Option("--name", "Only the one of this name or iden."),
    Option("--type", "Only those for this."),
    Option("--showsecrets", "Show their secrets, too.", flag=True),
    readonly=True,
)


def _set(part: str, what: str) -> Command:
    """A command that sets or takes away one value of the secrets or the configs. part: which of them."""
    text = f"""
{FIND}
if ((not $cmdopts.delete) = ($cmdopts.value = $lib.null)) {{
    $lib.warn("One of `--value <value>` or `--delete` is required.")
    $lib.exit()
}}
$vault = $find($cmdopts.name)
$data = $vault.{part}
if $cmdopts.delete {{
    $data.($cmdopts.key) = $lib.undef
    $lib.print(`Removed {{$cmdopts.key}} from vault {part}: {{$cmdopts.name}}.`)
}} else {{
    $data.($cmdopts.key) = $cmdopts.value
    $lib.print(`Set {{$cmdopts.key}}={{$cmdopts.value}} into vault {part}: {{$cmdopts.name}}.`)
}}
"""
    return written(
        f"vault.set.{part}",
        f"Set {what} of a vault.",
        text,
        NAME,
        Option("key", "Its key."),
        Option("--value", "The value."),
        Option("--delete", "Take it away instead.", flag=True),
        readonly=True,
    )


PERM = written(
    "vault.set.perm",
    "Set what a user or a role may do with a vault.",
    FIND
    + """
if ((not $cmdopts.revoke) = ($cmdopts.level = $lib.null)) {
    $lib.warn("One of `--level <level>` or `--revoke` is required.")
    $lib.exit()
}
if (($cmdopts.user != $lib.null) = ($cmdopts.role != $lib.null)) {
    $lib.warn("One of `--user <username>` or `--role <rolename>` is required.")
    $lib.exit()
}
$level = $lib.null
if $cmdopts.level {
    $levels = ({"deny": 0, "read": 1, "edit": 2, "admin": 3})
    $level = $levels.($cmdopts.level)
    if ($level = $lib.null) {
        $lib.warn(`Invalid level specified: {$cmdopts.level}. Level must be one of: deny, read, edit, admin.`)
        $lib.exit()
    }
}
$vault = $find($cmdopts.name)
if ($cmdopts.user != $lib.null) {
    $who = $lib.auth.users.byname($cmdopts.user)
    if (not $who) { $lib.warn(`User with value {$cmdopts.user} not found.`) $lib.exit() }
} else {
    $who = $lib.auth.roles.byname($cmdopts.role)
    if (not $who) { $lib.warn(`Role with value {$cmdopts.user} not found.`) $lib.exit() }
}
$vault.setPerm($who.iden, $level)
$lib.print(`Successfully set permissions on vault {$cmdopts.name}.`)
""",
    NAME,
    Option("--user", "Name of the user."),
    Option("--role", "Name of the role."),
    Option("--level", "What is allowed: deny, read, edit or admin."),
    Option("--revoke", "Take the level away instead.", flag=True),
    readonly=True,
)
DEL = written(
    "vault.del",
    "Delete a vault.",
    FIND
    + """
$find($cmdopts.name).delete()
$lib.print(`Successfully deleted vault {$cmdopts.name}.`)
""",
    NAME,
    readonly=True,
)
COMMANDS = (ADD, LIST, _set("secrets", "a secret"), _set("configs", "a setting"), PERM, DEL)
