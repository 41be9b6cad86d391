"""The documentation says what is so: its code runs, its tables are true.

`python tests/test_docs.py` writes docs/options.md, docs/storm.md and the README's count of Storm's names anew.
"""

import asyncio
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import aiohttp
import pytest
from deadringer.server import Config
from deadringer.server.control.routes import ROUTES as CONTROL
from deadringer.server.running import RunningServer
from deadringer.server.settings import variable
from deadringer.server.storm.answers import query as storm
from deadringer.server.storm.commands.table import COMMANDS
from deadringer.server.storm.library.table import LIBRARIES
from deadringer.server.storm.surface import Kind, Local
from deadringer.server.storm.values.registry import KINDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
OPTIONS = ROOT / "docs" / "options.md"
STORM = ROOT / "docs" / "storm.md"
KNOWN = ROOT / "server" / "storm"
COUNTS = re.compile(r"(<!-- storm: .*? -->\n)(.*?)(\n\n)", re.DOTALL)
DEFAULT_URL = "http://localhost:8080"

# For each row of the README's table a request that tells whether it works: anything but 501 does.
PROBES = {
    "Sycope: login, logout, sessions, Basic, XSRF": ("POST", "/npm/api/v1/login"),
    "Sycope: config elements: list with filter, sort and paging; get, delete": ("GET", "/npm/api/v1/config-elements"),
    "Sycope: custom indexes: create, get, modify, delete": ("POST", "/npm/api/v1/config-element-index/user-index"),
    "Sycope: inject; rotation, retention (`retentionDays`)": ("POST", "/npm/api/v1/index/inject"),
    "Sycope: permissions of config elements, enforced": ("PUT", "/npm/api/v1/permissions/CONFIGURATION.x/1"),
    "Sycope: lookups: csvFile and subnet": ("POST", "/npm/api/v1/config-element-lookup/csvFile"),
    "Sycope: inventory: additional fields of devices": ("PUT", "/npm/api/v1/inventory/device/1/additional"),
    "Sycope: config elements of other categories: loaded from exports, shown as they are": (
        "POST",
        "/_deadringer/sycope/elements",
    ),
    "Sycope: passthrough to backends on this machine or on a list": ("POST", "/npm/api/v1/config/passthrough"),
    "Sycope: NQL pipelines over custom indexes and built-in streams: run, poll, page, cancel": (
        "POST",
        "/npm/api/v1/pipeline/run",
    ),
    "Sycope: seed packs: users, elements, lookups, macros, traffic profiles, streams, rows": (
        "GET",
        "/_deadringer/seeds",
    ),
    "Synapse: login, logout, sessions, Basic, API keys": ("POST", "/api/v1/login"),
    "Synapse: active, healthcheck, robots.txt": ("GET", "/api/v1/healthcheck"),
    "Synapse: users, roles, grants, passwords, one-time passwords": ("GET", "/api/v1/auth/users"),
    "Synapse: Axon files: put, has, get with Range, delete": ("POST", "/api/v1/axon/files/del"),
    "Synapse: Storm variables": ("POST", "/api/v1/storm/vars/pop"),
    "Synapse: data model, norm, core/info": ("GET", "/api/v1/model"),
    "Synapse: Storm: messages, call, nodes; back-pressure, options": ("POST", "/api/v1/storm"),
    "Synapse: Storm: export": ("POST", "/api/v1/storm/export"),
    "Synapse: feed": ("POST", "/api/v1/feed"),
    "Synapse: reqvalidstorm, isvalidstorm": ("POST", "/api/v1/isvalidstorm"),
    "Synapse: Extended HTTP API": ("GET", "/api/ext/anything"),
    "Synapse: behold": ("GET", "/api/v1/behold"),
    "Synapse: Model Context Protocol": ("POST", "/api/v1/mcp"),
    "Synapse: AHA": ("GET", "/api/v1/aha/services"),
}


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def local(server: RunningServer) -> str:
    """The server by name: aiohttp's clients keep no cookies of bare addresses."""
    return server.url.replace("127.0.0.1", "localhost")


def table() -> dict[str, str]:
    rows = README.split("<!-- supported:")[1].partition("\n\n")[0]
    return {row[0]: row[1] for row in re.findall(r"^\| (.+?) \| (.+?) \|$", rows, re.MULTILINE)[1:]}


def options_page() -> str:
    lines = [
        "# Options",
        "",
        "Each is a flag, a variable and a key of `deadringer.toml` in the current folder; the first that is set counts.",
        "",
        "| flag | variable | key | default | |",
        "|---|---|---|---|---|",
    ]
    for item in fields(Config):
        default = item.default
        shown = "" if default in (None, ()) else str(default).lower() if isinstance(default, bool) else str(default)
        flag = "--" + item.name.replace("_", "-")
        lines.append(f"| `{flag}` | `{variable(item.name)}` | `{item.name}` | {shown} | {item.metadata['doc']} |")
    return "\n".join(lines) + "\n"


def known(table: str) -> set[str]:
    """The names that the product has, of one table of ours."""
    return set((KNOWN / table / "known.txt").read_text().split())


def functions() -> dict[str, Local]:
    """Every function and value of the libraries, by its whole path."""
    return {f"{library.path}.{local.name}": local for library in LIBRARIES.values() for local in library.locals}


