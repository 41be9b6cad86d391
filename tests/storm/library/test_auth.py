"""Users, roles and gates in Storm. Answers and refusals are those of a real Cortex."""

import pytest

from ..edits.asking import Asking
from .calling import call, refused, user_named

BOB = "$u=$lib.auth.users.byname(bob) "


@pytest.fixture
def bob(cortex: Asking) -> Asking:
    return user_named(cortex, "bob")


def test_a_user_is_packed_as_over_http(cortex: Asking, bob: Asking) -> None:
    packed = call(cortex, BOB + "return($u)")
    assert list(packed) == [
        "type",
        "iden",
        "name",
        "rules",
        "roles",
        "admin",
        "email",
        "locked",
        "archived",
        "authgates",
    ]
    assert (packed["name"], packed["roles"][0]["name"]) == ("bob", "all")
    assert call(cortex, BOB + "return($u.pack())") == packed


def test_rules_are_added_taken_out_and_asked(cortex: Asking, bob: Asking) -> None:
    call(cortex, BOB + "$u.addRule(((true), (a, b))) $u.addRule(((false), (c,)), indx=(0))")
    assert call(cortex, BOB + "return($u.getRules())") == [[False, ["c"]], [True, ["a", "b"]]]
    assert call(cortex, BOB + "return(($u.allowed(a.b.c), $u.allowed(c), $u.allowed(d, default=(true))))") == [
        True,
        False,
        True,
    ]
    reasons = "return(($u.getAllowedReason(a.b.c), $u.getAllowedReason(c), $u.getAllowedReason(d)))"
    assert call(cortex, BOB + reasons) == [
        [True, "Matched user rule (a.b)."],
        [False, "Matched user rule (!c)."],
        [False, "No matching rule found."],
    ]
    assert call(cortex, BOB + "return(($u.popRule((-1)), $u.delRule(((false), (c,))), $u.getRules()))") == [
        [True, ["a", "b"]],
        None,
        [],
    ]
    assert refused(cortex, BOB + "$u.popRule(9)") == ("BadArg", f"User {bob.user.iden} only has 0 rules.")


@pytest.mark.parametrize(
    ("rule", "mesg"),
    [
        ("newp", "data[0] must be array"),
        ("((true),)", "data[0] must contain at least 2 items"),
        ("(foo, (c,))", "data[0][0] must be boolean"),
        ("((true), c)", "data[0][1] must be array"),
        ("((true), ())", "data[0][1] must contain at least 1 items"),
    ],
)
def test_malformed_rules_are_refused(cortex: Asking, bob: Asking, rule: str, mesg: str) -> None:
    assert refused(cortex, f"{BOB} $u.addRule({rule})") == ("SchemaViolation", mesg)
    assert call(cortex, BOB + "return($u.getRules())") == []


def test_a_gate_shows_who_was_granted_what(cortex: Asking, bob: Asking) -> None:
    view = cortex.host.view
    call(cortex, f"{BOB} $u.addRule(((true), (q,)), gateiden={view})")
    gate = call(cortex, f"return($lib.auth.gates.get({view}))")
    assert [each["admin"] for each in gate["users"]] == [True, False]
    assert gate["users"][1] == {"iden": bob.user.iden, "rules": [[True, ["q"]]], "admin": False}
    assert call(cortex, BOB + "return($u.gates())") == [gate]
    assert call(cortex, f"{BOB} return(($u.allowed(q, gateiden={view}), $u.allowed(q)))") == [True, False]
    assert refused(cortex, BOB + "$u.addRule(((true), (q,)), gateiden=newp)") == (
        "NoSuchAuthGate",
        "No auth gate found with iden: (newp).",
    )


@pytest.mark.parametrize(
    ("query", "name", "mesg"),
    [
        ("$lib.auth.users.add(bob)", "DupUserName", "Duplicate username, name='bob' already exists."),
        ("$lib.auth.users.add(x, email=newp)", "BadArg", 'Email address expected in <user>@<fqdn> format, got "newp"'),
        ("$lib.auth.users.add(x, iden=abc)", "BadArg", "Argument it not a valid iden."),
        ("$lib.auth.users.del(newp)", "NoSuchUser", "No user with iden newp."),
        ("$lib.auth.users.del($lib.user.iden)", "BadArg", 'User "root" may not be deleted.'),
        ("$lib.auth.roles.add(all)", "DupRoleName", "Duplicate role name, name='all' already exists."),
        ("$lib.auth.roles.del($lib.auth.roles.byname(all).iden)", "BadArg", 'Role "all" may not be deleted.'),
        ("$r=$lib.auth.roles.byname(all) $r.name=foo", "BadArg", 'Role "all" may not be renamed.'),
        (BOB + "$u.grant(newp)", "NoSuchRole", "No role with iden newp."),
        (BOB + "$u.revoke($lib.auth.roles.byname(all).iden)", "BadArg", 'Role "all" may not be revoked.'),
        (BOB + "$u.setRoles(())", "BadArg", 'Role "all" must be in the list of roles set.'),
        (BOB + '$u.setPasswd("")', "BadArg", "Password must be a string"),
        (BOB + "$u.setArchived((true)) $u.setLocked((false))", "BadArg", "Cannot unlock archived user."),
        (BOB + "$u.iden=foo", "NoSuchName", "Setting iden is not supported on auth:user."),
        (BOB + "$lib.auth.users.del($u.iden) $u.setEmail(a@b.c)", "NoSuchUser", ""),
    ],
)
def test_what_cannot_be_is_refused(cortex: Asking, bob: Asking, query: str, name: str, mesg: str) -> None:
    assert refused(cortex, query) == (name, mesg or f"No user with iden {bob.user.iden}.")


