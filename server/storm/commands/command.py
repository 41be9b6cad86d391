"""The form in which Storm's commands are declared, and the reading of their arguments with the product's messages.

A command is one `Command` in a file of its own subject and one line in table.py; from it come the reading of arguments,
`--help`, the command `help`, and the `stormdocs` of core/info.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from ..errors import StormError
from ..runtime import Runtime
from ..shape import Paths
from ..values.convert import to_bool, to_int, to_text

Given = SimpleNamespace
"""The arguments of one call by their names, dashes as underscores: `given.size`."""

WIDTH = 28


@dataclass(frozen=True, slots=True)
class Option:
    """An argument. name: `size` for a positional one, `--size` for an option.

    type: int, str, bool, float, `time` and the like (a name of the data model), or "" for any value.
    flag: an option without a value, which is true if it is there. several: any number of values; one_or_none: may be left out.
    repeated: an option that may come again, its values in a list. choices: what alone is allowed.
    """

    name: str
    desc: str
    type: str = ""
    default: Any = None
    flag: bool = False
    several: bool = False
    one_or_none: bool = False
    repeated: bool = False
    required: bool = False
    choices: tuple[str, ...] = ()

    @property
    def dest(self) -> str:
        return self.name.lstrip("-").replace("-", "_")

    @property
    def positional(self) -> bool:
        return not self.name.startswith("-")


@dataclass(frozen=True, slots=True)
class Command:
    """A command. run: `(run, given, paths)`, a generator of the paths that go on; `given` holds the arguments.

    desc: what `--help` shows, in our own words. readonly: it may run where nothing may be changed.
    needs_safe: its arguments must not depend on a node.
    """

    name: str
    desc: str
    run: Callable[[Runtime, Given, Paths], Paths]
    options: tuple[Option, ...] = ()
    readonly: bool = False
    needs_safe: bool = False
    forms: dict[str, Any] = field(default_factory=dict)

    @property
    def usage(self) -> Iterator[str]:
        """The lines that `--help` prints."""
        positional = [option for option in self.options if option.positional]
        named = [option for option in self.options if not option.positional]
        words = " ".join(["Usage:", self.name, "[options]", *(_shown(option) for option in positional)])
        yield from ("", f"\n    {self.desc}\n    ", "", words, "", "Options:", "")
        yield _row("--help", "Display the command usage.")
        for option in named:
            shown = option.name if option.flag else f"{option.name} {_shown(option)}"
            desc = option.desc
            if option.default not in (None, False, []):
                desc += f" (default: {option.default})"
            yield _row(shown, desc)
            if option.choices:
                yield _row("", f"(choices: {', '.join(option.choices)})")
        if positional:
            yield from ("", "Arguments:", "")
            for option in positional:
                yield _row(_shown(option), option.desc)


class HelpShown(Exception):
    """`--help` was asked for and printed: the query ends."""


def read(command: Command, run: Runtime, words: list[tuple[Any, bool]]) -> Given:
    """The arguments of a call. words: each value, and whether it was written as an option.

    Raises StormError("BadArg") when the usage has been printed, HelpShown.
    """
    try:
        return _read(command, run, words)
    except StormError as error:
        if error.name == "BadArg":
            show(command, run)
        raise


def show(command: Command, run: Runtime) -> None:
    """Print the usage."""
    for line in command.usage:
        run.print(line)


def _read(command: Command, run: Runtime, words: list[tuple[Any, bool]]) -> Given:
    known = {option.name: option for option in command.options if not option.positional}
    given = Given(**{option.dest: option.default for option in command.options})
    loose: list[Any] = []
    waiting = list(words)
    while waiting:
        valu, is_option = waiting.pop(0)
        if not is_option or not isinstance(valu, str) or (valu not in known and valu not in ("--help", "-h")):
            loose.append(valu)
            continue
        if valu in ("--help", "-h") and valu not in known:
            show(command, run)
            raise HelpShown
        _take(known[valu], given, waiting, run)
    for option in command.options:
        if option.required and not option.positional and getattr(given, option.dest) is None:
            raise StormError("BadArg", f"The option {option.name} is required.")
    _place(command, given, loose, run)
    return given


def _take(option: Option, given: Given, waiting: list[tuple[Any, bool]], run: Runtime) -> None:
    """The value of an option."""
    if option.flag:
        setattr(given, option.dest, True)
        return
    if option.several:
        found = []
        while waiting and not waiting[0][1]:
            found.append(_typed(option, waiting.pop(0)[0], run))
        setattr(given, option.dest, found)
        return
    if not waiting or waiting[0][1]:
        if option.one_or_none:
            return
        raise StormError("BadArg", f"An argument is required for {option.name}.")
    valu = _typed(option, waiting.pop(0)[0], run)
    if option.repeated:
        setattr(given, option.dest, [*(getattr(given, option.dest) or []), valu])
    else:
        setattr(given, option.dest, valu)


def _place(command: Command, given: Given, loose: list[Any], run: Runtime) -> None:
    """The positional arguments, in order."""
    positional = [option for option in command.options if option.positional]
    rest = list(loose)
    for option in positional:
        if option.several:
            setattr(given, option.dest, [_typed(option, valu, run) for valu in rest])
            rest = []
        elif rest:
            setattr(given, option.dest, _typed(option, rest.pop(0), run))
        elif not option.one_or_none:
            raise StormError("BadArg", f"The argument <{option.dest}> is required.")
    if rest:
        count = len(positional)
        shown = [to_text(run, valu) for valu in loose]
        raise StormError("BadArg", f"Expected {count} positional arguments. Got {len(loose)}: {shown}")


def _typed(option: Option, valu: Any, run: Runtime) -> Any:
    """A value as an argument's type takes it."""
    if option.choices and valu not in option.choices:
        marks = ", ".join(option.choices)
        raise StormError("BadArg", f"Invalid choice for argument <{option.dest}> (choose from: {marks}): {valu}")
    try:
        if option.type == "int":
            return to_int(valu)
        if option.type == "bool":
            return _bool(run, valu)
        if option.type == "str":
            return to_text(run, valu)
        if option.type:
            return run.norm(option.type, valu)
    except StormError:
        shown = to_text(run, valu)
        raise StormError("BadArg", f"Invalid value for type ({option.type}): {shown}") from None
    return valu


def _bool(run: Runtime, valu: Any) -> bool:
    if isinstance(valu, str):
        return bool(run.norm("bool", valu))
    return to_bool(valu)


def _shown(option: Option) -> str:
    mark = f"<{option.dest}>"
    return f"[{mark} ...]" if option.several else f"[{mark}]" if option.one_or_none and option.positional else mark


def _row(name: str, desc: str) -> str:
    return f"  {name:<{WIDTH}}: {desc}" if name else f"  {'':<{WIDTH}}  {desc}"
