"""Who may do what to a config element (reference: Permissions). It knows users, elements and grants, nothing of HTTP.

Its owner and administrators may do everything; anybody else what `sid_perms` grants to one of their sids. To whom an element
is not visible it does not exist: 404, never 403.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...storage.accounts import Accounts
from ...storage.elements import Element
from .choices import USER
from .errors import SycopeError

VIEW, EDIT, DELETE = PERMS = ("VIEW", "EDIT", "DELETE")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks. sids: what grants may call this user: the name, each role, and the role that everybody has."""

    name: str
    sids: frozenset[str]
    admin: bool


def viewer(accounts: Accounts, name: str) -> Viewer:
    """The user of this name, as the session step found it. Raises SycopeError 401 if it is gone since."""
    user = accounts.user_named(name)
    if user is None:
        raise SycopeError(401, "There is no valid session; log in first.")
    return Viewer(name, frozenset((name, USER, *user.roles)), user.admin)


def may(who: Viewer, owner: str, sid_perms: Sequence[dict[str, Any]], perm: str) -> bool:
    """Whether somebody may do something. perm: one of PERMS; whoever may do anything to an element may view it."""
    if who.admin or owner == who.name:
        return True
    return any(grant["sid"] in who.sids and (perm == VIEW or perm in grant["perms"]) for grant in sid_perms)


def sees(who: Viewer, element: Element) -> bool:
    """Whether an element is visible to somebody."""
    return may(who, element.created_by, element.sid_perms, VIEW)


def visible(who: Viewer, element: Element | None, iden: str, category: str | None = None) -> Element:
    """The element that was found for an id. category: which it must have. Raises SycopeError 404."""
    if element is None or category not in (None, element.category) or not sees(who, element):
        raise unknown(iden)
    return element


def check(who: Viewer, owner: str, sid_perms: Sequence[dict[str, Any]], perm: str) -> None:
    """Raises SycopeError 403 where somebody who sees an element may not do this to it."""
    if not may(who, owner, sid_perms, perm):
        raise SycopeError(
            403, f"{who.name} lacks {perm} on this config element; its owner or an administrator can give it."
        )


def unknown(iden: str) -> SycopeError:
    """There is no such element, or none that the user may see."""
    return SycopeError(404, f"There is no such config element: {iden}.")
