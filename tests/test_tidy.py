"""Tidiness that a reader would otherwise have to look after: arrows, threads, lengths, names, dead modules.

The rules are those of design §2 and §8. Modules are read, never imported.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("server", "storage", "fixtures")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
NAMES = [path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".") for path in FILES]
MODULES = dict(zip(NAMES, FILES, strict=True))
LINES = 500
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager"}

# What runs without being imported.
# Imported by nothing: the entry point, and what is finished and tested but waits for its caller, each with who that is.
ENTRIES = {"server.__main__"}
AWAITED: dict[str, str] = {}
# A row: whoever is below the first may import none of the others.
ARROWS = {
    "storage": ("server", "fixtures", "aiohttp"),
    "server.model": ("server", "storage", "fixtures", "aiohttp", "sqlite3"),
    "server.nql": ("aiohttp", "server.sycope", "server.cortex", "server.storm", "server.control", "server.model"),
    "server.storm": ("aiohttp", "server.sycope", "server.cortex", "server.nql", "server.control"),
    "server.sycope": (
        "server.cortex",
        "server.storm",
        "server.model",
        "server.control",
        "server.front",
        "server.worlds",
    ),
    "server.cortex": ("server.sycope", "server.nql", "server.control", "server.front", "server.worlds"),
    "server": ("fixtures",),
}
# The command line reaches everything: it plays the recorded exchanges, too.
REACHES_ALL = {"server.cli"}
# Threads are made in workers.py alone, but for the one that a server runs in when a program without an event loop starts it.
THREAD_MAKERS = {"server.workers": {"ThreadPoolExecutor"}, "server.running": {"Thread"}}
MAKES_THREADS = {"Thread", "Timer", "ThreadPoolExecutor", "ProcessPoolExecutor", "Process"}
# What the threads of many requests share may be locked, and these may do so; nothing else of `threading` is for them.
LOCKERS = ("storage", "server.model", "server.cortex.state", "server.events")
LOCKS = {"Lock", "RLock"}
# The two error middlewares, and the control plane's own (design §7).
# The mounts' error steps, and that of a query whose stream has begun.
CATCHES_ALL = {"server.control.routes", "server.cortex.routes", "server.sycope.routes", "server.storm.answers.query"}


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text())


@cache
def imports(name: str) -> frozenset[str]:
    """Every module that a module imports, ours as `server.x`; `from . import x` counts as `x` itself too."""
    found: set[str] = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = absolute(name, node)
            found.add(origin)
            found.update(f"{origin}.{alias.name}" for alias in node.names)
    return frozenset(each.removeprefix("deadringer.") for each in found)


def absolute(name: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    # As installed: all three packages lie below deadringer.
    parts = ["deadringer", *name.removesuffix(".__init__").split(".")]
    if not name.endswith(".__init__"):
        parts.pop()
    kept = parts[: len(parts) - node.level + 1]
    return ".".join([*kept, *(node.module or "").split(".")]).rstrip(".")


def under(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """The last part of the name of everything that a module calls."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.func.id, node
            elif isinstance(node.func, ast.Attribute):
                yield node.func.attr, node


@pytest.mark.parametrize("package", ARROWS)
def test_arrows(package: str) -> None:
    own = tuple(part for part in ARROWS if under(part, package))
    wrong = [
        f"{name} imports {found}"
        for name in MODULES
        if under(name, package) and name not in REACHES_ALL
        for found in imports(name)
        if any(under(found, banned) for banned in ARROWS[package]) and not any(under(found, part) for part in own)
    ]
    assert wrong == []


def test_nobody_imports_the_folders_by_their_plain_names() -> None:
    wrong = [
        f"{name}: {alias}"
        for name in MODULES
        for node in ast.walk(tree(name))
        for alias in (
            [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and not node.level
            else []
        )
        if any(under(alias, package) for package in PACKAGES)
    ]
    assert wrong == []


def test_threads_are_made_where_they_are_known() -> None:
    makers = {name: {called for called, _ in calls(name)} & MAKES_THREADS for name in MODULES}
    assert {name: made for name, made in makers.items() if made} == THREAD_MAKERS
    loose = [
        name
        for name in MODULES
        for called, _ in calls(name)
        if called in ("to_thread", "run_in_executor", "start_new_thread")
    ]
    assert loose == []


def test_threading_is_imported_for_locks_alone() -> None:
    for name in MODULES:
        if "threading" not in imports(name) or name in THREAD_MAKERS:
            continue
        assert any(under(name, each) for each in LOCKERS), f"{name} knows threads"
        used = {
            node.attr
            for node in ast.walk(tree(name))
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "threading"
        }
        assert used <= LOCKS, f"{name} uses {used}"


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_short_and_says_what_it_is(name: str) -> None:
    text = MODULES[name].read_text()
    assert text.count("\n") <= LINES
    if name.endswith(".__init__") and not text.strip():
        return
    assert ast.get_docstring(tree(name)), "no docstring"


def test_no_name_says_nothing() -> None:
    assert [path for path in FILES if {*path.relative_to(ROOT).with_suffix("").parts} & BANNED_NAMES] == []


def test_no_module_is_dead() -> None:
    used = {found for name in MODULES for found in imports(name)}
    dead = [
        name
        for name in MODULES
        if not name.endswith("__init__")
        and name not in ENTRIES | AWAITED.keys()
        and name not in used
        and not name.startswith("fixtures.")
    ]
    assert dead == []
    assert AWAITED.keys() & used == set(), "is called for now: no longer awaited"


def test_all_errors_are_caught_in_the_middlewares_alone() -> None:
    wrong = []
    for name in MODULES:
        for node in ast.walk(tree(name)):
            if not isinstance(node, ast.ExceptHandler):
                continue
            caught = {each.id for each in ast.walk(node.type) if isinstance(each, ast.Name)} if node.type else {"bare"}
            raised_on = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            if caught & {"Exception", "bare"} and name not in CATCHES_ALL:
                wrong.append(f"{name}:{node.lineno}")
            # BaseException is for those who clean up and raise it on, and for the thread wrapper, which hands it over.
            if "BaseException" in caught and not raised_on and name != "server.workers":
                wrong.append(f"{name}:{node.lineno}")
    assert wrong == []
