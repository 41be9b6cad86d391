"""JSON to the letter as the Cortex writes it; the pairs were asked of a real one."""

import json
import math

import pytest
from deadringer.server.cortex.jsonform import rest_json
from hypothesis import given
from hypothesis import strategies as st

ASKED = [
    (1e308, "1e308"),
    (1e22, "1e22"),
    (1e21, "1e21"),
    (1.5e-7, "1.5e-7"),
    (1e16, "10000000000000000.0"),
    (1e17, "100000000000000000.0"),
    (123456789012345680.0, "123456789012345680.0"),
    (5e-324, "5e-324"),
    (100000.0, "100000.0"),
    ("\x00\x1f\x7f", '"\\u0000\\u001F\x7f"'),
    ("a</b", '"a<\\/b"'),
]


@pytest.mark.parametrize(("value", "text"), ASKED)
def test_values_are_written_as_the_product_does(value: object, text: str) -> None:
    assert rest_json(value).decode() == text


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_the_text_means_the_value(value: object) -> None:
    assert json.loads(rest_json(value)) == value


@given(st.floats(min_value=1e15, max_value=1e25))
def test_large_floats_stay_floats(value: float) -> None:
    read = json.loads(rest_json(value))
    assert isinstance(read, float)
    assert math.isclose(read, value, rel_tol=0)
