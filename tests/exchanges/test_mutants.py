"""Every way in which an answer can be wrong is noticed, and the right step is blamed for it.

A mutant changes one recorded answer on the wire; the whole replay, sockets included, must report it in the words given.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from deadringer.fixtures.evidence.connection import connect
from deadringer.fixtures.evidence.replay import Outcome, replay_one
from deadringer.fixtures.evidence.scenario import EXCHANGES, Scenario, read
from deadringer.fixtures.evidence.target import find

from .parrot import Mutation, Wire, edited, parrot


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change to the answer of one step, and a part of what must be said of it."""

    name: str
    scenario: str
    step: str
    change: Mutation
    said: str


def in_result(edit: Callable[[Any], None]) -> Mutation:
    """A change of the `result` of a REST answer, in place."""

    def change(wire: Wire) -> Wire:
        def edit_body(body: Any) -> Any:
            edit(body["result"])
            return body

        return edited(wire, edit_body)

    return change


def in_chunk(index: int, edit: Callable[[Any], None]) -> Mutation:
    """A change of one message of a stream, in place."""

    def change(wire: Wire) -> Wire:
        assert wire.chunks is not None
        message = json.loads(wire.chunks[index])
        edit(message)
        chunk = json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode()
        return replace(wire, chunks=(*wire.chunks[:index], chunk, *wire.chunks[index + 1 :]))

    return change


def with_header(name: str, valu: str) -> Mutation:
    return lambda wire: replace(wire, headers=wire.headers | {name: valu})


def without_header(name: str) -> Mutation:
    return lambda wire: replace(wire, headers={key: valu for key, valu in wire.headers.items() if key != name})


def with_chunks(rearrange: Callable[[tuple[bytes, ...]], tuple[bytes, ...]]) -> Mutation:
    return lambda wire: replace(wire, chunks=rearrange(wire.chunks or ()))


def moved_last(valu: dict[str, Any], key: str) -> None:
    valu[key] = valu.pop(key)


def with_body(edit: Callable[[bytes], bytes]) -> Mutation:
    def change(wire: Wire) -> Wire:
        body = edit(wire.body)
        return replace(wire, body=body, headers=wire.headers | {"Content-Length": str(len(body))})

    return change


def chunked(wire: Wire) -> Wire:
    headers = {key: valu for key, valu in wire.headers.items() if key != "Content-Length"}
    return replace(wire, headers=headers, chunks=(wire.body,), body=b"")


def user_is_his_role(user: dict[str, Any]) -> None:
    user["iden"] = user["roles"][0]


def without_httponly(wire: Wire) -> Wire:
    return replace(wire, headers=wire.headers | {"Set-Cookie": wire.headers["Set-Cookie"].replace("HttpOnly; ", "")})


