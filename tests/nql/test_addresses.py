"""Addresses are read by the C library; they must be what `ipaddress` takes for addresses, without scopes."""

import ipaddress

from deadringer.server.nql.addresses import parsed
from hypothesis import example, given
from hypothesis import strategies as st


def told(text: str) -> tuple[int, int] | None:
    if "%" in text:
        return None
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return address.version, int(address)


NEAR = st.text("0123456789abcdefABCDEFx:.%/ ", max_size=42)
REAL = st.ip_addresses().map(str) | st.ip_addresses(v=6).map(lambda address: address.exploded)
MUTATED = st.builds(lambda text, at, put: text[:at] + put + text[at + 1 :], REAL, st.integers(0, 40), NEAR)


@given(NEAR | REAL | MUTATED | st.text())
@example("01.2.3.4")
@example("1.2.3.4\x00")
@example("::ffff:1.2.3.4")
@example("1::2::3")
@example("1.2.3")
@example("\ud800::")
@example("::1%eth0")
@example("12345::")
@example("1:2:3:4:5:6:7::")
@example("::1.2.3")
def test_an_address_is_what_it_is_elsewhere(text: str) -> None:
    assert parsed(text) == told(text)
