"""Idens and guids are the real ones; each was asked of a real Cortex."""

from typing import Any

import pytest
from deadringer.server.model.idens import guid_of, node_iden


@pytest.mark.parametrize(
    ("valu", "guid"),
    [
        (["a", "b"], "a5fcb7ee50dd99f27ff8f8aa5aedfbe1"),
        (["a"], "2bc10d38a41a70e166111eb097c7d905"),
        (["a", None], "a1afae071c8537e43a977182f71513aa"),
        (["a", 1.5, True, {"x": 1}, ["b"]], "e4ec3c4acf942af90c29405f31486938"),
        ([2**64 - 1], "363d1a6f5b672eb03522e5488c31d340"),
        ([2**64], "2df2e6146745a72eb3125dc9340f4413"),
        ([2**71], "34a0ed3631a268a10fa59eb0c6e0f171"),
        ([2**72 - 1], "cffb1a86435c8da87eaa2c3868d276d9"),
        ([-(2**63) - 1], "76594e75a1753e6a1c0c03c5ec0a4e38"),
        ([-(2**64)], "f961c83eccfbfec0d80d13db1fb7ba5d"),
        ([-(2**71)], "a6eb0311924d17a71708b699dd821c8c"),
        ([-(2**71) - 1], "8b217e2536e4f1f3f0ceba04b91d8dd9"),
        ([[2**64]], "74015d5ef01a837e0a153ed709793b1e"),
        ([{"b": 1, "a": 2}], "dd088c7e5d9a0640418945da0479596b"),
        ([{"a": 2, "b": 1}], "deda99c647136a6cc918cdc5d2a1bd23"),
        (["é"], "b234907788793be1b8188b9f2ecefa60"),
    ],
)
def test_a_guid_of_a_list_is_the_real_one(valu: Any, guid: str) -> None:
    assert guid_of(valu) == guid
    assert guid_of(tuple(valu)) == guid


def test_the_iden_of_a_node_is_the_real_one() -> None:
    assert node_iden("_t:time", -31536000000) == "29e88b58260f95c9a282aa9af4142e406879e548f57225bf98af4efc728c2bae"
    assert node_iden("inet:fqdn", "foo.com") != node_iden("it:dev:str", "foo.com")
