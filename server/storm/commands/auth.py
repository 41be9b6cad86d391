"""Commands for users, roles and what they may: `auth.*`."""

from __future__ import annotations

from .command import Option
from .written import written

NAME = Option("name", "Name of the user.", "str")
ROLE_NAME = Option("name", "Name of the role.", "str")
RULE = Option("rule", "The rule; with ! in front it denies.", "str")
GATE = Option("--gate", "Iden of the object that the rule is for.", "str", default=None)
INDEX = Option("--index", "Where in the list of rules it goes, from 0 on.", "int", default=None)
BY_INDEX = Option("--index", "The rule is told by its place, from 0 on.", flag=True)

USER_ADD = written(
    "auth.user.add",
    "Make a user.",
    """
$user = $lib.auth.users.add($cmdopts.name, email=$cmdopts.email)
$lib.print(`User ({$user.name}) added with iden: {$user.iden}`)
""",
    Option("name", "Name of the user.", "str"),
    Option("--email", "The e-mail address.", "str", default=None),
)
USER_LIST = written(
    "auth.user.list",
    "List the users.",
    """
init {
    $free = ([])
    $locked = ([])
    for $user in $lib.auth.users.list() {
        if $user.get(locked) { $locked.append($user.name) } else { $free.append($user.name) }
    }
    $lib.print("Users:")
    for $name in $lib.sorted($free) { $lib.print(`  {$name}`) }
    $lib.print("")
    $lib.print("Locked Users:")
    for $name in $lib.sorted($locked) { $lib.print(`  {$name}`) }
}
""",
    readonly=True,
)
# Rules and gates of a user or a role, as the commands show them.
SHOWING = """
function rules(found, indent) {
    $place = (0)
    for $rule in $found {
        $lib.print(`{$indent}[{$lib.cast(str, $place).ljust(3)}] - {$lib.auth.textFromRule($rule)}`)
        $place = ($place + 1)
    }
    return()
}
"""
USER_SHOW = written(
    "auth.user.show",
    "Show a user with rules and roles.",
    SHOWING
    + """
$user = $lib.auth.users.byname($cmdopts.username)
if (not $user) {
    $lib.warn(`No user named: {$cmdopts.username}`)
    $lib.exit()
}
$lib.print(`User: {$user.name} ({$user.iden})`)
$lib.print("")
$lib.print(`  Locked: {$user.get(locked)}`)
$lib.print(`  Admin: {$user.get(admin)}`)
$lib.print(`  Email: {$user.email}`)
$lib.print("  Rules:")
$rules($user.getRules(), "    ")
$lib.print("")
$lib.print("  Roles:")
for $role in $user.roles() { $lib.print(`    {$role.iden} - {$role.name}`) }
$lib.print("")
$lib.print("  Gates:")
for $gate in $user.gates() {
    for $info in $gate.users {
        if ($info.iden = $user.iden) {
            $lib.print(`    {$gate.iden} - ({$gate.type})`)
            $lib.print(`      Admin: {$info.admin}`)
            $rules($user.getRules(gateiden=$gate.iden), "      ")
        }
    }
}
""",
    Option("username", "Name of the user.", "str"),
    readonly=True,
)
USER_ALLOWED = written(
    "auth.user.allowed",
    "Show whether a user may do something, and why.",
    """
$user = $lib.auth.users.byname($cmdopts.username)
if (not $user) {
    $lib.warn(`No user named: {$cmdopts.username}`)
    $lib.exit()
}
($allowed, $reason) = $user.getAllowedReason($cmdopts.permname, gateiden=$cmdopts.gate)
$lib.print(`allowed: {$allowed} - {$reason}`)
""",
    Option("username", "Name of the user.", "str"),
    Option("permname", "The permission.", "str"),
    Option("--gate", "Iden of the object that it is about.", "str"),
    readonly=True,
)
# Of a user or a role: the three words in braces are put in below and in `auth_roles.py`.
ADDRULE = """
{holder}
if $holder {
    $holder.addRule($lib.auth.ruleFromText($cmdopts.rule), gateiden=$cmdopts.gate, indx=$cmdopts.index)
    $lib.print(`Added rule {$cmdopts.rule} to {kind} {$cmdopts.name}.`)
} else {
    $lib.warn(`{Kind} ({$cmdopts.name}) not found!`)
}
"""
DELRULE = """
{holder}
if (not $holder) {
    $lib.warn(`{Kind} ({$cmdopts.name}) not found!`)
    $lib.exit()
}
if $cmdopts.index {
    $rule = $lib.auth.textFromRule($holder.popRule($cmdopts.rule, gateiden=$cmdopts.gate))
} else {
    $rule = $cmdopts.rule
    $holder.delRule($lib.auth.ruleFromText($rule), gateiden=$cmdopts.gate)
}
$lib.print(`Removed rule {$rule} from {kind} {$cmdopts.name}.`)
"""


