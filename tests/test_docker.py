"""The container files agree with the program and with each other; no container engine is needed to know that.

The parsing is as trivial as the files are plain: instructions of the Dockerfile by their first word, keys of compose.yaml and
directives of nginx.conf by line. docs/docker.md says what has been run for real.
"""

import json
import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from deadringer.server import cli, settings, tls
from deadringer.server.config import Config

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = (ROOT / "docker" / "compose.yaml").read_text()
NGINX = (ROOT / "docker" / "nginx.conf").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
SERVICES = ("deadringer", "nginx")
CONFIG = Config()


def test_the_container_does_not_run_as_root_and_owns_its_data_folder() -> None:
    (user,) = arguments("USER")
    uid, gid = user.split(":")
    assert int(uid) > 0
    assert int(gid) > 0
    (setup,) = [run for run in arguments("RUN") if "useradd" in run]
    assert f"useradd --uid {uid} --gid {gid} " in setup
    assert re.search(rf"install --directory --owner={uid} --group={gid} --mode=0750 {data_folder()}$", setup)
    assert arguments("VOLUME") == [str(data_folder())]


def test_the_process_is_the_installed_command_without_a_shell_between() -> None:
    (entry,), (command,) = arguments("ENTRYPOINT"), arguments("CMD")
    assert json.loads(entry) == ["deadringer"]
    assert json.loads(command) == ["serve"]
    assert PROJECT["project"]["scripts"]["deadringer"] == "deadringer.server.__main__:main"
    assert "serve" in cli.main.commands
    assert arguments("STOPSIGNAL") == ["SIGTERM"]


def test_the_health_check_is_the_programs_own() -> None:
    (check,) = arguments("HEALTHCHECK")
    assert json.loads(check.partition(" CMD ")[2]) == ["deadringer", "healthcheck"]
    assert "healthcheck" in cli.main.commands


def test_the_exposed_ports_are_the_default_ports() -> None:
    (exposed,) = arguments("EXPOSE")
    assert list(map(int, exposed.split())) == [CONFIG.port, CONFIG.http_port]
    assert published("deadringer") == [(CONFIG.port, CONFIG.port), (CONFIG.http_port, CONFIG.http_port)]


@pytest.mark.parametrize("path", ["Dockerfile", "docker/compose.yaml", "docs/docker.md"])
def test_every_variable_that_is_named_is_an_option(path: str) -> None:
    named = set(re.findall(r"DEADRINGER_[A-Z_]+", (ROOT / path).read_text()))
    assert named
    assert named <= {settings.variable(item.name) for item in fields(Config)}


def test_the_values_of_the_variables_are_accepted(tmp_path: Path) -> None:
    environ = image_environment()
    environ |= dict(re.findall(r"^ +(DEADRINGER_[A-Z_]+): (.*)$", service("deadringer"), re.MULTILINE))
    config = settings.load({}, environ, tmp_path).config
    assert (config.host, config.log_format) == ("0.0.0.0", "json")
    # The only options that differ from the defaults in a container.
    changed = {item.name for item in fields(Config) if getattr(config, item.name) != getattr(CONFIG, item.name)}
    assert changed == {"host", "data", "log_format"}


def test_what_is_copied_reaches_the_builder_and_is_all_that_the_package_needs() -> None:
    copied = {copy.split()[0] for copy in instructions("COPY") if not copy.startswith("--from=")}
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == copied
    needed = {"pyproject.toml", PROJECT["project"]["readme"], *PROJECT["tool"]["setuptools"]["package-dir"].values()}
    assert copied == needed


def test_the_python_of_the_image_is_one_the_package_takes() -> None:
    version = re.search(r"^ARG PYTHON_IMAGE=python:(\d+)\.(\d+)-slim$", DOCKERFILE, re.MULTILINE)
    oldest = re.fullmatch(r">=(\d+)\.(\d+)", PROJECT["project"]["requires-python"])
    assert version is not None
    assert oldest is not None
    assert tuple(map(int, version.groups())) >= tuple(map(int, oldest.groups()))


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_of_compose_has_no_more_rights_than_it_needs(name: str) -> None:
    lines = service(name).splitlines()
    assert "    read_only: true" in lines
    assert items(name, "tmpfs") == ["/tmp"]
    assert items(name, "cap_drop") == ["ALL"]
    assert items(name, "security_opt") == ["no-new-privileges:true"]
    # The passwords are known to everybody: no port is open to other machines.
    assert all(port.startswith("127.0.0.1:") for port in items(name, "ports"))


