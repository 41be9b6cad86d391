"""Seed packs: folders that say what a world starts with (docs/packs.md). Finds them and reads their files; knows no vendor.

A table of a pack is one file or several of the same name: `.json`, `.ndjson`, `.toml`, `.csv`. Texts such as `-5m@now` are
times, told from the moment at which the pack is put into a world.
"""

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

# As the language of queries writes points in time (nql.md chapter 4), relative to now.
MOMENT = re.compile(r"(?:([-+])((?:[0-9]{1,12}(?:ms|s|m|h|d|w))+))?@now")
AMOUNT = re.compile(r"([0-9]+)(ms|s|m|h|d|w)")
UNITS_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 7 * 86_400_000}
SETTINGS = "pack.toml"
# The parts of a pack: tables, folders of tables, scripts for the Cortex, and its blobs, which are not read yet.
TABLES = ("users", "elements", "devices")
FOLDERS = ("streams", "indexes")
SCRIPTS = "storm"
SCRIPT_SUFFIX = ".storm"
OTHER_FOLDERS = ("files", SCRIPTS)
PLANNED = ("blobs",)
# A list of rows is held in JSON and TOML as the product's own lists are.
DATA = "data"


class BadPack(Exception):
    """A pack that cannot be used; the message is one sentence that says where and why."""


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack. name: what it is asked for by."""

    name: str
    folder: "Traversable"

    def settings(self) -> dict[str, Any]:
        """What `pack.toml` says, {} where there is none. Raises BadPack."""
        path = self.folder.joinpath(SETTINGS)
        return _toml(_text(path, self.name), f"{self.name}: {SETTINGS}") if path.is_file() else {}

    def table(self, name: str) -> list[dict[str, Any]]:
        """The rows of one of TABLES, [] where it has none. Raises BadPack."""
        return _table(self.folder, name, self.name)

    def folder_tables(self, name: str) -> dict[str, list[dict[str, Any]]]:
        """The tables in one of FOLDERS, by their names. Raises BadPack."""
        folder = self.folder.joinpath(name)
        if not folder.is_dir():
            return {}
        names = {_stem(path.name) for path in _listed(folder)}
        return {each: _table(folder, each, f"{self.name}: {name}") for each in sorted(names)}

    def file(self, name: str) -> list[dict[str, Any]]:
        """The rows of a file in the folder `files`, by its whole name. Raises BadPack."""
        path = self.folder.joinpath("files", name)
        if "/" in name or not path.is_file():
            raise BadPack(f"The pack {self.name} has no file files/{name}.")
        return _rows(path, f"{self.name}: files/{name}")

    def scripts(self) -> list[tuple[str, str]]:
        """The scripts for the Cortex as (name, text), in order of name. Raises BadPack."""
        folder = self.folder.joinpath(SCRIPTS)
        found = _listed(folder) if folder.is_dir() else []
        for path in found:
            if not path.name.endswith(SCRIPT_SUFFIX) or not path.is_file():
                raise BadPack(f"{self.name}: {SCRIPTS}/{path.name} is no file that ends in {SCRIPT_SUFFIX}.")
        return [(path.name, _text(path, f"{self.name}: {SCRIPTS}/{path.name}")) for path in found]

    def check(self) -> None:
        """See that there is nothing in it that would be passed over. Raises BadPack."""
        for path in _listed(self.folder):
            if path.name in PLANNED:
                raise BadPack(
                    f"The pack {self.name} has {path.name}/, which is for the Cortex and cannot be loaded yet."
                )
            known = FOLDERS + OTHER_FOLDERS if path.is_dir() else TABLES
            if path.name != SETTINGS and (path.name if path.is_dir() else _stem(path.name)) not in known:
                parts = ", ".join((*TABLES, *(f"{each}/" for each in FOLDERS + OTHER_FOLDERS)))
                raise BadPack(f"The pack {self.name} has {path.name}, which is none of {SETTINGS}, {parts}.")


def bundled() -> list[Pack]:
    """The packs that come with the server, ordered by name."""
    # What reads packs is imported where it is used: each server loads this module, and few read any.
    from importlib.resources import files

    home = files("deadringer.fixtures.packs")
    folders = [path for path in home.iterdir() if path.is_dir() and path.joinpath(SETTINGS).is_file()]
    return [Pack(path.name, path) for path in sorted(folders, key=lambda path: path.name)]


def find(wanted: str) -> Pack:
    """The pack of this name, or the one in this folder. Raises BadPack."""
    found = next((pack for pack in bundled() if pack.name == wanted), None)
    if found is None:
        folder = Path(wanted)
        if not folder.is_dir():
            names = ", ".join(pack.name for pack in bundled())
            raise BadPack(f"There is no seed pack {wanted}: it is neither a folder nor one of {names}.")
        found = Pack(folder.resolve().name, folder)
    found.check()
    return found


def dated(value: Any, now_ms: int) -> Any:
    """The same with each text such as `-1h30m@now` replaced by the time that it is, in milliseconds since 1970."""
    if isinstance(value, str):
        found = MOMENT.fullmatch(value) if value.endswith("@now") else None
        return value if found is None else now_ms + _shift_ms(found[1], found[2])
    if isinstance(value, dict):
        return {key: dated(inner, now_ms) for key, inner in value.items()}
    return [dated(inner, now_ms) for inner in value] if isinstance(value, list) else value


def length_ms(text: str) -> int:
    """The length of time that `1h30m` is. Raises ValueError for any other text, and for none at all."""
    found = _shift_ms("+", text) if re.fullmatch(rf"(?:{AMOUNT.pattern})+", text) else 0
    if found <= 0:
        raise ValueError(f"{text!r} is no length of time such as 1h30m")
    return found


def _shift_ms(sign: str | None, amounts: str | None) -> int:
    total = sum(int(count) * UNITS_MS[unit] for count, unit in AMOUNT.findall(amounts or ""))
    return -total if sign == "-" else total


def _listed(folder: "Traversable") -> "list[Traversable]":
    """What lies in a folder, but for files that no pack means: hidden ones, and a package's own."""
    found = [path for path in folder.iterdir() if not path.name.startswith((".", "__"))]
    return sorted(found, key=lambda path: path.name)


