"""Commands for pulls and pushes of a layer: `layer.pull.*`, `layer.push.*`.

No layer ever has one: see `library/layer_sync.py`.
"""

from __future__ import annotations

from .command import Command, Option
from .written import written

LAYER = Option("layr", "Iden of the layer.")


def _commands(kind: str, several: str, method: str, other: str, desc: tuple[str, str, str]) -> tuple[Command, ...]:
    """The three of a kind. method: Pull or Push. other: how the argument for the other server is called."""
    return (
        written(
            f"layer.{kind}.add",
            desc[0],
            f"""
$layer = $lib.layer.get($cmdopts.layr)
$found = $layer.add{method}($cmdopts.{other}, $cmdopts.offset)
$lib.print(`Layer {kind} added: {{$found.iden}}`)
""",
            LAYER,
            Option(other, "Telepath URL of the other layer."),
            Option("--offset", "Where to begin.", "int", default=0),
            readonly=True,
        ),
        written(
            f"layer.{kind}.del",
            desc[1],
            f"""
$lib.layer.get($cmdopts.layr).del{method}($cmdopts.iden)
$lib.print("Layer {kind} deleted.")
""",
            LAYER,
            Option("iden", "Its iden."),
            readonly=True,
        ),
        written(
            f"layer.{kind}.list",
            desc[2],
            f"""
$lib.print($lib.layer.get($cmdopts.layr).repr())
$lib.print("No {several} configured.")
""",
            LAYER,
            readonly=True,
        ),
    )


PULLS = ("Have edits come from another server's layer.", "Have no more edits come.", "List where edits come from.")
PUSHES = ("Send edits to another server's layer.", "Send no more edits.", "List where edits are sent.")
COMMANDS = (
    *_commands("pull", "pulls", "Pull", "src", PULLS),
    *_commands("push", "pushes", "Push", "dest", PUSHES),
)
