"""`$lib.storm`: values and queries that are texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...model.kept import Kept
from ..errors import StormError
from ..parsing import value as parse_value
from ..parsing.scan import Scanner
from ..programs.shape import Value
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import python_name, to_prim, to_str
from .core_types import cast

# Options with which a query would run as somebody else, or elsewhere.
ELSEWHERE = ("user", "view")


# As `programs/compile.py` keeps queries, of which there are more.
VALUES: Kept[Value] = Kept(128 * 1024)


def compiled_value(text: str) -> Value:
    """A value of Storm that a text is. Raises BadSyntax."""
    return VALUES.of(text, None, lambda: _compiled(text))


def _compiled(text: str) -> Value:
    # The compiler imports the libraries.
    from ..programs.compile import Compiler

    scan = Scanner(text)
    found = parse_value.value(scan)
    token = scan.peek()
    if token.kind != "end of input":
        scan.unexpected(token, ("end of input",))
    scan.finish()
    return Compiler(text).value(found)


def eval_(run: Runtime, me: Any, text: Any, cast: Any = None) -> Any:
    valu = compiled_value(to_str(text))(run, None)
    return valu if cast is None else _cast(run, cast, valu)


def _cast(run: Runtime, name: Any, valu: Any) -> Any:
    try:
        return cast(run, None, name, valu)
    except StormError as error:
        if error.name != "NoSuchType":
            raise
        raise StormError("NoSuchType", f"No type or property found for name: {to_str(name)}") from error


def run_(run: Runtime, me: Any, query: Any, opts: Any = None) -> Iterator[tuple[str, Any]]:
    """The messages of a query of its own, which is over before the first of them is given."""
    from ..answers.query import Asked, messages_of

    options = to_prim(run, opts) or {}
    if not isinstance(options, dict):
        # The product has tuples for lists here.
        kind = "tuple" if isinstance(options, list) else python_name(options)
        raise StormError("AttributeError", f"'{kind}' object has no attribute 'get'")
    for name in ELSEWHERE:
        if options.get(name) is not None:
            raise StormError(
                "NotImplemented", f"Dead Ringer does not take the option {name} in $lib.storm.run().", name=name
            )
    found: list[tuple[str, Any]] = []
    view = run.snap.view
    if run.readonly:
        options = {**options, "readonly": True}
    asked = Asked(to_str(query), options, run.user, view, run.host.ids.guid())
    messages_of(run.host, asked, lambda kind, info: found.append((kind, info)), run.check)
    yield from found


STORM = Library(
    "lib.storm",
    "Storm that is text.",
    (
        local("eval(text: str, cast: str = null) -> any", eval_, "The value that a text is."),
        local("run(query: str, opts: dict = null) -> list", run_, "The messages of a query.", writes=True),
    ),
)

LIBRARIES = (STORM,)
