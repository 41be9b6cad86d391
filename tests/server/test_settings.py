"""Options: the same through a flag, a variable and a key of deadringer.toml, and in that order of precedence."""

import json
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from deadringer.server.cli import main
from deadringer.server.config import Config
from deadringer.server.settings import BadSetting, load, variable

FIELDS = fields(Config)
DEFAULTS = Config()


def other_value(item: Field[Any]) -> Any:
    """A value that is allowed and not the default."""
    special: dict[str, Any] = {"log_level": "debug", "log_format": "json", "tls_cert": Path("c"), "tls_key": Path("k")}
    if item.name in special:
        return special[item.name]
    default = item.default
    if isinstance(default, bool):
        return not default
    if isinstance(default, int | float):
        return default + 1
    if isinstance(default, tuple):
        return ("one.example", "::2")
    if "Path" in str(item.type):
        return Path("other") / item.name
    return f"another {item.name}"


def as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, tuple) else str(value)


def as_toml(value: Any) -> str:
    return json.dumps(str(value) if isinstance(value, Path) else value)


def flags(item: Field[Any], value: Any) -> list[str]:
    name = item.name.replace("_", "-")
    if isinstance(value, bool):
        return [f"--{name}" if value else f"--no-{name}"]
    return [part for each in (value if isinstance(value, tuple) else (value,)) for part in (f"--{name}", str(each))]


# These go together with another option.
PARTNERS = {"tls_cert": "tls_key", "tls_key": "tls_cert"}


def shown(runner: CliRunner, arguments: list[str]) -> dict[str, tuple[str, str]]:
    """What --print-config says: value and origin of each option."""
    result = runner.invoke(main, ["serve", "--print-config", *arguments])
    assert result.exit_code == 0, result.output
    table: dict[str, tuple[str, str]] = {}
    head, *lines = result.output.splitlines()
    value_at, from_at, variable_at = (head.index(name) for name in ("value", "from", "variable"))
    for line in lines:
        name = line[:value_at].strip()
        assert line[variable_at:].strip() == variable(name)
        table[name] = (line[value_at:from_at].strip(), line[from_at:variable_at].strip())
    return table


