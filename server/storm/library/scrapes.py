"""`$lib.scrape`: what texts name, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ...model.contract import ModelError
from ...model.types.patterns import compiled
from ..errors import StormError
from ..lifts.scraping import BEHIND, FANGS, WHOLE
from ..runtime import Runtime
from ..surface import Library, local
from ..values.convert import to_int, to_prim, to_str

Fangs = tuple[tuple[re.Pattern[str], str], ...]


def refanged(text: str, fangs: Fangs) -> tuple[str, list[int]]:
    """The text without its fangs, and of each letter of it and of its end where it stood before."""
    places = list(range(len(text) + 1))
    for fang, plain in fangs:
        parts: list[str] = []
        moved: list[int] = []
        last = 0
        for found in fang.finditer(text):
            parts += (text[last : found.start()], plain)
            moved += places[last : found.start()]
            moved += [places[found.start()]] * len(plain)
            last = found.end()
        text = "".join((*parts, text[last:]))
        places = moved + places[last:]
    return text, places


def matched(text: str, places: list[int], start: int, end: int) -> dict[str, Any]:
    """What stood in the original text. text: the original one. start, end: in the one without fangs."""
    return {"match": text[places[start] : places[end]], "offset": places[start]}


def found_in(run: Runtime, text: str) -> Iterator[tuple[str, Any, str, dict[str, Any]]]:
    """Form, normed value, the value as it was written, and where it stood; form by form."""
    plain, places = refanged(text, FANGS)
    for form, pattern, read in WHOLE:
        for found in pattern.finditer(plain):
            start, end = found.span(1)
            if form == "inet:url":
                end = start + len(found[1].rstrip(BEHIND))
            written = plain[start:end]
            raw = read(written)
            if raw is None:
                continue
            try:
                valu = run.model.type(form).norm(raw).valu
            except ModelError:
                continue
            yield form, valu, written, matched(text, places, start, end)


def context(run: Runtime, me: Any, text: Any) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    for form, valu, _, where in found_in(run, to_str(text)):
        yield form, valu, where


def ndefs(run: Runtime, me: Any, text: Any) -> Iterator[tuple[str, Any]]:
    """Each once, though two ways to write the same value count as two."""
    seen = set()
    for form, valu, written, _ in found_in(run, to_str(text)):
        if (form, written) not in seen:
            seen.add((form, written))
            yield form, valu


def fangs_of(pairs: Any) -> Fangs:
    """Texts and what stands for them. Raises StormError("BadArg")."""
    try:
        return tuple((re.compile(re.escape(to_str(a)), re.IGNORECASE), to_str(b)) for a, b in pairs or ())
    except (TypeError, ValueError) as error:
        raise StormError("BadArg", f"fangs must be a list of pairs: {error}") from error


def gen_matches(
    run: Runtime, me: Any, text: Any, pattern: Any, fangs: Any = None, flags: Any = 2
) -> Iterator[tuple[str | None, dict[str, Any]]]:
    original = to_str(text)
    plain, places = refanged(original, fangs_of(to_prim(run, fangs)))
    try:
        search = compiled(to_str(pattern), to_int(flags))
        finds = search.finds(plain)
    except ModelError as error:
        raise StormError(error.name, error.mesg) from error
    for found in finds:
        if "valu" not in search.groupindex:
            raise StormError("IndexError", "no such group")
        if found["valu"] is None:
            yield None, {"match": None, "offset": -1}
        else:
            yield found["valu"], matched(original, places, *found.span("valu"))


SCRAPE = Library(
    "lib.scrape",
    "What texts name.",
    (
        local("context(text: str) -> dict", context, "Forms and values that a text names, and where."),
        local(
            "genMatches(text: str, pattern: str, fangs: list = null, flags: int = 2) -> list",
            gen_matches,
            "What the group valu of a pattern finds, and where.",
        ),
        local("ndefs(text: str) -> list", ndefs, "Forms and values that a text names, each once."),
    ),
)

LIBRARIES = (SCRAPE,)
