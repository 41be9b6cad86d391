"""The command line. Each command is a few lines here; what it does is elsewhere."""

import gc
import os
import sys
from collections.abc import Callable
from dataclasses import Field, fields
from pathlib import Path
from typing import Any, NoReturn

import click

from .config import Config
from .settings import BadSetting, Settings, load, variable

# Columns: more than any value has.
UNFOLDED = 10_000


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command one flag for each field of Config."""
    for item in reversed(fields(Config)):
        command = _flag(item)(command)
    return command


def _flag(item: Field[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    name = item.name.replace("_", "-")
    default = ", ".join(item.default) if isinstance(item.default, tuple) else item.default
    text = item.metadata["doc"] + (f"  [{default}]" if default not in (None, "") else "")
    if item.type is bool or item.type == "bool":
        return click.option(f"--{name}/--no-{name}", item.name, default=None, help=text)
    several = isinstance(item.default, tuple)
    return click.option(f"--{name}", item.name, default=None, multiple=several, metavar="VALUE", help=text)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="deadringer")
def main() -> None:
    """Dead Ringer: a stand-in for Sycope and the Synapse Cortex."""


@main.command()
@with_options
@click.option("--print-config", is_flag=True, help="Show every option, its value and where it came from, and stop.")
def serve(print_config: bool, **flags: Any) -> None:
    """Serve both products until SIGTERM or SIGINT.

    Every option is also a variable (--http-port: DEADRINGER_HTTP_PORT) and a key of deadringer.toml in the current folder.
    """
    settings = _settings(flags)
    if print_config:
        _print_config(settings)
        return
    # What is imported stays: the collector would look through more and more of it, for nothing. It is on again behind that.
    gc.disable()
    from .command import serve_until_stopped
    from .running import CannotStart

    try:
        serve_until_stopped(settings.config)
    except CannotStart as error:
        _fail(str(error))


@main.command()
@click.argument("url", required=False)
def healthcheck(url: str | None) -> None:
    """Exit with 0 if the server is ready, else with 1: for containers.

    URL: base URL of the server; without one, the port is found like `serve` finds it.
    """
    from .healthcheck import base_url, problem_of

    trouble = problem_of(url or base_url(_settings({}).config))
    if trouble is not None:
        _fail(trouble)
    click.echo("ready")


@main.command()
@click.argument("name")
@click.argument("url", required=False)
@click.option("--world", metavar="NAME", help="The world to put it into.  [default]")
def seed(name: str, url: str | None, world: str | None) -> None:
    """Put the seed pack NAME into a world of a running server, beside what it holds.

    One of ours (soc-demo), or one that the server was started with (serve --seed). URL: base URL of the server; without one,
    the port is found like `serve` finds it.
    """
    from .healthcheck import base_url
    from .seed_call import problem_of

    trouble = problem_of(url or base_url(_settings({}).config), name, world)
    if trouble is not None:
        _fail(trouble)
    click.echo(f"{name} is in the world {world or 'default'}")


@main.command()
@click.argument("what", type=click.Choice(["show", "report", "replay", "record"]), default="show")
@click.argument("url", required=False)
@click.option("--only", default="", help="Only scenarios whose names start so, such as auth or doors/login.")
@click.option("--rewrite-gaps", metavar="REASON", hidden=True, help="With replay: closed gaps go, new ones get REASON.")
def evidence(what: str, url: str | None, only: str, rewrite_gaps: str | None) -> None:
    """What proves that Dead Ringer answers as the real Cortex.

    show: the share of recorded answers it gives alike. report: the page docs/evidence.md. replay: play the scenarios against
    the server at URL (HTTPS, as cookies differ) and tell every difference. record: play them on a real, fresh Cortex at URL
    and store its answers.

    A real Cortex loses its users, nodes and all else by either; one that has users of its own is refused.
    """
    from ..fixtures.evidence import commands

    if what in ("replay", "record") and url is None:
        _fail(f"evidence {what} needs the URL of a server.")
    try:
        sys.exit(commands.run(what, url or "", only, rewrite_gaps))
    except commands.PROBLEMS as error:
        _fail(str(error))


def _settings(flags: dict[str, Any]) -> Settings:
    try:
        return load(flags, os.environ, Path.cwd())
    except BadSetting as error:
        _fail(str(error))


def _print_config(settings: Settings) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("option", "value", "from", "variable", box=None)
    for item in fields(Config):
        value = getattr(settings.config, item.name)
        shown = ", ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        secret = item.name.endswith("_password") and settings.origins[item.name] != "default"
        table.add_row(item.name, "********" if secret else shown, settings.origins[item.name], variable(item.name))
    # As wide as it gets where nobody looks at it, so that a script finds a line an option. Values are no markup.
    width = None if sys.stdout.isatty() else UNFOLDED
    Console(width=width, markup=False, highlight=False, emoji=False).print(table)


def _fail(sentence: str) -> NoReturn:
    click.echo(f"deadringer: {sentence}", err=True)
    sys.exit(1)