@pytest.mark.parametrize(
    ("query", "perm"),
    [
        ("$lib.auth.users.add(x)", "storm.lib.auth.users.add"),
        ("$lib.auth.roles.add(x)", "storm.lib.auth.roles.add"),
        ("$u.setPasswd(x)", "auth.user.set.passwd"),
        ("$u.setLocked((true))", "auth.user.set.locked"),
        ("$u.addRule(newp)", "auth.user.set.rules"),
        ("$u.genApiKey(x)", "auth.user.set.apikey"),
        ("return($u.profile.foo)", "auth.user.get.profile.foo"),
        ("$u.json.set(foo, bar)", "user.json.set"),
        ("$lib.globals.set(x, y)", "globals.set.x"),
        ("$lib.log.info(x)", "storm.lib.log.info"),
        ("return($lib.axon.has(aa))", "axon.has"),
        ("return($lib.axon.read(aa))", "storm.lib.axon.get"),
        ("$lib.queue.add(x)", "queue.add"),
    ],
)
def test_who_lacks_a_permission_is_told_which(cortex: Asking, bob: Asking, query: str, perm: str) -> None:
    mesg = f"User 'bob' ({bob.user.iden}) must have permission {perm}"
    assert refused(bob, "$u=$lib.auth.users.byname(root) " + query) == ("AuthDeny", mesg)


def test_users_may_change_some_of_their_own(bob: Asking) -> None:
    call(bob, BOB + "$u.setPasswd(pw) $u.email=' BOB@x.com ' $u.name=rob")
    assert call(bob, "$u=$lib.auth.users.get() return(($u.name, $u.email))") == ["rob", "bob@x.com"]
    assert len(call(bob, "$u=$lib.auth.users.get() $u.genApiKey(x) return($u.listApiKeys())")) == 1


def test_keys_are_shown_once_and_changed_by_name_only(cortex: Asking, bob: Asking) -> None:
    key, info = call(cortex, BOB + "return($u.genApiKey(one, duration=(1000)))")
    assert len(key) == 44
    assert list(info) == ["iden", "name", "user", "created", "updated", "expires"]
    assert info["expires"] == info["created"] + 1000
    assert call(cortex, BOB + "return($u.listApiKeys())") == [info]
    changed = call(cortex, f"{BOB} return($u.modApiKey({info['iden']}, name, two))")
    assert changed["name"] == "two"
    assert refused(cortex, f"{BOB} $u.modApiKey({info['iden']}, user, two)")[1] == "Cannot set user on user API keys."
    assert call(cortex, f"{BOB} return($u.delApiKey({info['iden']}))") is True
    assert refused(cortex, f"{BOB} $u.getApiKey({info['iden']})") == (
        "NoSuchIden",
        f"User API key does not exist: {info['iden']}",
    )


def test_things_have_permissions_of_their_own(cortex: Asking, bob: Asking) -> None:
    thing = {"permissions": {"users": {}, "roles": {}, "default": 1}}
    allowed = "return(($lib.auth.easyperm.allowed($e, (1)), $lib.auth.easyperm.allowed($e, (2))))"
    assert call(bob, allowed, vars={"e": thing}) == [True, False]
    assert call(cortex, allowed, vars={"e": thing}) == [True, True]
    grown = call(bob, f"return($lib.auth.easyperm.set($e, users, {bob.user.iden}, (3)))", vars={"e": thing})
    assert call(bob, allowed, vars={"e": grown}) == [True, True]


def test_a_deleted_user_leaves_nothing(cortex: Asking, bob: Asking) -> None:
    call(bob, "$lib.user.vars.set(a, b)")
    call(cortex, f"$lib.auth.users.del({bob.user.iden})")
    assert cortex.host.documents.items("user:vars", bob.user.iden) == []
