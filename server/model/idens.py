"""Idens and guids that can be recomputed: hashes over msgpack, the same here as on every real Cortex.

A node's iden is the sha256 of its packed (form, value); a guid made from a list is the md5 of the packed list. Measured,
as is how integers beyond 64 bits are packed: extension 0 for positive, 1 for negative ones.
"""

import hashlib
from typing import Any

import msgpack

# Packers that nobody uses now, as to make one takes longer than to pack a value; and the bytes of a value from which on its
# packer is not kept, whose buffer stays as large.
_FREE: list[Any] = []
LARGE = 1 << 16

_POSITIVE, _NEGATIVE = 0, 1  # msgpack extension codes of integers that msgpack itself has no form for


def packed(valu: Any) -> bytes:
    """The msgpack bytes of a value as the product hashes it; raises TypeError for a value that cannot be packed."""
    try:
        packer = _FREE.pop()
    except IndexError:
        packer = _packer()
    try:
        data: bytes = packer.pack(valu)
    except OverflowError:
        data = packer.pack(_extended(valu))
    if len(data) <= LARGE:
        _FREE.append(packer)
    return data


def node_iden(form: str, valu: Any) -> str:
    """The iden of the node of that form and normed value: 64 hex digits."""
    return hashlib.sha256(packed((form, valu))).hexdigest()


def guid_of(valu: Any) -> str:
    """The guid made from a value, most often a list: 32 hex digits."""
    return hashlib.md5(packed(valu), usedforsecurity=False).hexdigest()


def _packer() -> Any:
    return msgpack.Packer(use_bin_type=True, unicode_errors="surrogatepass")


def _extended(valu: Any) -> Any:
    """The value with each integer beyond 64 bits as an extension type."""
    if isinstance(valu, bool):
        return valu
    if isinstance(valu, int):
        if valu >= 2**64:
            return msgpack.ExtType(_POSITIVE, valu.to_bytes((valu.bit_length() + 7) // 8, "big"))
        if valu < -(2**63):
            return msgpack.ExtType(_NEGATIVE, valu.to_bytes(valu.bit_length() // 8 + 1, "big", signed=True))
        return valu
    if isinstance(valu, list | tuple):
        return [_extended(item) for item in valu]
    if isinstance(valu, dict):
        return {_extended(key): _extended(item) for key, item in valu.items()}
    return valu
