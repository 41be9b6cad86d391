"""Users over HTTP: what each endpoint takes, refuses, and in which order; a refused body changes nothing (reference 3)."""

from typing import Any

import pytest

from .asking import NOT_LOGGED_IN, Client

GATE = "<a gate>"
ADMIN_ENDPOINTS = [
    ("POST", "/auth/adduser"),
    ("POST", "/auth/addrole"),
    ("POST", "/auth/delrole"),
    ("POST", "/auth/user/newp"),
    ("POST", "/auth/role/newp"),
    ("GET", "/auth/grant"),
    ("POST", "/auth/grant"),
    ("GET", "/auth/revoke"),
    ("POST", "/auth/revoke"),
    ("POST", "/auth/onepass/issue"),
]
LOGIN_ENDPOINTS = [
    ("GET", "/auth/users"),
    ("GET", "/auth/roles"),
    ("GET", "/auth/user/newp"),
    ("GET", "/auth/role/newp"),
    ("POST", "/auth/password/newp"),
]


async def a_gate(client: Client) -> str:
    gates: dict[str, Any] = (await client.user("root"))["authgates"]
    return sorted(gates)[0]


@pytest.mark.parametrize(("method", "path"), ADMIN_ENDPOINTS + LOGIN_ENDPOINTS)
@pytest.mark.parametrize("body", [b"not json", b'{"name": "x"}'])
async def test_login_comes_first(method: str, path: str, body: bytes, nobody: Client) -> None:
    answer = await nobody.ask(method, path, body)
    assert answer.refusal == NOT_LOGGED_IN
    assert answer.headers["Www-Authenticate"] == "Basic realm=synapse"


@pytest.mark.parametrize(("method", "path"), ADMIN_ENDPOINTS)
@pytest.mark.parametrize("body", [b"not json", b'{"name": "x"}', b'{"user": "newp", "role": "newp"}'])
async def test_the_admin_check_comes_before_existence_and_body(
    method: str, path: str, body: bytes, root: Client
) -> None:
    bob = await root.make_user("bob", rules=[[True, ["auth"]]])
    mesg = f"User {bob['iden']} (bob) is not an admin."
    assert (await root.as_user("bob", "pw").ask(method, path, body)).refusal == (403, "AuthDeny", mesg)


@pytest.mark.parametrize(
    ("path", "code", "mesg"),
    [
        ("/auth/user/newp", "NoSuchUser", "User newp does not exist."),
        ("/auth/role/newp", "NoSuchRole", "Role newp does not exist."),
        ("/auth/user/", "NoSuchUser", "User  does not exist."),
        ("/auth/user/%41%20b", "NoSuchUser", "User A b does not exist."),
    ],
)
@pytest.mark.parametrize("body", [b"5", b'{"name": 5, "rules": 5}'])
async def test_existence_comes_before_what_the_body_says(
    path: str, code: str, mesg: str, body: bytes, root: Client
) -> None:
    assert (await root.get(path)).refusal == (404, code, mesg)
    assert (await root.post(path, body)).refusal == (404, code, mesg)


async def test_password_looks_for_the_user_before_the_password(root: Client) -> None:
    for body in ({"passwd": 5}, {}):
        refusal = (await root.post("/auth/password/newp", body)).refusal
        assert refusal == (404, "NoSuchUser", "User does not exist: newp")


PAGE_500 = b"<html><title>500: Internal Server Error</title><body>500: Internal Server Error</body></html>"
BODIES = [
    b"",
    b"newp",
    b'{"name": "x"',
    b'{"name": "x"} x',
    b'{"name": "x",}',
    b"{'name': 'x'}",
    b'{"name": "\xff"}',
    b"\xef\xbb\xbf",
]


@pytest.mark.parametrize("path", ["/auth/adduser", "/auth/addrole", "/auth/delrole", "/auth/grant", "/auth/revoke"])
@pytest.mark.parametrize("body", BODIES, ids=repr)
async def test_what_is_no_json(path: str, body: bytes, root: Client) -> None:
    assert (await root.post(path, body)).refusal == (400, "SchemaViolation", "Invalid JSON content.")


@pytest.mark.parametrize("body", [b"[]", b"5", b'"x"', b"true"])
async def test_what_is_no_object_is_the_products_500_page(body: bytes, root: Client) -> None:
    iden = (await root.user("root"))["iden"]
    for path in (
        "/auth/adduser",
        f"/auth/user/{iden}",
        f"/auth/password/{iden}",
        "/storm/call",
        "/feed",
        "/model/norm",
    ):
        answer = await root.post(path, body)
        assert answer.status == 500
        assert answer.body == PAGE_500


