"""Every command of Storm. A new one is a `Command` in a file of its subject; its file stands here."""

from __future__ import annotations

from . import streams
from .command import Command

COMMANDS: dict[str, Command] = {command.name: command for command in (*streams.COMMANDS,)}
