"""What bodies that define config elements have in common: the keys around `config`, and names. Pure."""

from typing import Any

from ...storage.columns import shown
from .choices import NAME_CHARACTERS
from .errors import Problem

# Further keys of the element that a body may set, and their names in the store.
MORE = {
    "module": "module",
    "annotations": "annotations",
    "miscData": "misc_data",
    "attributes": "attributes",
    "singleConfigurationInstance": "single_configuration_instance",
    "tags": "tags",
}


def more_of(body: dict[str, Any]) -> dict[str, Any]:
    """What a body sets of an element besides its `config`, by the names of the store; what it lacks stays as it is."""
    return {stored: body[key] for key, stored in MORE.items() if key in body}


def check_element(body: dict[str, Any], category: str, iden: str | None) -> list[Problem]:
    """What is wrong around `config`. iden: id of the element that is modified, which a body may repeat."""
    problems = []
    if body.get("category") not in (None, category):
        problems.append(Problem("category", f"{shown(body['category'])} is not {shown(category)}"))
    if body.get("id") not in (None, iden):
        problems.append(Problem("id", f"{shown(body['id'])} is not the id of this element"))
    if not isinstance(body.get("module"), (str, type(None))):
        problems.append(Problem("module", f"{shown(body['module'])} is no text"))
    return problems


def check_name(owner: dict[str, Any], prefix: str) -> list[Problem]:
    """What is wrong with the `name` of an index, field or lookup. prefix: of its path, such as `config.`."""
    name = owner.get("name")
    if name is None:
        return [Problem(f"{prefix}name", "is missing")]
    if not is_name(name):
        return [Problem(f"{prefix}name", f"{shown(name)} is no text of 1 to {NAME_CHARACTERS} printable characters")]
    return []


def is_name(value: Any) -> bool:
    """Whether it can name something."""
    return isinstance(value, str) and 0 < len(value) <= NAME_CHARACTERS and value.isprintable()