async def test_a_body_that_is_null_is_answered_with_nothing(root: Client) -> None:
    for path in ("/auth/adduser", "/auth/onepass/issue", "/auth/grant", "/feed", "/storm/call"):
        answer = await root.post(path, b"null")
        assert (answer.status, answer.body, answer.headers["Content-Type"]) == (200, b"", "text/html; charset=UTF-8")


async def test_bodies_are_read_with_care(root: Client) -> None:
    add = "/auth/adduser"
    assert (await root.post(add, b'\xef\xbb\xbf{"name": "bom"}')).result["name"] == "bom"
    assert (await root.post(add, b'{"name": "a", "name": "last"}')).result["name"] == "last"
    assert (await root.post(add, b'\r\n\t {"name" : "blanks"}\n\n')).result["name"] == "blanks"
    assert (await root.post(add, '{"name": "é\\u2603 </x>"}'.encode())).result["name"] == "é☃ </x>"
    big = 2**70
    assert (await root.post(add, f'{{"name": "big", "x": {big}}}'.encode())).result["name"] == "big"
    mesg = f"The role {big} does not exist!"
    assert (await root.post("/auth/delrole", f'{{"name": {big}}}'.encode())).refusal == (404, "NoSuchRole", mesg)
    plain = await root.post(add, {"name": "typed"}, headers={"Content-Type": "text/plain"})
    assert plain.result["name"] == "typed"


async def test_a_slash_after_a_bracket_is_escaped(root: Client) -> None:
    answer = await root.post("/auth/adduser", {"name": "</script>é"})
    assert b'"name":"<\\/script>\xc3\xa9"' in answer.body
    refused = await root.post("/auth/adduser", {"name": "</script>é"})
    assert b"<\\/script>" in refused.body


async def test_a_new_user_has_what_was_given_and_the_role_all(root: Client) -> None:
    every = next(role for role in (await root.get("/auth/roles")).result if role["name"] == "all")
    body = {
        "name": "bob",
        "passwd": "pw",
        "admin": 1,
        "email": "Bob@X.com ",
        "rules": [[True, ["a", "b"]], [False, ["c"]]],
    }
    ignored = {"iden": "0" * 32, "locked": True, "archived": True, "roles": [], "type": "role", "x": 1}
    made = (await root.post("/auth/adduser", {**body, **ignored})).result
    assert made == {
        "type": "user",
        "iden": made["iden"],
        "name": "bob",
        "rules": [[True, ["a", "b"]], [False, ["c"]]],
        "roles": [every["iden"]],
        "admin": True,
        "email": "bob@x.com",
        "locked": False,
        "archived": False,
        "authgates": {},
    }
    assert made["iden"] != "0" * 32
    assert (await root.get(f"/auth/user/{made['iden']}")).result == made
    assert await root.user("bob") == {**made, "roles": [every]}


async def test_nulls_are_as_good_as_nothing(root: Client) -> None:
    made = (
        await root.post("/auth/adduser", {"name": "bob", "passwd": None, "email": None, "rules": None, "admin": None})
    ).result
    assert (made["email"], made["rules"], made["admin"]) == (None, [], False)
    path = f"/auth/user/{made['iden']}"
    full = (await root.post(path, {"email": "b@x.com", "rules": [[True, ["a"]]], "admin": True, "locked": 1})).result
    nulls = dict.fromkeys(("name", "email", "locked", "archived", "admin", "rules", "gate"))
    assert (await root.post(path, nulls)).result == full
    assert (await root.post(path, {})).result == full


