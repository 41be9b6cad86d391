"""Addresses of crypto currencies: how they are written, and whether their checksums hold.

What is found, and what not, was asked of the product. The algorithms are those that the currencies publish: Base58Check,
Bech32 (BIP 173), CashAddr, EIP-55, SS58 and Cardano's two.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Iterable, Sequence

from ..library.keccak import keccak_256

Address = tuple[str, str]
"""The coin and the address as the product keeps it."""

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
BASE32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
B58 = "[1-9A-HJ-NP-Za-km-z]"
B32 = "[02-9ac-hj-np-z]"
B32_UPPER = B32.replace("a", "A").replace("c-hj-np-z", "C-HJ-NP-Z")


def _alone(pattern: str) -> re.Pattern[str]:
    """A pattern of what has no letter or digit of ASCII at either end."""
    return re.compile(rf"(?<![A-Za-z0-9])({pattern})(?![A-Za-z0-9])")


# -- Base58 with the digest of a digest: Bitcoin's older addresses and Ripple's

BTC_VERSIONS = {"1": 0, "3": 5}
X_PREFIX = bytes((0x05, 0x44))
X_BYTES = 31
TAG = slice(23, 31)


def _btc(text: str) -> Address | None:
    data = _checked58(text, BASE58)
    return ("btc", text) if data is not None and data[0] == BTC_VERSIONS[text[0]] else None


def _xrp(text: str) -> Address | None:
    data = _checked58(text, RIPPLE)
    if data is None:
        return None
    if text[0] == "r":
        return ("xrp", text) if data[0] == 0 else None
    if len(data) != X_BYTES or data[:2] != X_PREFIX:
        return None
    flag, tag = data[22], data[TAG]
    return ("xrp", text) if flag == 1 or (flag == 0 and not any(tag)) else None


def _checked58(text: str, letters: str) -> bytes | None:
    """What a text stands for, without the digest behind it; None where that is another."""
    data = from58(text, letters)
    body, check = data[:-4], data[-4:]
    return body if body and _sha256(_sha256(body))[:4] == check else None


def from58(text: str, letters: str = BASE58) -> bytes:
    """The bytes that a text of an alphabet of 58 letters stands for."""
    number = 0
    for letter in text:
        number = number * 58 + letters.index(letter)
    zeros = len(text) - len(text.lstrip(letters[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


# -- Bech32: Bitcoin's newer addresses and Cardano's

BECH32 = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
LAST_VERSION = 16
PROGRAM = range(2, 41)
FIRST_PROGRAM = (20, 32)
LONGEST = 90


def _segwit(text: str) -> Address | None:
    """The checksum of the first version holds for all of them here: Bech32m is not looked for."""
    plain = text.lower()
    groups = _from_bech32(plain) if len(plain) <= LONGEST else None
    if not groups or groups[0] > LAST_VERSION:
        return None
    program = _regrouped(groups[1:])
    if program is None or len(program) not in PROGRAM:
        return None
    if groups[0] == 0 and len(program) not in FIRST_PROGRAM:
        return None
    return "btc", plain


def _shelley(text: str) -> Address | None:
    return ("ada", text) if _from_bech32(text.lower()) is not None else None


def _from_bech32(text: str) -> list[int] | None:
    """The groups of five bits between the separator and the checksum; None where that is another."""
    prefix, _, data = text.rpartition("1")
    groups = [BASE32.index(letter) for letter in data]
    spread = [*(ord(letter) >> 5 for letter in prefix), 0, *(ord(letter) & 31 for letter in prefix)]
    return groups[:-6] if _polymod((*spread, *groups), BECH32, 30) == 1 else None


def _polymod(groups: Iterable[int], generator: Sequence[int], bits: int) -> int:
    """The remainder of the groups by a generator of so many bits, as BIP 173 and CashAddr define it."""
    found, shift = 1, bits - 5
    for group in groups:
        top = found >> shift
        found = (found & ((1 << shift) - 1)) << 5 ^ group
        for place, part in enumerate(generator):
            if top >> place & 1:
                found ^= part
    return found


def _regrouped(groups: Sequence[int]) -> bytes | None:
    """Groups of five bits as bytes; None where what is left over is not the padding that there must be."""
    number = 0
    for group in groups:
        number = number << 5 | group
    over = len(groups) * 5 % 8
    if over >= 5 or number & ((1 << over) - 1):
        return None
    return (number >> over).to_bytes(len(groups) * 5 // 8, "big")


# -- the others

CASH = (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)
CASH_VERSIONS = (0, 8)
CASH_BYTES = 21
SUBSTRATE = {0: "dot", 2: "ksm"}
SUBSTRATE_BYTES = 35
CRC = b"\x1a"
WRAPPED = b"\x82\xd8\x18\x58"


def _eth(text: str) -> Address | None:
    """Letters of one case have no checksum; of both, their cases are one."""
    digits = text[2:].lower()
    digest = keccak_256(digits.encode()).hex()
    marked = "".join(each.upper() if int(bit, 16) > 7 else each for each, bit in zip(digits, digest, strict=False))
    return ("eth", f"0x{marked}") if text[2:] in (marked, digits, digits.upper()) else None


def _bch(text: str) -> Address | None:
    plain = text.lower()
    prefix, _, data = plain.partition(":")
    groups = [BASE32.index(letter) for letter in data]
    if _polymod((*(ord(letter) & 31 for letter in prefix), 0, *groups), CASH, 40) != 1:
        return None
    found = _regrouped(groups[:-8])
    return ("bch", plain) if found and len(found) == CASH_BYTES and found[0] in CASH_VERSIONS else None


def _substrate(text: str) -> Address | None:
    data = from58(text)
    coin = SUBSTRATE.get(data[0]) if len(data) == SUBSTRATE_BYTES else None
    digest = hashlib.blake2b(b"SS58PRE" + data[:-2]).digest()
    return (coin, text) if coin is not None and digest[:2] == data[-2:] else None


def _byron(text: str) -> Address | None:
    """CBOR: a list of bytes, which are CBOR themselves, and their CRC-32."""
    data = from58(text)
    body, mark, check = data[5:-5], data[-5:-4], data[-4:]
    if not data.startswith(WRAPPED) or data[4] != len(body) or mark != CRC:
        return None
    return ("ada", text) if zlib.crc32(body) == int.from_bytes(check, "big") else None


# In the order in which they are looked for: how an address is written, and how it is read. None is no address.
COINS: tuple[tuple[re.Pattern[str], Callable[[str], Address | None]], ...] = (
    (_alone(f"1{B58}{{25,39}}"), _btc),
    (_alone(f"3{B58}{{25,39}}"), _btc),
    (_alone(f"(?:bc|bcrt|tb)1{B32}{{8,87}}|(?:BC|BCRT|TB)1{B32_UPPER}{{8,87}}"), _segwit),
    (_alone("0[xX](?:[0-9a-f]{40}|[0-9A-F]{40}|[0-9a-fA-F]{40})"), _eth),
    (_alone(f"(?:bitcoincash|bchtest):{B32}{{42}}|(?:BITCOINCASH|BCHTEST):{B32_UPPER}{{42}}"), _bch),
    (_alone(f"[rX]{B58}{{25,46}}"), _xrp),
    (_alone(f"[1C-J]{B58}{{46,47}}"), _substrate),
    (_alone(f"(?:Ae2|Ddz){B58}{{40,120}}"), _byron),
    (_alone(f"addr1{B32}{{53,}}|ADDR1{B32_UPPER}{{53,}}"), _shelley),
)
