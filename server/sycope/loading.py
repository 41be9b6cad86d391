"""Seeds: config elements of any category and devices, as the product shows them, put into a world all or nothing.

The API makes indexes and lookups only; what else an export holds (dashboards, macros, saved fields) comes in here, and is
stored and shown as it is. It knows no HTTP but the errors.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from ...storage import devices, elements, lookups, periods
from ...storage.columns import shown
from ...storage.devices import Device
from ...storage.elements import Element
from . import indexes, permissions
from . import lookups as lookup_bodies
from .choices import CSV_FILE, LOOKUP, LOOKUP_KINDS, USER_INDEX
from .definitions import is_name, more_of
from .errors import Problem, SycopeError, invalid
from .state import Sycope

# What belongs to an element besides its own row: written in the transaction that stores it.
After = Callable[[sqlite3.Connection], None]
DEVICE_KEYS = {
    "id": "id",
    "name": "name",
    "domainName": "domain_name",
    "ip": "ip",
    "description": "description",
    "timestamp": "timestamp_ms",
    "tags": "tags",
    "additional": "additional",
    "dnsRecords": "dns_records",
}
DEVICE_TYPES = {"timestamp": int, "tags": list, "additional": dict, "dnsRecords": list}
assert set(DEVICE_KEYS.values()) == {item.name for item in fields(Device)}


def load_elements(sycope: Sycope, items: list[Any]) -> list[str]:
    """Store elements in the form of `/config-elements`; gives their ids. Blocks.

    Only `category` and `config` are needed. An index gets its table; a lookup is one for queries too, without `file` an empty
    one; `sidPerms` are its permissions. Raises SycopeError 422 with paths such as `data[2].config.name`, 409; Conflict.
    """
    made = checked_elements(sycope, items)
    with sycope.database.write() as connection:
        return put_elements(connection, made)


def checked_elements(sycope: Sycope, items: list[Any]) -> list[tuple[Element, After]]:
    """The elements of a list, and what belongs to each. Raises SycopeError 422."""
    made: list[tuple[Element, After]] = []
    problems: list[Problem] = []
    for place, item in enumerate(items):
        try:
            made.append(_element(sycope, item))
        except SycopeError as error:
            if error.errors is None:
                raise
            problems += [Problem(f"data[{place}].{each.path}".rstrip("."), each.message) for each in error.errors]
    if problems:
        raise invalid(problems)
    return made


def put_elements(connection: sqlite3.Connection, made: list[tuple[Element, After]]) -> list[str]:
    """Store checked elements inside a transaction. Raises SycopeError 409, Conflict."""
    for element, after in made:
        if elements.get_in(connection, element.id) is not None:
            raise SycopeError(409, f"There is a config element {element.id} already.")
        elements.put(connection, element)
        after(connection)
    return [element.id for element, _ in made]


def load_devices(sycope: Sycope, items: list[Any]) -> list[str]:
    """Store devices in the form that the inventory shows; one that is there is replaced; gives their ids. Blocks.

    Raises SycopeError 422.
    """
    made = checked_devices(sycope, items)
    with sycope.database.write() as connection:
        devices.put(connection, made)
    return [device.id for device in made]


def checked_devices(sycope: Sycope, items: list[Any]) -> list[Device]:
    """The devices of a list. Raises SycopeError 422."""
    problems = [problem for place, item in enumerate(items) for problem in _check_device(item, f"data[{place}]")]
    if problems:
        raise invalid(problems)
    now_ms = sycope.clock.now_ms()
    return [_device(sycope, item, now_ms) for item in items]


def _element(sycope: Sycope, item: Any) -> tuple[Element, After]:
    if not isinstance(item, dict):
        raise invalid([Problem("", f"{shown(item)} is no object")])
    problems = [
        Problem(key, f"{shown(item.get(key))} is no text")
        for key, needed in (
            ("category", True),
            ("id", False),
            ("createdBy", False),
            ("modifiedBy", False),
            ("module", False),
        )
        if not (is_name(item.get(key)) or (not needed and item.get(key) is None))
    ]
    problems += [
        Problem(key, f"{shown(item[key])} is no time in milliseconds")
        for key in ("created", "modified")
        if item.get(key) is not None and not _is_time(item[key])
    ]
    if not isinstance(item.get("config"), dict):
        problems.append(Problem("config", f"{shown(item.get('config'))} is no object"))
    if problems:
        raise invalid(problems)
    now_ms = sycope.clock.now_ms()
    owner = item.get("createdBy") or sycope.services.config.sycope_user
    created_ms = item.get("created") or now_ms
    element = Element(
        id=item.get("id") or sycope.ids.element(created_ms),
        category=item["category"],
        created_ms=created_ms,
        created_by=owner,
        modified_ms=item.get("modified") or created_ms,
        modified_by=item.get("modifiedBy") or owner,
        config=item["config"],
        sid_perms=permissions.granted(sycope, item.get("sidPerms", []), "sidPerms"),
        **more_of(item),
    )
    return element, _what_follows(element, item)


def _what_follows(element: Element, item: dict[str, Any]) -> After:
    iden = element.id
    if element.category == USER_INDEX:
        index = indexes.defined(item, iden if "id" in item else None)
        element.config.update(index.config)
        return lambda connection: indexes.make_rows(connection, iden, index)
    kind = element.config.get("type", CSV_FILE)
    if element.category == LOOKUP and kind in LOOKUP_KINDS:
        # Listings show lookups without their files.
        lookup = lookup_bodies.defined(item, str(kind), iden if "id" in item else None, filed="file" in item)
        return lambda connection: lookups.put(connection, iden, lookup.name, str(kind), lookup.active, lookup.file)
    return lambda connection: None


def _check_device(item: Any, path: str) -> list[Problem]:
    if not isinstance(item, dict):
        return [Problem(path, f"{shown(item)} is no object")]
    problems = [Problem(f"{path}.{key}", "is not known here") for key in item if key not in DEVICE_KEYS]
    for key in DEVICE_KEYS:
        kind = DEVICE_TYPES.get(key, str)
        if item.get(key) is not None and type(item[key]) is not kind:
            problems.append(Problem(f"{path}.{key}", f"{shown(item[key])} is not of its type"))
    if type(item.get("timestamp")) is int and not _is_time(item["timestamp"]):
        problems.append(Problem(f"{path}.timestamp", f"{shown(item['timestamp'])} is no time in milliseconds"))
    if item.get("id") == "":
        problems.append(Problem(f"{path}.id", "is empty"))
    return problems


def _device(sycope: Sycope, item: dict[str, Any], now_ms: int) -> Device:
    # Null is as good as absent.
    said: dict[str, Any] = {DEVICE_KEYS[key]: value for key, value in item.items() if value is not None}
    defaults: dict[str, Any] = {"id": sycope.ids.element(now_ms), "timestamp_ms": now_ms}
    return Device(**(defaults | said))


def _is_time(value: Any) -> bool:
    return type(value) is int and periods.FIRST_MS <= value <= periods.LAST_MS
