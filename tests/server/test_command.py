"""`deadringer serve` and `deadringer healthcheck` as a user runs them."""

import json
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from .running_command import COMMAND, FREE_PORTS, Served, environment, refusal

# Names the world's state below a data folder.
DEFAULT_STATE = Path("worlds") / "default" / "1"


def test_it_says_what_a_newcomer_needs_and_then_that_it_is_ready(tmp_path: Path) -> None:
    with Served(tmp_path, "--ephemeral") as served:
        text = "\n".join(served.welcome)
        assert served.urls.keys() == {"https", "http"}
        for url in served.urls.values():
            assert f"Sycope   {url}/npm/api/v1\n" in text
            assert f"Synapse  {url}/api/v1\n" in text
        assert "Sycope admin / qwerty, Synapse root / secret" in text
        assert served.welcome[-1] == "deadringer: ready"
        assert requests.get(f"{served.url}/_deadringer/ready", timeout=60).status_code == 200


def test_passwords_of_ones_own_are_not_shown(tmp_path: Path) -> None:
    with Served(tmp_path, "--ephemeral", "--no-tls", "--synapse-password", "hush") as served:
        assert "hush" not in "\n".join(served.welcome)
        assert "root / (as configured)" in "\n".join(served.welcome)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_with_0_within_a_second(tmp_path: Path, number: signal.Signals) -> None:
    with Served(tmp_path, "--ephemeral", "--no-tls") as served:
        requests.get(f"{served.url}/_deadringer/health", timeout=60)
        began = time.monotonic()
        assert served.stop(number) == 0
        assert time.monotonic() - began < 5
        assert "Traceback" not in served.log.read_text()
        with pytest.raises(requests.ConnectionError):
            requests.get(f"{served.url}/_deadringer/health", timeout=60)


def test_a_pattern_that_matches_for_minutes_does_not_keep_it_from_stopping(tmp_path: Path) -> None:
    with Served(tmp_path, "--ephemeral", "--no-tls", "--synapse-pattern-s", "600") as served:
        login = ("root", "secret")

        def call(query: str) -> requests.Response:
            url = f"{served.url}/api/v1/storm/call"
            return requests.post(url, json={"query": query}, auth=login, timeout=60)

        def endless() -> None:
            with suppress(requests.RequestException):
                call(f"return(('{'a' * 60}!' ~= '(a|aa)+$'))")

        asking = threading.Thread(target=endless)
        asking.start()
        # It and this one are all that runs.
        while call("return($lib.ps.list().size())").json()["result"] != 2:
            assert asking.is_alive()
        began = time.monotonic()
        assert served.stop() == 0
        assert time.monotonic() - began < 20
        asking.join()
        assert "Traceback" not in served.log.read_text()


def test_an_ephemeral_server_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with Served(tmp_path, "--ephemeral") as served:
        assert list(tmp_path.glob("deadringer-*"))
        assert served.stop() == 0
    assert not list(tmp_path.glob("deadringer-*"))


def test_the_url_file_is_new_with_every_start(tmp_path: Path) -> None:
    # What an earlier server left would send a waiting script to the wrong port: it goes before anything else is done.
    stale = tmp_path / "urls.json"
    stale.write_text("stale")
    held = socket.create_server(("127.0.0.1", 0))
    port = str(held.getsockname()[1])
    refusal(tmp_path, "--ephemeral", "--no-tls", "--http-port", port, "--url-file", str(stale))
    held.close()
    assert not stale.exists()
    assert not list(tmp_path.glob("*.new"))


def test_data_is_kept_and_so_are_the_certificate_and_the_worlds(tmp_path: Path) -> None:
    trusted = []
    for start in range(2):
        with Served(tmp_path, "--data", "data") as served:
            trusted.append(requests.get(f"{served.url}/_deadringer/ca.pem", timeout=60).text)
            if start == 0:
                made = requests.post(f"{served.url}/_deadringer/worlds", json={"name": "other"}, timeout=60)
                assert made.status_code == 201
            listed = requests.get(f"{served.url}/_deadringer/worlds", timeout=60).json()["worlds"]
            assert [world["name"] for world in listed] == ["default", "other"]
            assert served.stop() == 0
    assert trusted[0] == trusted[1]


def test_after_a_kill_it_starts_again(tmp_path: Path) -> None:
    with Served(tmp_path, "--no-tls") as served:
        requests.post(f"{served.url}/_deadringer/worlds", json={"name": "other"}, timeout=60)
    assert served.process.returncode == -signal.SIGKILL
    with Served(tmp_path, "--no-tls") as served:
        assert requests.get(f"{served.url}/_deadringer/worlds/other", timeout=60).status_code == 200


