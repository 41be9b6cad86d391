"""Passwords: right and wrong, one hash for every attempt, none on the event loop, none twice for what was right."""

import hashlib
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from deadringer.server.passwords import CONFIGURED, Passwords
from deadringer.server.workers import Workers


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    workers = Workers(calls=2, streams=1, queue=1)
    yield Passwords(workers)
    workers.close()


@pytest.fixture
def hashed_in(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The thread of every scrypt that is computed, which is computed as ever."""
    threads: list[int] = []
    scrypt = hashlib.scrypt

    def counted(*values: Any, **options: Any) -> bytes:
        threads.append(threading.get_ident())
        return scrypt(*values, **options)

    monkeypatch.setattr(hashlib, "scrypt", counted)
    return threads


async def test_only_the_password_that_was_hashed_is_right(passwords: Passwords) -> None:
    stored = await passwords.hash("päss\0wort")
    assert await passwords.check("päss\0wort", stored)
    for wrong in ("", "päss", "päss\0wort ", "PÄSS\0WORT"):
        assert not await passwords.check(wrong, stored)


async def test_a_hash_tells_neither_the_password_nor_that_two_are_the_same(passwords: Passwords) -> None:
    first, second = await passwords.hash("secret"), await passwords.hash("secret")
    assert first != second
    assert "secret" not in first
    assert await passwords.check("secret", second)


async def test_nothing_is_right_for_nobody(passwords: Passwords) -> None:
    for password in ("", "secret", "None", CONFIGURED):
        assert not await passwords.check(password, None, "secret")


async def test_a_configured_password_holds_for_its_own_account_only(passwords: Passwords) -> None:
    assert await passwords.check("qwerty", CONFIGURED, "qwerty")
    assert not await passwords.check("qwerty", CONFIGURED, "secret")
    assert not await passwords.check(CONFIGURED, CONFIGURED, "secret")
    assert await passwords.check("secret", CONFIGURED, "secret")


async def test_half_a_surrogate_pair_is_a_password_too(passwords: Passwords) -> None:
    stored = await passwords.hash("\udcff")
    assert await passwords.check("\udcff", stored)
    assert not await passwords.check("\udcfe", CONFIGURED, "\udcff")


async def test_every_first_attempt_costs_one_hash_and_none_is_on_the_event_loop(
    passwords: Passwords, hashed_in: list[int]
) -> None:
    stored = await passwords.hash("secret")
    attempts = [
        ("wrong", stored),
        ("wrong", stored),
        ("secret", stored),
        ("secret", None),
        ("secret", None),
        ("wrong", CONFIGURED),
        ("configured", CONFIGURED),
    ]
    for password, against in attempts:
        hashed_in.clear()
        await passwords.check(password, against, "configured")
        assert len(hashed_in) == 1
        assert threading.get_ident() not in hashed_in


@pytest.mark.parametrize("configured", [True, False])
async def test_what_was_right_once_is_not_hashed_again_until_it_changes(
    passwords: Passwords, hashed_in: list[int], configured: bool
) -> None:
    stored = CONFIGURED if configured else await passwords.hash("secret")
    assert await passwords.check("secret", stored, "secret")
    hashed_in.clear()
    assert await passwords.check("secret", stored, "secret")
    assert hashed_in == []
    changed = await passwords.hash("other")
    assert not await passwords.check("secret", changed, "secret")


async def test_what_is_remembered_holds_no_password(passwords: Passwords) -> None:
    stored = await passwords.hash("a very secret word")
    assert await passwords.check("a very secret word", stored)
    assert "a very secret word" not in repr(vars(passwords))