ADDUSER_REFUSALS: list[tuple[dict[str, Any], tuple[int, str, str | None]]] = [
    ({}, (400, "MissingField", 'The adduser API requires a "name" argument.')),
    ({"name": None}, (400, "MissingField", 'The adduser API requires a "name" argument.')),
    ({"name": "taken"}, (400, "DupUser", "A user named taken already exists.")),
    ({"name": "taken", "rules": "bad", "passwd": 5}, (400, "DupUser", "A user named taken already exists.")),
    ({"name": 5}, (400, "BadArg", None)),
    ({"name": ["x"]}, (400, "BadArg", None)),
    ({"name": "x", "passwd": 5}, (400, "BadArg", "Password must be a string")),
    ({"name": "x", "passwd": ""}, (400, "BadArg", "Password must be a string")),
    ({"name": "x", "email": "newp"}, (400, "BadArg", None)),
    ({"name": "x", "email": "a@b@c"}, (400, "BadArg", None)),
    ({"name": "x", "email": 5}, (400, "BadArg", None)),
    ({"name": "x", "email": "taken@x.com"}, (400, "DupUser", None)),
    ({"name": "x", "email": "TAKEN@x.com"}, (400, "DupUser", None)),
    ({"name": "x", "rules": 5}, (400, "BadArg", None)),
    ({"name": "x", "rules": {}}, (400, "BadArg", None)),
    ({"name": "x", "rules": [5]}, (400, "BadArg", None)),
    ({"name": "x", "rules": [[True, "a.b"]]}, (400, "BadArg", None)),
    ({"name": "x", "rules": [[1, ["a"]]]}, (400, "BadArg", None)),
    ({"name": "x", "rules": [[True, []]]}, (400, "BadArg", None)),
    ({"name": "x", "rules": [[True, ["a", 5]]]}, (400, "BadArg", None)),
    ({"name": "x", "rules": [[True, ["a"], 1]]}, (400, "BadArg", None)),
]


@pytest.mark.parametrize(("body", "refusal"), ADDUSER_REFUSALS, ids=str)
async def test_adduser_refuses_and_stores_nothing(
    body: dict[str, Any], refusal: tuple[int, str, str | None], root: Client
) -> None:
    await root.make_user("taken", email="taken@x.com")
    before = (await root.get("/auth/users?archived=1")).result
    answer = (await root.post("/auth/adduser", body)).refusal
    assert answer[:2] == refusal[:2]
    assert refusal[2] in (None, answer[2])
    assert (await root.get("/auth/users?archived=1")).result == before


CHANGES: list[dict[str, Any]] = [
    {"name": 5},
    {"name": "taken"},
    {"email": "newp"},
    {"email": 0},
    {"email": "taken@x.com"},
    {"rules": 5},
    {"rules": [[True, []]]},
    {"gate": "newp", "rules": []},
    {"gate": "newp", "admin": True},
    {"gate": 5, "admin": True},
    {"gate": ["x"], "admin": True},
    {"gate": GATE, "rules": [5]},
    {"locked": False},
]


@pytest.mark.parametrize("bad", CHANGES, ids=str)
async def test_nothing_of_a_bad_change_is_applied(bad: dict[str, Any], root: Client) -> None:
    """Whatever else the body asks for: the product applies what comes before the bad part, and crashes."""
    await root.make_user("taken", email="taken@x.com")
    bob = await root.make_user("bob", email="bob@x.com", rules=[[True, ["a"]]])
    path = f"/auth/user/{bob['iden']}"
    before = (await root.post(path, {"archived": True})).result
    body = {"name": "new", "email": "new@x.com", "admin": True, "rules": [[False, ["b"]]], **bad}
    if body.get("gate") == GATE:
        body["gate"] = await a_gate(root)
    answer = await root.post(path, body)
    assert answer.status in (400, 404)
    assert answer.refusal[1] in ("BadArg", "DupUser", "NoSuchAuthGate")
    assert (await root.get(path)).result == before
    assert (await root.login("new", "pw")).status == 404


async def test_change_takes_its_fields_and_ignores_the_rest(root: Client) -> None:
    bob = await root.make_user("bob", email="b@x.com")
    path = f"/auth/user/{bob['iden']}"
    ignored = {"passwd": "other", "iden": "0" * 32, "roles": [], "type": "x", "authgates": {}}
    changed = (await root.post(path, {"name": "robert", "email": "", "admin": "yes", **ignored})).result
    assert changed == {**bob, "name": "robert", "email": None, "admin": True}
    assert (await root.login("bob", "pw")).status == 404
    assert (await root.login("robert", "pw")).status == 200
    assert (await root.post(path, {"admin": 0, "name": "bob"})).result == {**bob, "email": None}


async def test_the_old_name_is_free_after_a_rename(root: Client) -> None:
    bob = await root.make_user("bob")
    await root.post(f"/auth/user/{bob['iden']}", {"name": "robert"})
    second = await root.make_user("bob", "pw2")
    assert (await root.login("bob", "pw2")).result["iden"] == second["iden"]
    assert (await root.login("robert", "pw")).result["iden"] == bob["iden"]