def kinds() -> list[Kind]:
    """The kinds of values with methods of their own, by name."""
    assert storm.BEFORE_MESG
    return sorted({kind.name: kind for kind in KINDS.values() if kind.locals}.values(), key=lambda kind: kind.name)


def storm_counts() -> str:
    """How much of Storm's names is there, as a table."""
    made = {"Functions of its libraries (`$lib...`)": (set(functions()), known("library"))}
    made["Commands"] = (set(COMMANDS), known("commands"))
    rows = ["| Storm | there | of the product's |", "|---|---|---|"]
    rows += [f"| {name} | {len(ours & theirs)} | {len(theirs)} |" for name, (ours, theirs) in made.items()]
    return "\n".join(rows)


def storm_page() -> str:
    """docs/storm.md: what there is of Storm, from the tables that it runs by."""
    lines = [
        "# Storm",
        "",
        "Made from the tables that queries run by; `help`, `--help` and `core/info` tell the same.",
        "",
    ]
    lines += ["What the product has and this version lacks answers `NotImplemented` with its name:", ""]
    for what, missing in (
        ("functions", known("library") - set(functions())),
        ("commands", known("commands") - set(COMMANDS)),
    ):
        names = ", ".join(f"`{'$' if what == 'functions' else ''}{name}`" for name in sorted(missing))
        lines.append(f"- {len(missing)} {what}{': ' + names if names else ''}.")
    lines += ["", "## Libraries", ""]
    for path, library in sorted(LIBRARIES.items()):
        lines += [f"### ${path}", "", library.desc, ""]
        lines += local_lines(library.locals)
    lines += ["## Values", ""]
    for kind in kinds():
        lines += [f"### {kind.name}", "", kind.desc, "", *local_lines(kind.locals)]
    lines += ["## Commands", "", "| command | |", "|---|---|"]
    lines += [f"| `{name}` | {cell(COMMANDS[name].brief)} |" for name in sorted(COMMANDS)]
    return "\n".join(lines) + "\n"


def local_lines(found: tuple[Local, ...]) -> list[str]:
    """A list of functions and values."""
    return [f"- `{local.text}`: {' '.join(local.desc.split())}" for local in found] + [""] * bool(found)


def cell(text: str) -> str:
    """A text that stays in its cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


@pytest.mark.parametrize("block", blocks("python"), ids=["requests", "aiohttp", "in-process"])
async def test_the_readmes_python_runs(block: str, server: RunningServer, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(block.replace(DEFAULT_URL, local(server)))
    done = await finished([sys.executable, "-W", "error", str(script)], tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


async def test_the_readmes_curl_calls_run(server: RunningServer, tmp_path: Path) -> None:
    shutil.copy(ROOT / "README.md", tmp_path)
    calls = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("curl")]
    assert len(calls) >= 8
    script = "set -e\n" + "\n".join(call.replace("curl ", "curl -sS --fail-with-body ", 1) for call in calls)
    done = await finished(["bash", "-c", script.replace(DEFAULT_URL, local(server))], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


async def finished(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command beside the server that this event loop serves."""

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)

    return await asyncio.get_running_loop().run_in_executor(None, run)


def test_every_row_of_the_table_has_a_probe() -> None:
    assert table().keys() == PROBES.keys()


@pytest.mark.parametrize("row", PROBES)
async def test_the_table_of_what_works_is_true(row: str, server: RunningServer) -> None:
    method, path = PROBES[row]
    user, password = ("admin", "qwerty") if row.startswith("Sycope") else ("root", "secret")
    headers = {"Authorization": aiohttp.encode_basic_auth(user, password)}
    async with (
        aiohttp.ClientSession(server.url, headers=headers) as session,
        session.request(method, path, json={}) as response,
    ):
        text = await response.text()
    expected = "missing: 501 NotImplemented" if row.startswith("Synapse") else "missing: 501 NOT_IMPLEMENTED"
    if response.status == 501:
        assert table()[row] == expected
        assert expected.split()[-1] in text
    else:
        assert table()[row] == "works"
        # What works knows the path; a device or an API that nobody made is not there all the same.
        assert response.status != 404 or "There is no device" in text or "/api/ext/" in path


@pytest.mark.parametrize("pattern", sorted({route.pattern for route in CONTROL}))
def test_every_route_of_the_control_plane_is_documented(pattern: str) -> None:
    assert re.sub(r"\(.*?\)", "<name>", pattern).partition("?")[0] in README


def test_every_option_is_documented() -> None:
    assert OPTIONS.read_text() == options_page(), "run: python tests/test_docs.py"


def test_what_there_is_of_storm_is_documented() -> None:
    assert STORM.read_text() == storm_page(), "run: python tests/test_docs.py"


def test_the_readme_counts_what_there_is_of_storm() -> None:
    found = COUNTS.search(README)
    assert found is not None
    assert found[2] == storm_counts(), "run: python tests/test_docs.py"


if __name__ == "__main__":
    OPTIONS.write_text(options_page())
    STORM.write_text(storm_page())
    (ROOT / "README.md").write_text(COUNTS.sub(lambda found: found[1] + storm_counts() + found[3], README))