def _stem(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    return stem if dot and f".{suffix}" in READERS else name


def _table(folder: "Traversable", name: str, where: str) -> list[dict[str, Any]]:
    paths = [folder.joinpath(name + suffix) for suffix in READERS]
    found = [path for path in paths if path.is_file()]
    if not found and folder.joinpath(name).is_file():
        raise BadPack(f"{where}: {name} ends in none of {', '.join(READERS)}.")
    return [row for path in found for row in _rows(path, f"{where}: {path.name}")]


def _rows(path: "Traversable", where: str) -> list[dict[str, Any]]:
    suffix = "." + path.name.rpartition(".")[2]
    if suffix not in READERS:
        raise BadPack(f"{where}: its name ends in none of {', '.join(READERS)}.")
    return list(READERS[suffix](_text(path, where), where))


def _text(path: "Traversable", where: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadPack(f"{where} cannot be read: {error}.") from error


def _json(text: str, where: str) -> Iterator[dict[str, Any]]:
    return _listed_rows(_parsed(text, where), where)


def _ndjson(text: str, where: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield _object(_parsed(line, f"{where}, line {number}"), f"{where}, line {number}")


def _csv(text: str, where: str) -> Iterator[dict[str, Any]]:
    """Cells are JSON where they read as such, else texts; an empty one is null."""
    import csv

    lines = csv.reader(io.StringIO(text, newline=""))
    try:
        names = next(lines, [])
        if len(set(names)) < len(names):
            raise BadPack(f"{where}: two columns have the same name.")
        for row in lines:
            if len(row) != len(names):
                raise BadPack(f"{where}, line {lines.line_num}: has {len(row)} cells for {len(names)} columns.")
            yield dict(zip(names, map(_cell, row), strict=True))
    except csv.Error as error:
        raise BadPack(f"{where}, line {lines.line_num}: {error}.") from error


def _toml_rows(text: str, where: str) -> Iterator[dict[str, Any]]:
    return _listed_rows(_toml(text, where), where)


READERS: dict[str, Callable[[str, str], Iterator[dict[str, Any]]]] = {
    ".json": _json,
    ".ndjson": _ndjson,
    ".toml": _toml_rows,
    ".csv": _csv,
}


def _toml(text: str, where: str) -> dict[str, Any]:
    import tomllib

    try:
        found: dict[str, Any] = _plain(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadPack(f"{where}: {error}.") from error
    return found


def _plain(value: Any) -> Any:
    """The same without TOML's own types: an instant is its milliseconds since 1970, a day and a time of day are texts."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return list(map(_plain, value))
    if isinstance(value, datetime):
        return round((value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp() * 1000)
    return value.isoformat() if isinstance(value, (date, time)) else value


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadPack(f"{where} is not JSON: {error}.") from error


def _listed_rows(found: Any, where: str) -> Iterator[dict[str, Any]]:
    if isinstance(found, dict):
        found = found.get(DATA)
    if not isinstance(found, list):
        raise BadPack(f"{where} holds no list under {DATA}.")
    for number, row in enumerate(found):
        yield _object(row, f"{where}, {DATA}[{number}]")


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadPack(f"{where} is no object.")
    return value


def _cell(text: str) -> Any:
    if text == "":
        return None
    try:
        # What is read by hand is quoted only where it must be: 007 and 10.0.0.1 are texts, as are NaN and Infinity.
        return json.loads(text, parse_constant=str)
    except (ValueError, RecursionError):
        return text
