"""The shipped model with a clock that stands still, and the forms that the recorded answers were asked about."""

from typing import Any

import pytest
from deadringer.server.model.digest import read_data
from deadringer.server.model.model import Model

NOW_MS = 1_795_312_260_270  # 2026-11-22
FRESH = "f" * 32


def with_forms(forms: list[list[Any]]) -> Model:
    """The shipped model with further forms: [name, base, options], as `$lib.model.ext.addForm` makes them."""
    digest = read_data()
    for name, base, opts in forms:
        info, own, stortype = digest["types"][base]
        digest["types"][name] = [{"doc": "", "bases": [*info["bases"], base]}, {**own, **opts}, stortype]
        digest["forms"][name] = [stortype, {".seen": 0, ".created": 0}, {}]
    return Model(digest, now_ms=lambda: NOW_MS, guid=lambda: FRESH)


@pytest.fixture(scope="session")
def model() -> Model:
    return Model.load(now_ms=lambda: NOW_MS, guid=lambda: FRESH)