MUTANTS = [
    Mutant(
        "wrong-status", "auth/users", "no-name", lambda wire: replace(wire, status=404), "recorded 400, answered 404"
    ),
    Mutant(
        "dropped-null-key", "auth/users", "make-bob", in_result(lambda user: user.pop("email")), "key email is missing"
    ),
    Mutant("null-made-empty", "auth/users", "make-bob", in_result(lambda user: user.update(email="")), "recorded null"),
    Mutant("extra-key", "auth/users", "make-bob", in_result(lambda user: user.update(x=None)), "key x is not in the"),
    Mutant(
        "re-ordered-keys", "auth/users", "make-bob", in_result(lambda user: moved_last(user, "name")), "in the order"
    ),
    Mutant("re-ordered-list", "auth/lists", "users", in_result(lambda users: users.reverse()), "/result/0/"),
    Mutant("missing-item", "auth/lists", "roles", in_result(lambda roles: roles.pop()), "items recorded"),
    Mutant("true-made-one", "auth/users", "all-fields", in_result(lambda user: user.update(admin=1)), "answered 1"),
    Mutant(
        "changed-message",
        "auth/users",
        "same-name",
        with_body(lambda body: body.replace(b"already", b"Already")),
        "mesg",
    ),
    Mutant(
        "another-iden", "auth/users", "show-full", in_result(lambda user: user.update(iden="f" * 32)), "before and is"
    ),
    Mutant("one-iden-for-two", "auth/lists", "make-bob", in_result(user_is_his_role), "stands for"),
    Mutant(
        "iden-of-wrong-length", "auth/users", "make-bob", in_result(lambda user: user.update(iden="f" * 31)), "iden"
    ),
    Mutant("missing-header", "auth/users", "make-bob", without_header("X-Content-Type-Options"), "is missing"),
    Mutant("extra-header", "auth/users", "make-bob", with_header("Server", "newp"), "key Server is not in the"),
    Mutant(
        "wrong-content-type", "auth/users", "make-bob", with_header("Content-Type", "application/json"), "Content-Type"
    ),
    Mutant("wrong-etag", "auth/lists", "users", with_header("Etag", '"newp"'), "Etag"),
    Mutant(
        "body-with-blanks", "auth/users", "make-bob", with_body(lambda body: body.replace(b":", b": ")), "json-loose"
    ),
    Mutant("chunked-answer", "auth/users", "make-bob", chunked, 'recorded "length", answered "chunked"'),
    Mutant("cookie-for-scripts", "doors/login", "bob", without_httponly, "Set-Cookie"),
    Mutant("int-made-float", "types/guid", 'ou:org=["vertex"]', in_result(lambda valu: valu.update(norm=1.0)), "norm"),
    Mutant(
        "float-made-int",
        "types/numbers",
        "risk:vuln:cvss:v2_0:score=1",
        in_result(lambda valu: valu.update(norm=1)),
        "1.0",
    ),
    Mutant(
        "wrong-derived-guid",
        "types/guid",
        'ps:contact=["a"]',
        in_result(lambda valu: valu.update(norm="f" * 32)),
        "2bc1",
    ),
    Mutant(
        "stale-time",
        "types/times",
        '.created="now"',
        in_result(lambda valu: valu.update(norm=1577836800000)),
        "ms away",
    ),
    Mutant(
        "merged-chunk", "storm/stream", "print", with_chunks(lambda all_: (all_[0] + all_[1], *all_[2:])), "4 items"
    ),
    Mutant(
        "split-chunk",
        "storm/stream",
        "print",
        with_chunks(lambda all_: (all_[0][:9], all_[0][9:], *all_[1:])),
        "4 items",
    ),
    Mutant("lost-chunk", "storm/stream", "print", with_chunks(lambda all_: all_[:-1]), "4 items recorded, 3 answered"),
    Mutant(
        "swapped-chunks",
        "storm/stream",
        "print",
        with_chunks(lambda all_: (all_[0], all_[2], all_[1], all_[3])),
        '"two"',
    ),
    Mutant(
        "missing-line-end",
        "storm/stream",
        "print-jsonlines",
        with_chunks(lambda all_: tuple(chunk.strip() for chunk in all_)),
        "json-line is missing",
    ),
    Mutant("negative-took", "storm/stream", "print", in_chunk(3, lambda fini: fini[1].update(took=-1)), "<ms>"),
]


async def replayed(scenario: Scenario, mutations: dict[str, Mutation] | None = None) -> list[Outcome]:
    async with parrot(scenario, mutations) as url, connect() as session:
        return await replay_one(session, await find(session, url), scenario)


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.name for mutant in MUTANTS])
async def test_mutant_is_reported(mutant: Mutant) -> None:
    scenario = read(EXCHANGES / f"{mutant.scenario}.toml")
    outcomes = {outcome.step: outcome for outcome in await replayed(scenario, {mutant.step: mutant.change})}
    first = next(step for step, outcome in outcomes.items() if outcome.differences)
    assert first == mutant.step
    assert mutant.said in str(outcomes[mutant.step])


@pytest.mark.parametrize("name", sorted({mutant.scenario for mutant in MUTANTS}))
async def test_unchanged_answers_are_as_recorded(name: str) -> None:
    outcomes = await replayed(read(EXCHANGES / f"{name}.toml"))
    assert [str(outcome) for outcome in outcomes if outcome.differences] == []
