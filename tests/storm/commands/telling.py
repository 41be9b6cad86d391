"""What a query prints and how it ends, on a Cortex of the test's own, in any of its views."""

from typing import Any, NoReturn

from deadringer.server.storm.answers.query import Asked, messages_of

from ..edits.asking import Asking


def messages(asking: Asking, text: str, view: str | None = None, **opts: Any) -> list[tuple[str, Any]]:
    """All messages of a query but the first and the last one. view: iden of one that is not the default."""
    record = asking.host.graph.view(view or asking.host.view)
    assert record is not None
    found: list[tuple[str, Any]] = []
    asked = Asked(text, opts, asking.user, record, asking.host.ids.guid())
    messages_of(asking.host, asked, lambda kind, info: found.append((kind, info)), lambda: None, _raise)
    assert (found[0][0], found[-1][0]) == ("init", "fini")
    return found[1:-1]


def _raise(exc: Exception) -> NoReturn:
    """What no query should meet."""
    raise exc


def printed(asking: Asking, text: str, view: str | None = None) -> list[str]:
    """What a query prints. Fails where it ends in an error."""
    found = messages(asking, text, view)
    errors = [info for kind, info in found if kind == "err"]
    assert not errors, errors
    return [info["mesg"] for kind, info in found if kind == "print"]


def error(asking: Asking, text: str, view: str | None = None) -> tuple[str, str]:
    """Name and message of the error that a query ends in."""
    [found] = [info for kind, info in messages(asking, text, view) if kind == "err"]
    return found[0], found[1]["mesg"]


def kinds(asking: Asking, text: str, view: str | None = None) -> list[str]:
    """What sorts of messages a query sends."""
    return [kind for kind, _ in messages(asking, text, view)]


def nodes(asking: Asking, text: str, view: str | None = None) -> list[tuple[str, Any]]:
    """Form and value of the nodes of a query."""
    return [tuple(info[0]) for kind, info in messages(asking, text, view) if kind == "node"]


def fork(asking: Asking) -> str:
    """The iden of a new fork of the default view."""
    [iden] = printed(asking, "$lib.print($lib.view.get().fork().iden)")
    return iden
