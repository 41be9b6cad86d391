"""What a query returns on a Cortex of the test's own, and what it refuses."""

import json
from typing import Any

from deadringer.server.storm.answers.query import Asked, value_of
from deadringer.server.storm.errors import StormError

from ..edits.asking import Asking


def call(asking: Asking, text: str, **opts: Any) -> Any:
    """What a query returns, as a client reads it from JSON. Raises StormError."""
    view = asking.host.graph.view(asking.host.view)
    assert view is not None
    asked = Asked(text, opts, asking.user, view, asking.host.ids.guid())
    return json.loads(json.dumps(value_of(asking.host, asked, lambda: None)))


def refused(asking: Asking, text: str) -> tuple[str, str]:
    """Name and message of the error that a query ends in."""
    try:
        found = call(asking, text)
    except StormError as error:
        return error.name, error.mesg
    raise AssertionError(f"{text} returned {found!r}")


def user_named(asking: Asking, name: str) -> Asking:
    """The same Cortex, asked by another user, who is made where there is none."""
    if asking.host.accounts.user_named(name) is None:
        call(asking, f"return($lib.auth.users.add({name}).iden)")
    user = asking.host.accounts.user_named(name)
    assert user is not None
    return Asking(asking.host, user)
