"""What is noted of tags and of verbs of light edges beside the data model: `$lib.model.tags`, `$lib.model.edge`.

A tag's notes: regex (what each part must match, null for anything) and prune (a number). A verb's: doc.
"""

from __future__ import annotations

from typing import Any

from ...model.contract import ModelError
from ...model.types.patterns import compiled
from ..errors import StormError
from ..lifts.values import of_model
from ..runtime import Runtime
from ..views import counts as view_counts
from ..views import layers as layer_ops

TAG, VERB = "model:tag", "model:edge"
VERB_KEYS = ("doc",)
TAG_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "prune": {"type": "number", "minimum": 1},
        "regex": {"type": "array", "items": {"type": ["string", "null"]}},
    },
    "additionalProperties": False,
}
# Where the notes on tags are kept with a model, so that each tag that is added need not ask the database.
KEY = "model notes"


def tag(run: Runtime, name: str) -> dict[str, Any] | None:
    """The notes on a tag; None for one that never had any."""
    found: dict[str, Any] | None = run.host.documents.get(TAG, name)
    return found


def tags(run: Runtime) -> list[tuple[str, dict[str, Any]]]:
    """Every tag with notes."""
    return run.host.documents.items(TAG)


def set_tag(run: Runtime, name: str, key: str, valu: Any) -> None:
    """Note something of a tag. Raises StormError: AuthDeny, SchemaViolation."""
    run.confirm(("model", "tag", "set"))
    layer_ops.checked(TAG_SCHEMA, {key: valu})
    run.host.documents.put(TAG, name, {**(tag(run, name) or {}), key: valu})
    run.model.worked_out.pop(KEY, None)


def pop_tag(run: Runtime, name: str, key: str) -> Any:
    """Take a note away; what it was."""
    run.confirm(("model", "tag", "set"))
    notes = tag(run, name)
    if notes is None or key not in notes:
        return None
    run.host.documents.put(TAG, name, {other: valu for other, valu in notes.items() if other != key})
    run.model.worked_out.pop(KEY, None)
    return notes[key]


def del_tag(run: Runtime, name: str) -> None:
    """Take all notes on a tag away."""
    run.confirm(("model", "tag", "set"))
    run.host.documents.pop(TAG, name)
    run.model.worked_out.pop(KEY, None)


def check_tag(run: Runtime, name: str) -> None:
    """Raises StormError("BadTypeValu") for a tag one of whose parts does not match what is noted of it or of one above."""
    known: Any = run.model.worked_out.get(KEY)
    if known is None:
        known = {root: notes["regex"] for root, notes in tags(run) if notes.get("regex")}
        run.model.worked_out[KEY] = known
    if not known:
        return
    parts = name.split(".")
    for depth in range(1, len(parts) + 1):
        regexes = known.get(".".join(parts[:depth]))
        for part, regex in zip(parts, regexes or (), strict=False):
            if regex is not None and not _fits(regex, part):
                mesg = f"Tag part ({part}) of tag ({name}) does not match the tag model regex: [{regex}]"
                raise StormError("BadTypeValu", mesg, valu=name, name="syn:tag")


def _fits(pattern: str, part: str) -> bool:
    try:
        return compiled(pattern).fullmatch(part) is not None
    except ModelError as error:
        raise of_model(error) from None


# -- verbs of light edges


def verb(run: Runtime, name: str) -> dict[str, Any]:
    """The notes on a verb. Raises StormError("NoSuchName") for one that no edge of the view has."""
    if name not in set(view_counts.verbs(run)):
        raise StormError("NoSuchName", "No such edge verb in the current view", name=name)
    found: dict[str, Any] = run.host.documents.get(VERB, name, default={})
    return found


def verbs(run: Runtime) -> list[tuple[str, dict[str, Any]]]:
    """Every verb in the view with its notes."""
    return [(name, run.host.documents.get(VERB, name, default={})) for name in view_counts.verbs(run)]


def set_verb(run: Runtime, name: str, key: str, valu: Any) -> None:
    """Note something of a verb. Raises StormError: NoSuchProp, NoSuchName."""
    _check_key(key)
    run.host.documents.put(VERB, name, {**verb(run, name), key: valu})


def del_verb(run: Runtime, name: str, key: str) -> None:
    """Take a note away. Raises StormError: NoSuchProp, NoSuchName."""
    _check_key(key)
    notes = verb(run, name)
    run.host.documents.put(VERB, name, {other: valu for other, valu in notes.items() if other != key})


def _check_key(key: str) -> None:
    if key not in VERB_KEYS:
        raise StormError("NoSuchProp", "The requested key is not valid for light edge metadata.", name=key)
