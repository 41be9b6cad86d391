"""Ids: their forms, and that a seed makes them repeatable."""

import base64
import re

from deadringer.server.ids import Ids


def drawn(ids: Ids) -> list[object]:
    return [ids.guid(), ids.element(1_700_000_000_000), ids.secret(), ids.secret(5), ids.token(), ids.guid()]


def test_the_same_seed_gives_the_same_sequence() -> None:
    assert drawn(Ids(seed=7)) == drawn(Ids(seed=7))
    assert drawn(Ids(seed=0)) != drawn(Ids(seed=7))


def test_without_a_seed_nothing_repeats() -> None:
    assert not set(map(repr, drawn(Ids()))) & set(map(repr, drawn(Ids())))
    ids = Ids()
    assert len({ids.guid() for _ in range(1000)}) == 1000


def test_forms() -> None:
    for ids in (Ids(), Ids(seed=1)):
        assert re.fullmatch(r"[0-9a-f]{32}", ids.guid())
        assert re.fullmatch(r"6553f100-[0-9a-f]{8}-[0-9a-f]{8}", ids.element(1_700_000_000_999))
        assert len(ids.secret()) == 32
        assert len(ids.secret(16)) == 16
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token := ids.token())
        assert len(base64.urlsafe_b64decode(token + "=")) == 32


def test_the_time_in_an_element_id_keeps_its_width() -> None:
    assert Ids(seed=1).element(0).startswith("00000000-")
    assert Ids(seed=1).element((2**32 + 1) * 1000).startswith("00000001-")
