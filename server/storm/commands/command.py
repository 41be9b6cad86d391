"""The form in which Storm's commands are declared, and the reading of their arguments with the product's messages.

A command is one `Command` in a file of its own subject and one line in table.py; from it come the reading of arguments,
`--help`, the command `help`, and the `stormdocs` of core/info.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from textwrap import wrap
from types import SimpleNamespace
from typing import Any

from ..errors import StormError
from ..programs.leaving import Exited
from ..programs.shape import Paths
from ..runtime import Runtime
from ..values.convert import python_text, to_int, to_text

Given = SimpleNamespace
"""The arguments of one call by their names, dashes as underscores: `given.size`."""

WIDTH = 28
# Where help texts are wrapped.
HELP_WIDTH = 88
ABSENT: Any = object()
HELP = ("--help", "-h")


@dataclass(frozen=True, slots=True)
class Option:
    """An argument. name: `size` for a positional one, `--size` for an option.

    type: int, str, bool, float, `time` and the like (a name of the data model), or "" for any value.
    default: what it is where it is not given; shown in the help. ABSENT shows nothing, and is null.
    flag: an option without a value, which is true if it is there, or what `flagged` says.
    several: any number of values; one_or_none: may be left out.
    repeated: an option that may come again, its values in a list; pairs: the same, of two values each time.
    choices: what alone is allowed.
    dest: by what key a command finds it, where that is not its name.
    """

    name: str
    desc: str
    type: str = ""
    default: Any = ABSENT
    flag: bool = False
    flagged: bool = True
    several: bool = False
    one_or_none: bool = False
    repeated: bool = False
    pairs: bool = False
    required: bool = False
    choices: tuple[str, ...] = ()
    dest: str = ""

    @property
    def key(self) -> str:
        """By what name a command finds it."""
        return self.dest or self.name.lstrip("-").replace("-", "_")

    @property
    def positional(self) -> bool:
        return not self.name.startswith("-")


@dataclass(frozen=True, slots=True)
class Command:
    """A command. run: `(run, given, paths)`, a generator of the paths that go on; `given` holds the arguments.

    desc: what `--help` shows, in our own words. readonly: it may run where nothing may be changed.
    needs_safe: how its arguments are called that must not depend on a node, "" where they may. package: whose it is.
    """

    name: str
    desc: str
    run: Callable[[Runtime, Given, Paths], Paths]
    options: tuple[Option, ...] = ()
    readonly: bool = False
    needs_safe: str = ""
    forms: dict[str, Any] = field(default_factory=dict)
    package: str = "synapse"

    @property
    def brief(self) -> str:
        """The first line of what it is."""
        return self.desc.strip().split("\n")[0].strip() or "No description"

    @property
    def usage(self) -> Iterator[str]:
        """The lines that `--help` prints."""
        positional = [option for option in self.options if option.positional]
        words = " ".join(f"<{option.key}>" for option in positional)
        yield from (
            "",
            self.desc or "no documentation provided",
            "",
            f"Usage: {self.name} [options] {words}",
            "",
            "Options:",
            "",
        )
        yield from _rows("--help", "Display the command usage.")
        for option in self.options:
            if not option.positional:
                yield from _rows(_named(option), _described(option))
        if positional:
            yield from ("", "Arguments:", "")
            for option in positional:
                yield from _rows(_placed(option), _described(option))


def read(command: Command, run: Runtime, words: list[tuple[Any, bool]]) -> dict[str, Any]:
    """The arguments of a call by their keys: those given in their order, then `help`, then the defaults of the others.

    words: each value, and whether it was written as an option.
    Raises StormError("BadArg") when the usage has been printed; Exited where the usage was asked for.
    """
    try:
        return _read(command, run, [valu for valu, _ in words])
    except StormError as error:
        if error.name == "BadArg":
            show(command, run)
        raise


def filled(command: Command, found: dict[str, Any]) -> Given:
    """The same as names, null for those that are not there; `told` has the names of those that are, in order."""
    absent = {option.key: False if option.flag else None for option in command.options}
    return Given(**{**absent, **found}, told=tuple(found))


def show(command: Command, run: Runtime) -> None:
    """Print the usage."""
    for line in command.usage:
        run.print(line)


def _read(command: Command, run: Runtime, words: list[Any]) -> dict[str, Any]:
    known = {option.name: option for option in command.options if not option.positional}
    found: dict[str, Any] = {}
    loose: list[Any] = []
    waiting = list(words)
    while waiting:
        valu = waiting.pop(0)
        if not isinstance(valu, str) or (valu not in known and valu not in HELP):
            loose.append(valu)
        elif valu in known:
            _take(known[valu], found, waiting, known, run)
        else:
            if len(words) > 1:
                told = " ".join([command.name, *(to_text(run, word) for word in words)])
                raise _refused(f"Extra arguments and flags are not supported with the help flag: {told}")
            show(command, run)
            raise Exited(None, {})
    for option in command.options:
        if option.required and not option.positional and option.key not in found:
            raise _refused(f"Missing a required option: {option.name}")
    _place(command, found, loose, run)
    found["help"] = False
    for option in command.options:
        if option.default is not ABSENT:
            found.setdefault(option.key, option.default)
    return found


def _take(option: Option, found: dict[str, Any], waiting: list[Any], known: dict[str, Option], run: Runtime) -> None:
    """The value of an option."""
    key = option.key

    def ended() -> bool:
        return not waiting or (isinstance(waiting[0], str) and (waiting[0] in known or waiting[0] in HELP))

    if option.flag:
        found[key] = option.flagged
    elif option.several:
        found[key] = []
        while not ended():
            found[key].append(_typed(option, waiting.pop(0), run))
    elif option.pairs:
        pair: list[Any] = []
        while len(pair) < 2:
            if ended():
                raise _refused(f"2 arguments are required for {option.name}.")
            pair.append(_typed(option, waiting.pop(0), run))
        found.setdefault(key, []).append(tuple(pair))
    elif ended():
        if not option.one_or_none:
            raise _refused(f"An argument is required for {option.name}.")
    elif option.repeated:
        found.setdefault(key, []).append(_typed(option, waiting.pop(0), run))
    else:
        found[key] = _typed(option, waiting.pop(0), run)


def _place(command: Command, found: dict[str, Any], loose: list[Any], run: Runtime) -> None:
    """The positional arguments, in order."""
    positional = [option for option in command.options if option.positional]
    rest = list(loose)
    for option in positional:
        if option.several:
            found[option.key] = [_typed(option, valu, run) for valu in rest]
            rest = []
        elif rest:
            found[option.key] = _typed(option, rest.pop(0), run)
        elif not option.one_or_none:
            raise _refused(f"The argument <{option.key}> is required.")
    if rest:
        raise _refused(f"Expected {len(positional)} positional arguments. Got {len(loose)}: {python_text(loose)}")


def _typed(option: Option, valu: Any, run: Runtime) -> Any:
    """A value as an argument's type takes it."""
    if option.choices and valu not in option.choices:
        marks, name = ", ".join(option.choices), f"<{option.key}>" if option.positional else option.name
        raise _refused(f"Invalid choice for argument {name} (choose from: {marks}): {to_text(run, valu)}")
    try:
        if option.type == "int":
            return to_int(valu)
        if option.type:
            return run.norm(option.type, valu)
    except StormError:
        shown = valu if isinstance(valu, str) else python_text(valu)
        raise _refused(f"Invalid value for type ({option.type}): {shown}") from None
    return valu


def _named(option: Option) -> str:
    """An option as the help shows it."""
    if option.flag:
        return option.name
    if option.several:
        return f"{option.name} [<{option.key}> ...]"
    return f"{option.name} <{option.key}>"


def _placed(option: Option) -> str:
    """A positional argument as the help shows it."""
    if option.several:
        return f"[<{option.key}> ...]"
    return f"[{option.key}]" if option.one_or_none else f"<{option.key}>"


def _described(option: Option) -> str:
    desc = option.desc
    if option.default is not ABSENT and not option.flag:
        desc += f" (default: {option.default})"
    if option.choices:
        desc += f" (choices: {', '.join(option.choices)})"
    return desc


def _rows(name: str, desc: str) -> Iterator[str]:
    first, *rest = wrap(desc, HELP_WIDTH) or [""]
    yield f"  {name:<{WIDTH}}: {first}"
    for line in rest:
        yield f"  {'':<{WIDTH}}  {line}"


def _refused(mesg: str) -> StormError:
    return StormError("BadArg", mesg)
