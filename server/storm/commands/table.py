"""Every command of Storm. A new one is a `Command` in a file of its subject; its file stands here."""

from __future__ import annotations

from . import (
    about,
    auth,
    auth_roles,
    cron,
    elsewhere,
    gens,
    httpapis,
    macros,
    merging,
    model,
    moving,
    nodes,
    packages,
    ranks,
    scrape,
    stores,
    streams,
    subqueries,
    tags,
    tallies,
    tasks,
    triggers,
    views,
)
from .command import Command

COMMANDS: dict[str, Command] = {
    command.name: command
    for commands in (
        about.COMMANDS,
        auth.COMMANDS,
        auth_roles.COMMANDS,
        cron.COMMANDS,
        elsewhere.COMMANDS,
        httpapis.COMMANDS,
        gens.COMMANDS,
        macros.COMMANDS,
        merging.COMMANDS,
        model.COMMANDS,
        moving.COMMANDS,
        nodes.COMMANDS,
        packages.COMMANDS,
        ranks.COMMANDS,
        scrape.COMMANDS,
        stores.COMMANDS,
        streams.COMMANDS,
        subqueries.COMMANDS,
        tags.COMMANDS,
        tallies.COMMANDS,
        tasks.COMMANDS,
        triggers.COMMANDS,
        views.COMMANDS,
    )
    for command in commands
}