def test_a_second_server_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with Served(tmp_path, "--data", "data", "--no-tls"):
        sentence = refusal(tmp_path, "--data", "data", *FREE_PORTS)
    assert sentence == "Another server is using the data folder data."


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "0.0.0.0"])
def test_a_port_in_use_is_refused(tmp_path: Path, host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server(("127.0.0.1" if host == "localhost" else host, 0), family=family) as held:
        port = held.getsockname()[1]
        sentence = refusal(tmp_path, "--ephemeral", "--no-tls", "--host", host, "--http-port", str(port))
    assert f"Port {port} on " in sentence
    assert "is in use" in sentence


@pytest.mark.parametrize("host", ["no.such.name.invalid", "a" * 64 + ".example"])
def test_an_address_that_does_not_exist_is_refused(tmp_path: Path, host: str) -> None:
    assert "is no address to listen on" in refusal(tmp_path, "--ephemeral", "--host", host, *FREE_PORTS)


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    sentence = refusal(tmp_path, "--data", "file/data", *FREE_PORTS)
    assert sentence == "The data folder file/data cannot be written: Not a directory."


def test_a_url_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    sentence = refusal(tmp_path, "--ephemeral", "--no-tls", "--url-file", "none/urls.json", *FREE_PORTS)
    assert sentence.startswith("none/urls.json")
    assert sentence.endswith("No such file or directory.")


def test_a_certificate_that_is_not_there_is_refused(tmp_path: Path) -> None:
    sentence = refusal(tmp_path, "--ephemeral", "--tls-cert", "none.pem", "--tls-key", "none.key", *FREE_PORTS)
    assert sentence == "none.pem: No such file or directory."


def newer_format(data: Path) -> None:
    (data / "deadringer.json").write_text(json.dumps({"format": 99}))


def newer_migration(data: Path) -> None:
    database = sqlite3.connect(data / DEFAULT_STATE / "cortex.db")
    database.execute("INSERT INTO migration VALUES ('cortex/9999_from_tomorrow')")
    database.commit()
    database.close()


@pytest.mark.parametrize("change", [newer_format, newer_migration])
def test_data_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path, change: object) -> None:
    with Served(tmp_path, "--data", "data", "--no-tls") as served:
        served.stop()
    assert callable(change)
    change(tmp_path / "data")
    before = (tmp_path / "data" / DEFAULT_STATE / "cortex.db").read_bytes()
    sentence = refusal(tmp_path, "--data", "data", *FREE_PORTS)
    assert "was written by a newer version of Dead Ringer" in sentence
    assert (tmp_path / "data" / DEFAULT_STATE / "cortex.db").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "text"),
    [("deadringer.json", "{}"), ("deadringer.json", '{"format":'), ("worlds/default/world.json", '{"generation"')],
)
def test_a_damaged_folder_is_refused(tmp_path: Path, name: str, text: str) -> None:
    with Served(tmp_path, "--data", "data", "--no-tls") as served:
        served.stop()
    (tmp_path / "data" / name).write_text(text)
    assert f"data/{name} cannot be read" in refusal(tmp_path, "--data", "data", *FREE_PORTS)


@pytest.mark.parametrize("name", ["worlds", "blobs", "tls"])
def test_a_folder_of_something_else_is_refused_and_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "precious").write_text("mine")
    assert f"holds {name}, but not from Dead Ringer" in refusal(tmp_path, "--data", ".", *FREE_PORTS)
    assert (tmp_path / name / "precious").read_text() == "mine"


def test_requests_are_logged_as_json_a_line(tmp_path: Path) -> None:
    with Served(tmp_path, "--ephemeral", "--no-tls", "--log-format", "json") as served:
        requests.get(f"{served.url}/api/v1/auth/users", auth=("root", "secret"), timeout=60)
        requests.get(f"{served.url}/api/v1/nothing?secret=yes", headers={"X-Deadringer-World": "none"}, timeout=60)
        served.stop()
    lines = [json.loads(line) for line in served.log.read_text().splitlines()]
    first, second = [line for line in lines if line["message"] == "request"]
    assert (first["world"], first["user"], first["status"]) == ("default", "root", 200)
    assert (first["method"], first["path"], first["level"]) == ("GET", "/api/v1/auth/users", "info")
    assert first["ms"] > 0
    assert (second["world"], second["user"], second["status"]) == ("none", "-", 404)
    assert second["path"] == "/api/v1/nothing"
    assert first["id"] != second["id"]