def of_holder(text: str, kind: str) -> str:
    """A text about whoever holds rules, for a `user` or a `role`."""
    holder = f"$holder = $lib.auth.{kind}s.byname($cmdopts.name)"
    return text.replace("{holder}", holder).replace("{Kind}", kind.capitalize()).replace("{kind}", kind)


USER_ADDRULE = written("auth.user.addrule", "Give a user a rule.", of_holder(ADDRULE, "user"), NAME, RULE, GATE, INDEX)
USER_DELRULE = written(
    "auth.user.delrule", "Take a rule from a user.", of_holder(DELRULE, "user"), NAME, RULE, GATE, BY_INDEX
)
USER_GRANT = written(
    "auth.user.grant",
    "Give a user a role.",
    """
$user = $lib.auth.users.byname($cmdopts.username)
if (not $user) {
    $lib.warn(`No user named: {$cmdopts.username}`)
    $lib.exit()
}
$role = $lib.auth.roles.byname($cmdopts.rolename)
if (not $role) {
    $lib.warn(`No role named: {$cmdopts.rolename}`)
    $lib.exit()
}
$lib.print(`Granting role {$role.name} to user {$user.name}.`)
$user.grant($role.iden, indx=$cmdopts.index)
""",
    Option("username", "Name of the user.", "str"),
    Option("rolename", "Name of the role.", "str"),
    Option("--index", "Where in the list of roles it goes, from 0 on.", "int", default=None),
)
USER_REVOKE = written(
    "auth.user.revoke",
    "Take a role from a user.",
    """
$user = $lib.auth.users.byname($cmdopts.username)
if (not $user) {
    $lib.warn(`No user named: {$cmdopts.username}`)
    $lib.exit()
}
$role = $lib.auth.roles.byname($cmdopts.rolename)
if (not $role) {
    $lib.warn(`No role named: {$cmdopts.rolename}`)
    $lib.exit()
}
$held = (false)
for $each in $user.roles() { if ($each.iden = $role.iden) { $held = (true) } }
if $held {
    $lib.print(`Revoking role {$role.name} from user {$user.name}.`)
    $user.revoke($role.iden)
} else {
    $lib.warn(`User {$cmdopts.username} does not have role {$cmdopts.rolename}`)
}
""",
    Option("username", "Name of the user.", "str"),
    Option("rolename", "Name of the role.", "str"),
)
USER_MOD = written(
    "auth.user.mod",
    "Change a user.",
    """
$user = $lib.auth.users.byname($cmdopts.username)
$name = $cmdopts.username
if (not $user) {
    $lib.warn(`User ({$name}) not found!`)
    $lib.exit()
}
if ($cmdopts.name != $lib.null) {
    $user.name = $cmdopts.name
    $lib.print(`User ({$name}) renamed to {$cmdopts.name}.`)
}
if ($cmdopts.email != $lib.null) {
    $user.email = $cmdopts.email
    $lib.print(`User ({$name}) email address set to {$cmdopts.email}.`)
}
if ($cmdopts.passwd != $lib.null) {
    $user.setPasswd($cmdopts.passwd)
    $lib.print(`User ({$name}) password updated.`)
}
if ($cmdopts.locked != $lib.null) {
    $user.setLocked($cmdopts.locked)
    $lib.print(`User ({$name}) locked status set to {($cmdopts.locked = (1))}.`)
}
if ($cmdopts.admin != $lib.null) {
    $user.setAdmin($cmdopts.admin, gateiden=$cmdopts.gate)
    $where = ""
    if $cmdopts.gate { $where = ` for auth gate {$cmdopts.gate}` }
    $lib.print(`User ({$name}) admin status set to {($cmdopts.admin = (1))}{$where}.`)
}
""",
    Option("username", "Name of the user.", "str"),
    Option("--name", "A new name.", "str"),
    Option("--email", "A new e-mail address.", "str"),
    Option("--passwd", "A new password.", "str"),
    Option("--admin", "Whether the user is an admin.", "bool"),
    Option("--gate", "Iden of the object whose admin the user is to be.", "str"),
    Option("--locked", "Whether the user is locked out.", "bool"),
)
USERS = (
    USER_ADD,
    USER_LIST,
    USER_SHOW,
    USER_ALLOWED,
    USER_ADDRULE,
    USER_DELRULE,
    USER_GRANT,
    USER_REVOKE,
    USER_MOD,
)
COMMANDS = USERS
