"""A fresh Cortex for each test."""

from collections.abc import Iterator

import pytest

from .asking import Asking, opened


@pytest.fixture
def ask() -> Iterator[Asking]:
    """A Cortex of its own, asked by root."""
    with opened() as asking:
        yield asking
