"""Where the options come from: flag, then variable, then `deadringer.toml`, then the default; and which of them it was."""

import ipaddress
import math
import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from pathlib import Path
from typing import Any

from .config import Config

PREFIX = "DEADRINGER_"
LINK = "tcp://"
HOST_NAME = re.compile(r"(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?")
FILE = "deadringer.toml"
YES = ("1", "true", "yes", "on")
NO = ("0", "false", "no", "off")
CHOICES = {"log_level": ("debug", "info", "warning", "error"), "log_format": ("text", "json")}


class BadSetting(Exception):
    """An option that cannot be; the message is one sentence that says which, and where it was set."""


@dataclass(frozen=True, slots=True)
class Settings:
    """A configuration, and for each option where its value came from."""

    config: Config
    origins: dict[str, str]


def load(flags: Mapping[str, Any], environ: Mapping[str, str], folder: Path) -> Settings:
    """Gather every option.

    flags: option name to value as click gave it; None or () where the flag was not given.
    environ: the variables of the process. folder: where `deadringer.toml` is looked for.
    Raises BadSetting.
    """
    path = folder / FILE
    keys = _read_file(path)
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for item in fields(Config):
        value, origin = _find(item, flags, environ, keys)
        if origin == "key":
            origin = f"{path.name}: {item.name}"
        values[item.name] = _typed(item, value, origin)
        origins[item.name] = origin
    unknown = sorted(keys.keys() - values.keys())
    if unknown:
        raise BadSetting(f"{path}: there is no option {unknown[0]}.")
    return Settings(_checked(Config(**values)), origins)


def variable(name: str) -> str:
    """The environment variable of an option."""
    return PREFIX + name.upper()


def _find(
    item: Field[Any], flags: Mapping[str, Any], environ: Mapping[str, str], keys: Mapping[str, Any]
) -> tuple[Any, str]:
    flag = flags.get(item.name)
    if flag is not None and flag != ():
        return flag, "--" + item.name.replace("_", "-")
    text = environ.get(variable(item.name))
    # Container engines set DEADRINGER_PORT=tcp://... beside a service of our name: that is none of our options.
    if text is not None and not text.startswith(LINK):
        return text, variable(item.name)
    if item.name in keys:
        return keys[item.name], "key"
    assert item.default is not MISSING
    return item.default, "default"


def _read_file(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise BadSetting(f"{path} cannot be read: {error}.") from error
    # Here, as most servers have no such file.
    import tomllib

    try:
        tables = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(f"{path} cannot be read: {error}.") from error
    keys: dict[str, Any] = {}
    for name, value in tables.items():
        # [sycope] require_xsrf = true is another way to write sycope_require_xsrf = true.
        nested = {f"{name}_{key}": inner for key, inner in value.items()} if isinstance(value, dict) else {name: value}
        keys.update(nested)
    return keys


def _typed(item: Field[Any], value: Any, origin: str) -> Any:
    """The value as the option's type; texts come from flags and variables, anything else from the file."""
    if value is None or origin == "default":
        return value
    kind = str(item.type) if not isinstance(item.type, type) else item.type.__name__
    try:
        return _convert(kind, value)
    except ValueError as error:
        raise BadSetting(f"{origin}: {value!r} {error}.") from error


def _convert(kind: str, value: Any) -> Any:
    if kind == "bool":
        return _bool(value)
    if kind == "int":
        return _number(int, value, "is not a whole number")
    if kind == "float":
        return _number(float, value, "is not a number")
    if kind.startswith("tuple"):
        return _several(value)
    if not isinstance(value, str):
        raise ValueError("is not a text")
    if "Path" in kind:
        if value == "" and "None" not in kind:
            raise ValueError("is no path")
        return Path(value) if value != "" else None
    return value


def _several(value: Any) -> tuple[str, ...]:
    """A list of texts, or one text with commas; a flag that is repeated gives several of those."""
    parts = [value] if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        raise ValueError("is no list of texts")
    return tuple(piece.strip() for part in parts for piece in part.split(",") if piece.strip())


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).lower()
    if text not in YES + NO:
        raise ValueError(f"is neither {YES[1]} nor {NO[1]}")
    return text in YES


def _number(kind: type[int] | type[float], value: Any, problem: str) -> int | float:
    if isinstance(value, bool) or (kind is int and isinstance(value, float)):
        raise ValueError(problem)
    try:
        number = kind(value)
    except (TypeError, ValueError):
        raise ValueError(problem) from None
    if not math.isfinite(number):
        raise ValueError(problem)
    return number


def _checked(config: Config) -> Config:
    for name, allowed in CHOICES.items():
        if getattr(config, name) not in allowed:
            raise BadSetting(f"{name}: {getattr(config, name)!r} is none of {', '.join(allowed)}.")
    for name in ("port", "http_port"):
        if not 0 <= getattr(config, name) <= 65535:
            raise BadSetting(f"{name}: {getattr(config, name)} is not between 0 and 65535.")
    for item in fields(Config):
        value = getattr(config, item.name)
        if item.name not in ("port", "http_port") and type(value) in (int, float) and value <= 0:
            raise BadSetting(f"{item.name}: {value} is not above 0.")
    if not config.tls and not config.http:
        raise BadSetting("Both HTTPS and HTTP are switched off; nothing would listen.")
    if (config.tls_cert is None) != (config.tls_key is None):
        raise BadSetting("--tls-cert and --tls-key go together.")
    for name in config.san:
        if not HOST_NAME.fullmatch(name) and not _is_address(name):
            raise BadSetting(f"san: {name!r} is neither a host name nor an address.")
    return config


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
