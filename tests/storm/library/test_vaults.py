"""Vaults in Storm. Answers and refusals are those of a real Cortex."""

import pytest

from ..edits.asking import Asking
from .calling import call, refused, user_named

OWN = "$v=$lib.vault.byname(own) "


@pytest.fixture
def bob(cortex: Asking) -> Asking:
    bob = user_named(cortex, "bob")
    call(bob, 'return($lib.vault.add(own, kind, user, $lib.user.iden, ({"k": "s"}), ({"c": 1})))')
    return bob


def test_an_owner_sees_and_changes_all(bob: Asking) -> None:
    assert call(bob, OWN + "return(($v.name, $v.type, $v.scope, $v.secrets, $v.configs))") == [
        "own",
        "kind",
        "user",
        {"k": "s"},
        {"c": 1},
    ]
    changed = OWN + "$v.secrets.n=5 $v.configs.c=$lib.undef return(($v.secrets, $v.configs))"
    assert call(bob, changed) == [{"k": "s", "n": "5"}, {}]
    assert call(bob, OWN + "$v.name=other return($lib.vault.bytype(kind).name)") == "other"
    assert call(bob, "return($lib.vault.byname(other).delete())") is None
    assert refused(bob, "$lib.vault.byname(other)") == ("NoSuchName", "Vault not found for name: other.")


def test_readers_do_not_see_secrets(cortex: Asking, bob: Asking) -> None:
    iden = call(cortex, 'return($lib.vault.add(all, kind, global, $lib.null, ({"a": 1}), ({"b": 2})))')
    assert "secrets" not in call(bob, "return($lib.vault.byname(all))")
    assert call(bob, "$v=$lib.vault.byname(all) return(($v.secrets, $v.configs))") == [None, {"b": 2}]
    denied = "User requires {} permission on vault: " + f"{iden}."
    assert refused(bob, "$v=$lib.vault.byname(all) $v.configs.x=y") == ("AuthDeny", denied.format("edit"))
    assert refused(bob, "$lib.vault.byname(all).delete()") == ("AuthDeny", denied.format("admin"))
    assert call(bob, "return($lib.vault.bytype(kind).name)") == "own"


@pytest.mark.parametrize(
    ("arguments", "name", "mesg"),
    [
        ("own, t, user, $lib.user.iden, ({}), ({})", "DupName", "A user config already exists with the name own."),
        (
            "x, t, newp, $lib.user.iden, ({}), ({})",
            "SchemaViolation",
            "data.scope must be one of [None, 'user', 'role', 'global']",
        ),
        ("x, t, user, newp, ({}), ({})", "SchemaViolation", "data.owner must match pattern ^[0-9a-f]{32}$"),
        ("x, t, user, $lib.null, ({}), ({})", "BadArg", "Owner required for unscoped, user, and role vaults."),
        ("x, t, user, $lib.user.iden, newp, ({})", "SchemaViolation", "data.secrets must be object"),
        ("x, t, global, $lib.null, ({}), ({})", "AuthDeny", "User bob cannot create global vaults."),
    ],
)
def test_what_cannot_be_is_refused(bob: Asking, arguments: str, name: str, mesg: str) -> None:
    assert refused(bob, f"$lib.vault.add({arguments})") == (name, mesg)


@pytest.mark.parametrize(
    ("vault", "told"),
    [
        ('({"permissions": "abc"})', ("NoSuchName", "Cannot find name [users] on type str")),
        (
            '({"configs": "abc"})',
            ("StormVarListError", "Number of items to unpack does not match the number of variables: 'a'"),
        ),
    ],
)
def test_what_is_no_vault_is_not_shown(cortex: Asking, vault: str, told: tuple[str, str]) -> None:
    assert refused(cortex, f"for $x in $lib.vault.print({vault}) {{ }}") == told


def test_a_level_that_is_none_is_shown_as_nothing(cortex: Asking) -> None:
    query = 'for $x in $lib.vault.print(({"permissions": {"users": {"a": 77, "b": "c"}}})) { }'
    printed = [info["mesg"] for kind, info in cortex.messages(query) if kind == "print"]
    assert printed[5:8] == ["    Users:", "      a: $lib.null", "      b: $lib.null"]
