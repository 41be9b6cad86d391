"""Commands that tell of the server and of Storm itself: version, uptime, help."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import StormError
from ..library.reference import LibraryRef
from ..library.table import LIBRARIES
from ..programs.shape import Paths
from ..runtime import Runtime
from ..surface import Bound, Kind, Local
from ..values.convert import to_str
from ..values.registry import KINDS
from .command import Command, Given, Option
from .written import written

RULE = "*" * 80

VERSION = written(
    "version",
    "Show the version.",
    """
$vers = $lib.version.synapse()
$lib.print(`Synapse Version: {$vers.0}.{$vers.1}.{$vers.2}`)
$lib.print(`Commit Hash: {$lib.version.commit()}`)
""",
    readonly=True,
)


def _help(run: Runtime, given: Given, paths: Paths) -> Paths:
    item = given.item
    verbose = given.v
    if isinstance(item, LibraryRef):
        _show_libraries(run, item.path)
    elif isinstance(item, Bound):
        _show_local(run, f"${item.where}", item.local, verbose)
    elif item is None:
        _show_commands(run, _commands(run, ""), None)
    elif isinstance(item, str):
        kinds = [kind for kind in {each.name: each for each in KINDS.values()}.values() if kind.name == item]
        for kind in kinds:
            _show_kind(run, kind, verbose)
        found = _commands(run, item)
        if kinds and found:
            run.print(RULE)
            run.print("")
        if found or not kinds:
            _show_commands(run, found, item)
    else:
        raise StormError(
            "BadArg", f"Item must be a Storm type name, a Storm library, or a Storm command name: {to_str(item)}"
        )
    yield from paths


def _commands(run: Runtime, part: str) -> list[Command]:
    from .running import every

    return [command for command in every(run) if part in command.name]


def _show_commands(run: Runtime, found: Iterable[Command], part: str | None) -> None:
    by_package: dict[str, list[Command]] = {}
    for command in found:
        by_package.setdefault(command.package, []).append(command)
    if not by_package:
        run.print(f'No commands found matching "{part}"')
        return
    run.print("The following Storm commands are available:")
    for package in sorted(by_package, key=lambda name: (name != "synapse", name)):
        commands = sorted(by_package[package], key=lambda command: command.name)
        width = max(len(command.name) for command in commands)
        run.print(f"package: {package}")
        for command in commands:
            run.print(f"{command.name:<{width}}: {command.brief}")
        run.print("")
    run.print("For detailed help on any command, use <cmd> --help")


def _show_libraries(run: Runtime, path: str) -> None:
    library = LIBRARIES.get(path)
    below = sorted(name for name in LIBRARIES if name.startswith(f"{path}."))
    if library is not None and library.locals:
        _title(run, f"${path}", library.desc)
        _show_locals(run, library.locals, f"${path}.", False)
    if below:
        run.print("The following libraries are available:")
        run.print("")
        for name in below:
            run.print(f"${name:<29}: {LIBRARIES[name].desc}")
        run.print("")


def _show_kind(run: Runtime, kind: Kind, verbose: bool) -> None:
    _title(run, kind.name, kind.desc)
    _show_locals(run, kind.locals, "", verbose)


def _title(run: Runtime, name: str, desc: str) -> None:
    line = "*" * len(name)
    for text in (line, name, line, desc, ""):
        run.print(text)


def _show_locals(run: Runtime, locals: Iterable[Local], prefix: str, verbose: bool) -> None:
    run.print("The following functions are available:")
    run.print("")
    for each in sorted(locals, key=lambda each: each.name):
        _show_local(run, f"{prefix}{each.name}", each, verbose)
    run.print("")


def _show_local(run: Runtime, name: str, each: Local, verbose: bool) -> None:
    """A function or value with its arguments."""
    shown = name
    if each.is_function:
        shown += "(" + ", ".join(_argument(each, place) for place in range(len(each.arguments))) + ")"
    run.print(shown)
    if verbose:
        run.print("=" * len(shown))
    run.print(each.desc)
    if verbose:
        if each.arguments:
            run.print("Args:")
            for argument in each.arguments:
                run.print(f"    {argument.rest}{argument.name} ({argument.type}):")
            run.print("")
        run.print("Returns:")
        run.print(f"    The return type is {each.returns}.")
    run.print("")


def _argument(each: Local, place: int) -> str:
    from ..surface import REQUIRED

    argument = each.arguments[place]
    name = f"{argument.rest}{argument.name}"
    if argument.default is REQUIRED:
        return name
    if argument.default is None:
        return f"{name}=(null)"
    if isinstance(argument.default, int) and not isinstance(argument.default, bool):
        return f"{name}=({argument.default})"
    return f"{name}={argument.default}"


HELP = Command(
    "help",
    "List commands, libraries, types and what they do.",
    _help,
    (
        Option("-v", "Tell more of it.", flag=True),
        Option("item", "Part of a command's name, a type, a library or a function.", one_or_none=True),
    ),
    readonly=True,
)
COMMANDS = (VERSION, HELP)
