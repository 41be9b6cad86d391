"""Format, lint and strict types are part of the test command."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*command: str) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_code_is_formatted() -> None:
    run("ruff", "format", "--check", ".")


def test_code_has_no_lint() -> None:
    run("ruff", "check", ".")


@pytest.mark.parametrize("what", [(), ("tests", "benchmarks")], ids=["packages", "tests"])
def test_types_are_strict(what: tuple[str, ...], tmp_path: Path) -> None:
    # mypy finds the packages under their installed names through a link (design §10).
    link = ROOT / "build" / "links" / "deadringer"
    link.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        link.symlink_to(ROOT, target_is_directory=True)
    # A cache of its own for each: the two runs may be at work at once.
    run("mypy", "--cache-dir", str(ROOT / ".mypy_cache" / (what[0] if what else "packages")), *what)