@pytest.mark.parametrize("item", FIELDS, ids=lambda item: str(item.name))
def test_each_option_is_a_flag_a_variable_and_a_key(
    item: Field[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    value = other_value(item)
    partner = {PARTNERS[item.name]: "partner"} if item.name in PARTNERS else {}
    text = as_text(value)
    by_flag = flags(item, value) + [part for name in partner for part in (f"--{name.replace('_', '-')}", "partner")]
    by_variable = {variable(item.name): text} | {variable(name): each for name, each in partner.items()}
    by_key = f"{item.name} = {as_toml(value)}\n" + "".join(f'{name} = "{each}"\n' for name, each in partner.items())

    loaded = load({}, by_variable, tmp_path)
    assert getattr(loaded.config, item.name) == value
    assert loaded.origins[item.name] == variable(item.name)

    secret = item.name.endswith("_password")
    seen = "********" if secret else ", ".join(value) if isinstance(value, tuple) else str(value)
    assert shown(CliRunner(), by_flag)[item.name] == (seen, "--" + item.name.replace("_", "-"))
    assert shown(CliRunner(env=by_variable), [])[item.name] == (seen, variable(item.name))

    (tmp_path / "deadringer.toml").write_text(by_key)
    loaded = load({}, {}, tmp_path)
    assert getattr(loaded.config, item.name) == value
    assert loaded.origins[item.name] == f"deadringer.toml: {item.name}"
    assert shown(CliRunner(), [])[item.name] == (seen, f"deadringer.toml: {item.name}")


def test_without_anything_all_is_as_in_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    loaded = load({}, {"PATH": "/bin"}, tmp_path)
    assert loaded.config == DEFAULTS
    assert set(loaded.origins.values()) == {"default"}
    table = shown(CliRunner(), [])
    assert table.keys() == {item.name for item in FIELDS}
    assert table["port"] == ("4443", "default")
    assert table["sycope_password"] == ("qwerty", "default")
    assert table["tls_cert"] == ("", "default")


def test_a_flag_beats_a_variable_beats_a_key_beats_the_default(tmp_path: Path) -> None:
    (tmp_path / "deadringer.toml").write_text('port = 1\nhttp_port = 1\nhost = "key"\n')
    environ = {"DEADRINGER_PORT": "2", "DEADRINGER_HTTP_PORT": "2"}
    loaded = load({"port": "3", "host": None, "san": ()}, environ, tmp_path)
    assert (loaded.config.port, loaded.config.http_port, loaded.config.host) == (3, 2, "key")
    assert loaded.config.san == ()
    assert loaded.config.stop_timeout_s == DEFAULTS.stop_timeout_s


def test_a_table_is_another_way_to_write_a_prefix(tmp_path: Path) -> None:
    (tmp_path / "deadringer.toml").write_text(
        'port = 1\n[sycope]\nuser = "me"\nrequire_xsrf = true\n[log]\nlevel="debug"\n'
    )
    config = load({}, {}, tmp_path).config
    assert (config.port, config.sycope_user, config.sycope_require_xsrf, config.log_level) == (1, "me", True, "debug")


@pytest.mark.parametrize("text", ["a, b,c", "a,b,c,"])
def test_several_values_in_one_text_are_divided_by_commas(tmp_path: Path, text: str) -> None:
    assert load({}, {"DEADRINGER_SAN": text}, tmp_path).config.san == ("a", "b", "c")
    assert load({"san": ("a", "b,c")}, {}, tmp_path).config.san == ("a", "b", "c")


@pytest.mark.parametrize("text", ["1", "TRUE", "yes", "On"])
def test_words_for_yes(tmp_path: Path, text: str) -> None:
    assert load({}, {"DEADRINGER_EPHEMERAL": text}, tmp_path).config.ephemeral is True


@pytest.mark.parametrize("text", ["0", "False", "no", "oFF"])
def test_words_for_no(tmp_path: Path, text: str) -> None:
    assert load({}, {"DEADRINGER_TLS": text}, tmp_path).config.tls is False


def test_an_empty_variable_switches_an_optional_path_off(tmp_path: Path) -> None:
    (tmp_path / "deadringer.toml").write_text('url_file = "urls.json"\n')
    assert load({}, {"DEADRINGER_URL_FILE": ""}, tmp_path).config.url_file is None


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        ("port = ", "deadringer.toml cannot be read: "),
        ("port = 'x'", "deadringer.toml: port: 'x' is not a whole number."),
        ("port = 1.5", "deadringer.toml: port: 1.5 is not a whole number."),
        ("port = true", "deadringer.toml: port: True is not a whole number."),
        ("port = [1]", "deadringer.toml: port: [1] is not a whole number."),
        ("port = 65536", "port: 65536 is not between 0 and 65535."),
        ("http_port = -1", "http_port: -1 is not between 0 and 65535."),
        ("stop_timeout_s = 'soon'", "deadringer.toml: stop_timeout_s: 'soon' is not a number."),
        ("stop_timeout_s = nan", "deadringer.toml: stop_timeout_s: nan is not a number."),
        ("write_timeout_s = inf", "deadringer.toml: write_timeout_s: inf is not a number."),
        ("call_threads = 0", "call_threads: 0 is not above 0."),
        ("tls = 'perhaps'", "deadringer.toml: tls: 'perhaps' is neither true nor false."),
        ("tls = 2", "deadringer.toml: tls: 2 is neither true nor false."),
        ("host = 5", "deadringer.toml: host: 5 is not a text."),
        ("data = 5", "deadringer.toml: data: 5 is not a text."),
        ("data = ''", "deadringer.toml: data: '' is no path."),
        ("san = 5", "deadringer.toml: san: 5 is no list of texts."),
        ("san = ['a', 5]", "deadringer.toml: san: ['a', 5] is no list of texts."),
        ("log_level = 'loud'", "log_level: 'loud' is none of debug, info, warning, error."),
        ("log_format = 'xml'", "log_format: 'xml' is none of text, json."),
        ("tls = false\nhttp = false", "Both HTTPS and HTTP are switched off; nothing would listen."),
        ("tls_cert = 'c.pem'", "--tls-cert and --tls-key go together."),
        ("prot = 1", "deadringer.toml: there is no option prot."),
        ("[sycope]\npasword = 'x'", "deadringer.toml: there is no option sycope_pasword."),
        ("[sycope.deep]\nuser = 'x'", "deadringer.toml: there is no option sycope_deep."),
    ],
)
def test_what_cannot_be_is_told_in_one_sentence(tmp_path: Path, toml: str, problem: str) -> None:
    (tmp_path / "deadringer.toml").write_text(toml)
    with pytest.raises(BadSetting) as caught:
        load({}, {}, tmp_path)
    told = str(caught.value).removeprefix(f"{tmp_path}/")
    assert told.startswith(problem) if problem.endswith(": ") else told == problem
    assert told.endswith(".")
    assert "\n" not in told


@pytest.mark.parametrize(
    ("arguments", "environ", "problem"),
    [
        (["--port", "x"], {}, "--port: 'x' is not a whole number."),
        ([], {"DEADRINGER_PORT": ""}, "DEADRINGER_PORT: '' is not a whole number."),
        (["--data", ""], {}, "--data: '' is no path."),
        (["--no-tls", "--no-http"], {}, "Both HTTPS and HTTP are switched off; nothing would listen."),
    ],
)
def test_the_command_says_it_and_exits_with_1(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    environ: dict[str, str],
    problem: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner(env=environ).invoke(main, ["serve", *arguments])
    assert result.exit_code == 1
    assert result.output == f"deadringer: {problem}\n"


def test_a_value_is_shown_as_it_is_on_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    value = "/data/[bold]:smile:/" + "x" * 500
    assert shown(CliRunner(), ["--data", value])["data"] == (value, "--data")


def test_help_names_every_flag_with_its_default() -> None:
    text = " ".join(CliRunner().invoke(main, ["serve", "--help"]).output.split())
    for item in FIELDS:
        assert f"--{item.name.replace('_', '-')}" in text
        assert item.metadata["doc"].endswith((".", "."))
    assert "[4443]" in text
    assert "[deadringer-data]" in text


def test_a_container_engines_service_link_is_no_option(tmp_path: Path) -> None:
    assert load({}, {"DEADRINGER_PORT": "tcp://10.0.0.1:4443"}, tmp_path).config.port == Config().port


@pytest.mark.parametrize("name", ["bad name!", "-x", "x..-", "a/b"])
def test_a_certificate_is_for_names_and_addresses_alone(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="neither a host name nor an address"):
        load({"san": (name,)}, {}, tmp_path)


@pytest.mark.parametrize("name", ["example.test", "*.example.test", "10.0.0.1", "fe80::1", "under_score"])
def test_names_and_addresses_of_the_certificate_are_taken(name: str, tmp_path: Path) -> None:
    assert load({"san": (name,)}, {}, tmp_path).config.san == (name,)