def test_the_log_level_is_kept(tmp_path: Path) -> None:
    with Served(tmp_path, "--ephemeral", "--no-tls", "--log-level", "warning") as served:
        requests.get(f"{served.url}/_deadringer/health", timeout=60)
        served.stop()
    assert served.log.read_text() == ""


def healthcheck(folder: Path, *arguments: str, **options: str) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, "healthcheck", *arguments]
    env = environment() | options
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False)


def test_healthcheck_of_a_server_that_is_ready(tmp_path: Path) -> None:
    with Served(tmp_path, "--ephemeral") as served:
        for url in served.urls.values():
            done = healthcheck(tmp_path, url)
            assert (done.returncode, done.stdout) == (0, "ready\n")
        port = served.url.rpartition(":")[2]
        # The same options as the server's.
        for host in ("localhost", "127.0.0.1", "::1"):
            done = healthcheck(tmp_path, DEADRINGER_HTTP_PORT=port, DEADRINGER_HOST=host)
            assert (done.returncode, done.stdout) == (0, "ready\n")
        done = healthcheck(tmp_path, f"{served.url}/_world/none", DEADRINGER_HTTP_PORT=port)
        assert done.returncode == 0


@pytest.mark.parametrize("url", ["nothing", "ftp://127.0.0.1", "http://[::1", "http://127.0.0.1:port", "http://"])
def test_healthcheck_of_what_is_no_url(tmp_path: Path, url: str) -> None:
    done = healthcheck(tmp_path, url)
    assert (done.returncode, done.stderr) == (1, f"deadringer: {url} is no http or https URL.\n")


def test_healthcheck_where_nobody_answers(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    done = healthcheck(tmp_path, f"http://127.0.0.1:{port}")
    assert done.returncode == 1
    assert "does not answer: " in done.stderr
    assert "Traceback" not in done.stderr


def test_the_installed_command_and_its_version(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("deadringer")
    done = subprocess.run([command, "--version"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0
    assert done.stdout.startswith("deadringer, version ")


def test_asking_for_help_loads_no_web_server(tmp_path: Path) -> None:
    program = (
        "import sys; from deadringer.server.cli import main\n"
        "try:\n    main(['serve', '--help'])\nexcept SystemExit:\n    pass\n"
        "sys.exit(bool({'aiohttp', 'cryptography', 'sqlite3', 'rich'} & set(sys.modules)))"
    )
    assert (
        subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, check=False).returncode == 0
    )


def test_seeds_are_put_in_at_the_start_and_into_a_server_that_runs(tmp_path: Path) -> None:
    def seed(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, "seed", *arguments], env=environment(), cwd=tmp_path, capture_output=True, text=True, check=False
        )

    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "devices.csv").write_text("id,ip\nd1,10.0.0.1\n")
    with Served(tmp_path, "--data", "data", "--no-tls", "--seed", "mine") as served:
        assert "  Seeds    mine" in served.welcome
        done = seed("soc-demo", served.url)
        assert (done.returncode, done.stdout) == (0, "soc-demo is in the world default\n")
        found = requests.post(
            f"{served.url}/npm/api/v1/pipeline/run",
            json={"nql": 'src stream="assetDevices"', "waitTime": 30000},
            auth=("admin", "qwerty"),
            timeout=60,
        ).json()
        assert found["data"]["total"] == 32
        for arguments, sentence in (
            (("soc-demo", served.url), "There is an index named ZabbixStats already."),
            (("none", served.url), "There is no seed pack none."),
            (("soc-demo", served.url, "--world", "none"), "There is no world named none."),
            (("soc-demo", "nowhere"), "nowhere is no http or https URL."),
        ):
            done = seed(*arguments)
            assert (done.returncode, done.stderr) == (1, f"deadringer: {sentence}\n")
    with Served(tmp_path, "--data", "data", "--no-tls", "--seed", "soc-demo") as served:
        assert any("Seeds    soc-demo (not put into the world default" in line for line in served.welcome)


def test_a_seed_that_is_not_there_is_refused(tmp_path: Path) -> None:
    text = refusal(tmp_path, *FREE_PORTS, "--ephemeral", "--seed", "none")
    assert text == "There is no seed pack none: it is neither a folder nor one of intel-demo, soc-demo."