def test_the_data_volume_is_mounted_where_the_server_keeps_its_data() -> None:
    assert items("deadringer", "volumes") == [f"data:{data_folder()}"]
    assert items("nginx", "volumes") == ["./nginx.conf:/etc/nginx/nginx.conf:ro", f"data:{data_folder()}:ro"]


def test_nginx_is_there_only_when_asked_for_and_waits_for_the_server() -> None:
    assert items("nginx", "profiles") == ["nginx"]
    assert "    profiles:" not in service("deadringer").splitlines()
    assert re.search(r"depends_on:\n +deadringer:\n +condition: service_healthy\n", service("nginx"))


def test_nginx_reads_the_servers_certificate_as_its_owner() -> None:
    folder = data_folder() / tls.FOLDER
    assert directives("ssl_certificate") == [str(folder / tls.LEAF_CERT)]
    assert directives("ssl_certificate_key") == [str(folder / tls.LEAF_KEY)]
    assert f'    user: "{arguments("USER")[0]}"' in service("nginx").splitlines()


def test_nginx_listens_on_its_published_ports_and_talks_to_the_servers_plain_one() -> None:
    listens = sorted(int(value.split()[0]) for value in directives("listen"))
    assert sorted(inside for _, inside in published("nginx")) == listens
    assert not {outside for outside, _ in published("nginx")} & {outside for outside, _ in published("deadringer")}
    assert directives("proxy_pass") == [f"http://deadringer:{CONFIG.http_port}"]


@pytest.mark.parametrize(
    ("directive", "value"),
    [
        ("proxy_buffering", "off"),
        ("proxy_request_buffering", "off"),
        ("proxy_http_version", "1.1"),
        ("client_max_body_size", "0"),
        ("proxy_next_upstream", "off"),
        ("proxy_read_timeout", "1h"),
        ("send_timeout", "1h"),
    ],
)
def test_nginx_lets_streams_and_uploads_through(directive: str, value: str) -> None:
    assert directives(directive) == [value]


def test_nginx_keeps_the_host_that_the_client_asked() -> None:
    assert ["Host", "$http_host"] in [value.split() for value in directives("proxy_set_header")]


def test_nginx_writes_only_where_a_read_only_container_lets_it() -> None:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    written = [value for name in (*(f"{kind}_temp_path" for kind in kinds), "pid") for value in directives(name)]
    assert len(written) == len(kinds) + 1
    assert all(value.startswith("/tmp/") for value in written)
    assert directives("access_log") == ["off"]
    assert directives("error_log") == ["stderr warn"]


def instructions(word: str, text: str = DOCKERFILE) -> list[str]:
    """The arguments of every such instruction, continued lines joined and comments dropped."""
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\s*\\\n\s*", " ", code)
    return re.findall(rf"^{word}\s+(.*?)\s*$", joined, re.MULTILINE)


def arguments(word: str) -> list[str]:
    """The same of the last stage, which is the image."""
    return instructions(word, DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :])


def image_environment() -> dict[str, str]:
    pairs = [pair.split("=", 1) for line in arguments("ENV") for pair in line.split()]
    return {name: value for name, value in pairs if name.startswith(settings.PREFIX)}


def data_folder() -> Path:
    return Path(image_environment()["DEADRINGER_DATA"])


def service(name: str) -> str:
    """The lines below `  name:` in compose.yaml."""
    found = re.search(rf"^  {name}:\n((?: {{4}}.*\n|\n)+)", COMPOSE, re.MULTILINE)
    assert found is not None
    return found[1]


def items(name: str, key: str) -> list[str]:
    """The list below a key of a service."""
    found = re.search(rf"^    {key}:\n((?:      - .*\n)+)", service(name), re.MULTILINE)
    assert found is not None
    return [line.strip()[2:].strip('"') for line in found[1].splitlines()]


def published(name: str) -> list[tuple[int, int]]:
    """The ports of a service, outside and inside."""
    return [(int(port.split(":")[-2]), int(port.split(":")[-1])) for port in items(name, "ports")]


def directives(name: str) -> list[str]:
    """The values of every such directive of nginx.conf."""
    return re.findall(rf"^ *{name}\s+(.*?);$", NGINX, re.MULTILINE)