async def test_archiving_locks_and_unarchiving_does_not_unlock(root: Client) -> None:
    bob = await root.make_user("bob")
    path = f"/auth/user/{bob['iden']}"
    archived = (await root.post(path, {"archived": True})).result
    assert (archived["archived"], archived["locked"]) == (True, True)
    assert (await root.post(path, {"locked": False})).refusal == (400, "BadArg", "Cannot unlock archived user.")
    back = (await root.post(path, {"archived": False})).result
    assert (back["archived"], back["locked"]) == (False, True)
    assert (await root.post(path, {"locked": False})).result == bob


async def test_lists_leave_archived_users_out_unless_asked(root: Client) -> None:
    bob = await root.make_user("bob")
    await root.make_user("ann")
    await root.post(f"/auth/user/{bob['iden']}", {"archived": True})

    async def names(query: str) -> list[str]:
        return [user["name"] for user in (await root.get(f"/auth/users{query}")).result]

    for query in ("", "?archived=0", "?archived=1&archived=0", "?x=1"):
        assert await names(query) == ["ann", "root"]
    for query in (
        "?archived=1",
        "?archived=7&archived=1",
        "?archived=01",
        "?archived=%201",
        f"?archived={'0' * 5000}1",
    ):
        assert await names(query) == ["ann", "bob", "root"]
    for query in ("?archived=2", "?archived=", "?archived=true", "?archived=-1", "?archived=1&archived=x"):
        mesg = 'The parameter "archived" must be 0 or 1 if specified.'
        assert (await root.get(f"/auth/users{query}")).refusal == (400, "BadHttpParam", mesg)
        assert [role["name"] for role in (await root.get(f"/auth/roles{query}")).result] == ["all"]


async def test_any_login_may_look(root: Client) -> None:
    bob = await root.make_user("bob")
    as_bob = root.as_user("bob", "pw")
    for path in ("/auth/users", "/auth/roles", f"/auth/user/{bob['iden']}"):
        assert (await as_bob.get(path)).result == (await root.get(path)).result


async def test_gates_hold_rules_and_admin_of_their_own(root: Client) -> None:
    gate = await a_gate(root)
    bob = await root.make_user("bob", rules=[[True, ["a"]]])
    path = f"/auth/user/{bob['iden']}"

    async def gates_after(**body: Any) -> dict[str, Any]:
        found = (await root.post(path, {"gate": gate, **body})).result
        assert (found["rules"], found["admin"]) == ([[True, ["a"]]], False)
        return dict(found["authgates"])

    # As a real Cortex answered: an entry is there while it says something.
    assert await gates_after() == {}
    assert await gates_after(rules=[]) == {}
    assert await gates_after(admin=True) == {gate: {"admin": True}}
    assert await gates_after(rules=[]) == {gate: {"admin": True, "rules": []}}
    assert await gates_after(admin=False) == {}
    assert await gates_after(rules=[[True, ["q"]]], admin=False) == {gate: {"rules": [[True, ["q"]]], "admin": False}}
    # A gate that does not exist matters only where something is to be changed on it.
    assert (await root.post(path, {"gate": "newp"})).status == 200


async def test_a_password_by_its_owner_by_an_admin_and_by_another(root: Client) -> None:
    bob = await root.make_user("bob", "one")
    await root.make_user("eve", "eve")
    path = f"/auth/password/{bob['iden']}"
    assert (await root.as_user("bob", "one").post(path, {"passwd": "two"})).result == bob
    assert (await root.login("bob", "two")).status == 200
    assert (await root.post(path, {"passwd": "three"})).result == bob
    assert (await root.login("bob", "three")).status == 200
    # Anybody else is answered as if.
    for body in ({"passwd": "evil"}, {"passwd": None}, {}):
        assert (await root.as_user("eve", "eve").post(path, body)).result == bob
    assert (await root.login("bob", "three")).status == 200
    assert (await root.login("bob", "evil")).status == 403


@pytest.mark.parametrize("password", ["", 5, False, [], {}, 0])
async def test_what_is_no_password(password: Any, root: Client) -> None:
    bob = await root.make_user("bob")
    refused = await root.post(f"/auth/password/{bob['iden']}", {"passwd": password})
    assert refused.refusal == (400, "BadArg", "Password must be a string")
    assert (await root.login("bob", "pw")).status == 200


@pytest.mark.parametrize("body", [{}, {"passwd": None}])
async def test_a_missing_password_takes_it_away(body: dict[str, Any], root: Client) -> None:
    bob = await root.make_user("bob")
    assert (await root.post(f"/auth/password/{bob['iden']}", body)).result == bob
    for password in ("pw", "", "None"):
        assert (await root.login("bob", password)).refusal == (403, "AuthDeny", "Incorrect password.")
