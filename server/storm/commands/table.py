"""Every command of Storm. A new one is a `Command` in a file of its subject; its file stands here."""

from __future__ import annotations

from . import elsewhere, nodes, ranks, streams, subqueries, tags
from .command import Command

COMMANDS: dict[str, Command] = {
    command.name: command
    for commands in (
        elsewhere.COMMANDS,
        nodes.COMMANDS,
        ranks.COMMANDS,
        streams.COMMANDS,
        subqueries.COMMANDS,
        tags.COMMANDS,
    )
    for command in commands
}
