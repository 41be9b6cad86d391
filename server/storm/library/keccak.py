"""Keccak-256, the digest of Ethereum: SHA-3 with the padding that it had before its standard; hashlib has none."""

from __future__ import annotations

RATE = 136  # bytes a block
LANES = 25
MASK = (1 << 64) - 1


def keccak_256(data: bytes) -> bytes:
    """The digest of some bytes: 32 bytes."""
    padded = bytearray(data) + b"\x01" + bytes(-(len(data) + 1) % RATE)
    padded[-1] |= 0x80
    state = [0] * LANES
    for start in range(0, len(padded), RATE):
        for lane in range(RATE // 8):
            state[lane] ^= int.from_bytes(padded[start + lane * 8 : start + lane * 8 + 8], "little")
        state = _permuted(state)
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])


def _permuted(a: list[int]) -> list[int]:
    """Keccak-f[1600] (FIPS 202, 3.2): lane (x, y) is a[x + 5 * y]."""
    for constant in ROUNDS:
        column = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        parity = [column[x - 1] ^ _turned(column[(x + 1) % 5], 1) for x in range(5)]
        a = [lane ^ parity[place % 5] for place, lane in enumerate(a)]
        moved = [0] * LANES
        for place, lane in enumerate(a):
            x, y = place % 5, place // 5
            moved[y + 5 * ((2 * x + 3 * y) % 5)] = _turned(lane, TURNS[place])
        a = [
            moved[place] ^ (~moved[place - place % 5 + (place + 1) % 5] & moved[place - place % 5 + (place + 2) % 5])
            for place in range(LANES)
        ]
        a[0] ^= constant
    return a


def _turned(lane: int, bits: int) -> int:
    return ((lane << bits) | (lane >> (64 - bits))) & MASK


def _turns() -> list[int]:
    turns = [0] * LANES
    x, y = 1, 0
    for step in range(24):
        turns[x + 5 * y] = (step + 1) * (step + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    return turns


def _rounds() -> list[int]:
    """The constants of the 24 rounds, of a shift register of eight bits."""
    constants, register = [], 1
    for _ in range(24):
        constant = 0
        for bit in range(7):
            if register & 1:
                constant |= 1 << ((1 << bit) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return constants


TURNS = _turns()
ROUNDS = _rounds()
