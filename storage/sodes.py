"""What one layer holds of one node, and its packed form.

A packed sode is the msgpack of [form, valu, props, tags, tagprops]. Integers beyond 64 bits are extensions 0 (positive)
and 1 (negative), as the product packs them. What a value means is not known here.
"""

from dataclasses import dataclass, field
from typing import Any

import msgpack

Tags = dict[str, tuple[int | None, int | None]]

# Packers that nobody uses now, as to make one takes longer than to pack a node; and the bytes of a value from which on its
# packer is not kept, whose buffer stays as large.
_FREE: list[Any] = []
LARGE = 1 << 16

_POSITIVE, _NEGATIVE = 0, 1
_PLAIN = frozenset({int, str, bytes, bool, float, type(None)})  # by far the most values: not looked into


@dataclass(slots=True)
class Sode:
    """A "storage node".

    valu: None where the layer lacks the node itself and only has something of it, as in a fork.
    props: relative name to normed value, in order of setting; lists come back as tuples.
    tags: every ancestor too, as given. tagprops: tag to name to value.
    """

    iden: bytes
    form: str
    valu: Any = None
    props: dict[str, Any] = field(default_factory=dict)
    tags: Tags = field(default_factory=dict)
    tagprops: dict[str, dict[str, Any]] = field(default_factory=dict)

    def is_empty(self) -> bool:
        """Whether nothing but node data could keep it."""
        return self.valu is None and not self.props and not self.tags and not self.tagprops


def nid_of(iden: bytes) -> int:
    """The local integer id: the first 63 bits of the iden, so that both sort alike."""
    return int.from_bytes(iden[:8], "big") >> 1


def pack(sode: Sode) -> bytes:
    """The bytes of all but the iden. Raises TypeError for a value that msgpack has no form for."""
    return pack_value((sode.form, sode.valu, sode.props, sode.tags, sode.tagprops))


def unpack(iden: bytes, data: bytes) -> Sode:
    """A sode of its own from packed bytes."""
    return Sode(iden, *unpack_value(data))


def pack_value(valu: Any) -> bytes:
    """The msgpack of a value. Raises TypeError for one that msgpack has no form for."""
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


def unpack_value(data: bytes) -> Any:
    """The value of packed bytes; lists come back as tuples."""
    return msgpack.unpackb(
        data, use_list=False, strict_map_key=False, unicode_errors="surrogatepass", ext_hook=_extension
    )


def tupled(valu: Any) -> Any:
    """The value as it would come back: each list in it as a tuple."""
    if type(valu) in _PLAIN:
        return valu
    if isinstance(valu, list | tuple):
        return tuple(tupled(item) for item in valu)
    if isinstance(valu, dict):
        return {tupled(key): tupled(item) for key, item in valu.items()}
    return valu


def _packer() -> Any:
    return msgpack.Packer(use_bin_type=True, unicode_errors="surrogatepass")


def _extended(valu: Any) -> Any:
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


def _extension(code: int, data: bytes) -> int:
    return int.from_bytes(data, "big", signed=code == _NEGATIVE)
