"""A Cortex of each test's own."""

from collections.abc import Iterator

import pytest

from ..edits.asking import Asking, opened


@pytest.fixture
def cortex() -> Iterator[Asking]:
    """A fresh Cortex, asked by root."""
    with opened() as asking:
        yield asking
