"""What a passthrough is configured with: its backend, the key to it, and who may ask what of it. Pure.

{"name", "active"?, "target": "http://127.0.0.1:3000/base", "verifyTls"?,
 "auth"?: {"type": "basic", "username", "password"} | {"type": "bearer", "token"} | {"type": "header", "name", "value"},
 "rules": [{"path": "/api/.*", "methods"?: ["GET"], "roles"?: ["ROLE_USER"]}, ...]}
"""

import ipaddress
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from ...storage.columns import shown
from .access import Viewer
from .choices import PASSTHROUGH_METHODS
from .definitions import check_name
from .errors import Problem

# The key of each kind of `auth` that is secret, and the others that it needs.
SECRETS = {"basic": "password", "bearer": "token", "header": "value"}
NEEDED = {"basic": ("username",), "bearer": (), "header": ("name",)}
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
PORTS = {"http": 80, "https": 443}
# A path that means another one to the backend than to our rules: dot segments, and separators in disguise.
CROOKED = re.compile(r"(?i)%2f|%5c|%00|\\")
DOTS = (".", "..")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule lets a request through if its whole path, its method and one of the user's sids fit. None: whatever they are."""

    path: str
    methods: frozenset[str] | None
    roles: frozenset[str] | None


def check_config(config: dict[str, Any], allowed: tuple[str, ...]) -> list[Problem]:
    """What is wrong with the config of a passthrough. allowed: hosts, `host` or `host:port`, besides this machine."""
    problems = check_name(config, "config.")
    if isinstance(config.get("name"), str) and "/" in config["name"]:
        problems.append(Problem("config.name", "holds a slash; it is a part of a path"))
    problems += [
        Problem(f"config.{key}", f"{shown(config[key])} is neither true nor false")
        for key in ("active", "verifyTls")
        if not isinstance(config.get(key), (bool, type(None)))
    ]
    problems += _check_target(config.get("target"), allowed)
    if config.get("auth") is not None:
        problems += _check_auth(config["auth"])
    rules = config.get("rules")
    if not isinstance(rules, list):
        return [*problems, Problem("config.rules", "is missing" if rules is None else f"{shown(rules)} is no list")]
    for place, rule in enumerate(rules):
        problems += _check_rule(rule, f"config.rules[{place}]")
    return problems


def is_allowed(target: str, allowed: tuple[str, ...]) -> bool:
    """Whether a backend is on this machine or on the list of those that requests may be sent to."""
    parts = urlsplit(target)
    host = parts.hostname or ""
    if host == "localhost" or host in allowed or f"{host}:{parts.port or PORTS[parts.scheme]}" in allowed:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def rules_of(config: dict[str, Any]) -> list[Rule]:
    """The rules of a config that was checked."""
    return [Rule(rule["path"], _set(rule.get("methods")), _set(rule.get("roles"))) for rule in config["rules"]]


def lets_through(rules: list[Rule], who: Viewer, method: str, path: str) -> bool:
    """Whether a rule lets somebody do this. path: as it was sent, from its first slash on; administrators have every role."""
    # Here, as this loads the whole language of queries.
    from ..nql.regexes import compiled

    plain = unquote(path)
    return any(
        (rule.methods is None or method in rule.methods)
        and (rule.roles is None or who.admin or not rule.roles.isdisjoint(who.sids))
        and compiled(_whole(rule.path)).search(plain)
        for rule in rules
    )


def is_crooked(path: str) -> bool:
    """Whether a path could mean another place to the backend than to the rules."""
    return CROOKED.search(path) is not None or any(unquote(part).partition(";")[0] in DOTS for part in path.split("/"))


def without_secret(config: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """A checked config as it is stored and shown, and the secret that was in it, None where it had none."""
    auth = config.get("auth")
    if auth is None:
        return config, ""
    key = SECRETS[auth["type"]]
    return {**config, "auth": {name: value for name, value in auth.items() if name != key}}, auth.get(key)


def _check_target(target: Any, allowed: tuple[str, ...]) -> list[Problem]:
    if not isinstance(target, str):
        return [Problem("config.target", "is missing" if target is None else f"{shown(target)} is no text")]
    try:
        parts = urlsplit(target)
        right = parts.scheme in PORTS and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        right = False
    if not right or not target.isascii() or not target.isprintable() or re.search(r"[@?# \\]", target):
        return [Problem("config.target", f"{shown(target)} is no http or https URL without user, query and fragment")]
    if not is_allowed(target, allowed):
        what = "is neither on this machine nor on the list sycope_passthrough_targets"
        return [Problem("config.target", f"{shown(target)} {what}")]
    return []


def _check_auth(auth: Any) -> list[Problem]:
    if not isinstance(auth, dict):
        return [Problem("config.auth", f"{shown(auth)} is no object")]
    kind = auth.get("type")
    if not isinstance(kind, str) or kind not in SECRETS:
        return [Problem("config.auth.type", f"{shown(kind)} is none of {', '.join(SECRETS)}")]
    problems = [
        Problem(f"config.auth.{key}", "is no text of printable characters")
        for key in (*NEEDED[kind], SECRETS[kind])
        if not (key == SECRETS[kind] and auth.get(key) is None)
        and not (isinstance(auth.get(key), str) and auth[key].isprintable() and auth[key].isascii())
    ]
    if kind == "header" and not problems and HEADER_NAME.fullmatch(auth["name"]) is None:
        problems.append(Problem("config.auth.name", f"{shown(auth['name'])} is no name of a header"))
    return problems


def _check_rule(rule: Any, path: str) -> list[Problem]:
    from ..nql.regexes import BadPattern, compiled

    if not isinstance(rule, dict):
        return [Problem(path, f"{shown(rule)} is no object")]
    problems = []
    pattern = rule.get("path")
    if not isinstance(pattern, str):
        problems.append(Problem(f"{path}.path", "is missing" if pattern is None else f"{shown(pattern)} is no text"))
    else:
        try:
            # By itself first: no bracket of it may close ours.
            compiled(pattern)
            compiled(_whole(pattern))
        except BadPattern as error:
            problems.append(Problem(f"{path}.path", str(error)))
    methods, roles = rule.get("methods"), rule.get("roles")
    if methods is not None and not (isinstance(methods, list) and all(each in PASSTHROUGH_METHODS for each in methods)):
        problems.append(Problem(f"{path}.methods", f"{shown(methods)} is no list of {', '.join(PASSTHROUGH_METHODS)}"))
    if roles is not None and not (isinstance(roles, list) and all(isinstance(each, str) for each in roles)):
        problems.append(Problem(f"{path}.roles", f"{shown(roles)} is no list of names"))
    return problems


def _whole(pattern: str) -> str:
    return rf"\A(?:{pattern})\z"


def _set(names: list[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)
