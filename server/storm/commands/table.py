"""Every command of Storm. A new one is a `Command` in a file of its subject; its file stands here."""

from __future__ import annotations

from . import (
    about,
    auth,
    auth_roles,
    cron,
    display,
    elsewhere,
    fetching,
    gens,
    graph,
    httpapis,
    layer_sync,
    macros,
    merging,
    model,
    moving,
    nodes,
    packages,
    quorum,
    ranks,
    scrape,
    services,
    stores,
    streams,
    subqueries,
    tags,
    tallies,
    tasks,
    triggers,
    vaults,
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
        display.COMMANDS,
        elsewhere.COMMANDS,
        fetching.COMMANDS,
        httpapis.COMMANDS,
        gens.COMMANDS,
        graph.COMMANDS,
        layer_sync.COMMANDS,
        macros.COMMANDS,
        merging.COMMANDS,
        model.COMMANDS,
        moving.COMMANDS,
        nodes.COMMANDS,
        packages.COMMANDS,
        quorum.COMMANDS,
        ranks.COMMANDS,
        scrape.COMMANDS,
        services.COMMANDS,
        stores.COMMANDS,
        streams.COMMANDS,
        subqueries.COMMANDS,
        tags.COMMANDS,
        tallies.COMMANDS,
        tasks.COMMANDS,
        triggers.COMMANDS,
        vaults.COMMANDS,
        views.COMMANDS,
    )
    for command in commands
}
