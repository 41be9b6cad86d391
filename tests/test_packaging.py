"""What is installed: the packages that are listed, with their data, below `deadringer` and nowhere else."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "pyproject.toml").read_text()
PROJECT = tomllib.loads(TEXT)
FOLDERS: dict[str, str] = PROJECT["tool"]["setuptools"]["package-dir"]
SOURCES = [path for folder in FOLDERS.values() for path in sorted((ROOT / folder).rglob("*.py"))]
DEPENDENCIES: list[str] = PROJECT["project"]["dependencies"]
# Run in a process of its own, and in a copy: building leaves files beside the sources.
BUILD = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"


def installed(path: Path) -> str:
    """Where a source file lies in a wheel."""
    folder, *rest = path.relative_to(ROOT).parts
    package = next(package for package, each in FOLDERS.items() if each == folder)
    return "/".join([*package.split("."), *rest])


def data_files() -> list[Path]:
    """The data that the program reads, each where it is declared."""
    found = []
    for package, patterns in PROJECT["tool"]["setuptools"]["package-data"].items():
        first = ".".join(package.split(".")[:2])
        folder = ROOT.joinpath(FOLDERS[first], *package.split(".")[2:])
        for pattern in patterns:
            matching = [path for path in sorted(folder.glob(pattern)) if path.is_file()]
            assert matching, f"nothing in {folder} is called {pattern}"
            found += matching
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names in a wheel that was built as pip builds it."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for path in [
        *(path for folder in FOLDERS.values() for path in (ROOT / folder).rglob("*")),
        ROOT / "pyproject.toml",
    ]:
        if path.is_file() and "__pycache__" not in path.parts:
            copy = source / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    (source / "README.md").write_text("")
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(target)], cwd=source, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (built,) = target.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return archive.namelist()


def test_the_packages_are_the_folders_with_an_init() -> None:
    folders = {installed(path.parent).replace("/", ".") for path in SOURCES if path.name == "__init__.py"}
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == folders
    assert len(PROJECT["tool"]["setuptools"]["packages"]) == len(folders)


def test_every_folder_with_modules_has_an_init() -> None:
    assert {path.parent for path in SOURCES if not (path.parent / "__init__.py").exists()} == set()


def test_a_wheel_holds_one_top_level_package(wheel: list[str]) -> None:
    assert {name.split("/")[0] for name in wheel if ".dist-info/" not in name} == {"deadringer"}
    assert {"/".join(name.split("/")[:2]) for name in wheel if ".dist-info/" not in name} == {
        package.replace(".", "/") for package in FOLDERS
    }
    # A namespace: others may live below it too.
    assert "deadringer/__init__.py" not in wheel


def test_a_wheel_holds_every_module_and_all_data_and_nothing_else(wheel: list[str]) -> None:
    expected = sorted(map(installed, {*SOURCES, *data_files()}))
    assert sorted(name for name in wheel if ".dist-info/" not in name) == expected
    assert [name for name in expected if name.endswith(".sql")]
    assert [name for name in expected if name.endswith(".json")]
    assert "deadringer/server/py.typed" in expected


def test_a_wheel_gives_the_command(wheel: list[str]) -> None:
    assert any(name.endswith(".dist-info/entry_points.txt") for name in wheel)
    assert PROJECT["project"]["scripts"] == {"deadringer": "deadringer.server.__main__:main"}


@pytest.mark.parametrize("table", ["dependencies", "test"])
def test_every_dependency_has_a_reason_and_a_lower_bound_only(table: str) -> None:
    body = re.search(rf"^{table} = \[\n(.*?)^\]", TEXT, re.MULTILINE | re.DOTALL)
    assert body is not None
    for line in body[1].splitlines():
        assert re.fullmatch(r'    "[a-z0-9-]+>=[0-9.]+", +# \S.{5,}', line), line


def name_of(dependency: str) -> str:
    return re.split(r"[>=<~! ]", dependency)[0]


def imported() -> set[str]:
    """The top-level names that our modules import from elsewhere."""
    found: set[str] = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add((node.module or "").split(".")[0])
    return found


def test_every_dependency_is_imported_somewhere() -> None:
    modules: dict[str, set[str]] = {}
    for module, distributions in packages_distributions().items():
        for distribution in distributions:
            modules.setdefault(distribution.lower().replace("_", "-"), set()).add(module)
    unused = [name for name in map(name_of, DEPENDENCIES) if not modules[name] & imported()]
    assert unused == []


def test_everything_imported_is_a_dependency_or_of_the_standard_library() -> None:
    allowed = {"deadringer", *sys.stdlib_module_names}
    declared = set(map(name_of, DEPENDENCIES))
    owners = packages_distributions()
    foreign = {name for name in imported() - allowed if not declared & {each.lower() for each in owners.get(name, [])}}
    assert foreign == set()
