"""`$lib.projects`: projects with epics, sprints and tickets, which are nodes of the forms `proj:…` in the view.

Rights on them are no rights on nodes: `project.…` on the view for making and deleting projects, else on the project itself,
whose gate is its guid (made in `hooks.py` with the node). Who made a ticket or a comment may do some things without.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..edits import changes, deleting
from ..errors import StormError
from ..nodes.node import Node
from ..runtime import Runtime
from ..surface import Kind, Library, Local, local
from ..values.convert import to_str
from .project_nodes import (
    ASSIGNEE,
    COMMENT,
    CREATOR,
    EPIC,
    PROJECT,
    SPRINT,
    TICKET,
    by_prop,
    confirm,
    confirm_view,
    dropped,
    first,
    found,
    made,
    now,
    project_of,
    put,
    put_or_drop,
    touch,
)


@dataclass(frozen=True, slots=True)
class Project:
    """A project, by its node."""

    node: Node


@dataclass(frozen=True, slots=True)
class Epic:
    """An epic, by its node."""

    node: Node


@dataclass(frozen=True, slots=True)
class Sprint:
    """A sprint, by its node."""

    node: Node


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket, by its node."""

    node: Node


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, by its node."""

    node: Node


@dataclass(frozen=True, slots=True)
class Epics:
    """The epics of a project, by its node."""

    node: Node


@dataclass(frozen=True, slots=True)
class Sprints:
    """The sprints of a project, by its node."""

    node: Node


@dataclass(frozen=True, slots=True)
class Tickets:
    """The tickets of a project, by its node."""

    node: Node


@dataclass(frozen=True, slots=True)
class Comments:
    """The comments of a ticket, by its node."""

    node: Node


# -- projects


def add(run: Runtime, me: Any, name: Any, desc: Any = "") -> Project:
    confirm_view(run, "add")
    props = {"name": to_str(name), "desc": to_str(desc), "created": now(run), CREATOR: run.user.iden}
    return Project(made(run, PROJECT, props))


def del_(run: Runtime, me: Any, name: Any) -> bool:
    confirm_view(run, "del")
    node = found(run, PROJECT, name)
    if node is None:
        return False
    deleting.delete(run, node)
    return True


def get(run: Runtime, me: Any, name: Any) -> Project | None:
    node = found(run, PROJECT, name)
    return None if node is None else Project(node)


def set_project_name(run: Runtime, me: Project, valu: Any) -> None:
    confirm(run, me.node, ("set", "name"))
    put(run, me.node, "name", to_str(valu))


# -- epics


def add_epic(run: Runtime, me: Epics, name: Any) -> Epic:
    confirm(run, me.node, ("epic", "add"))
    props = {"name": to_str(name), "created": now(run), CREATOR: run.user.iden, "project": me.node.valu}
    return Epic(made(run, EPIC, props))


def del_epic(run: Runtime, me: Epics, name: Any) -> bool:
    confirm(run, me.node, ("epic", "del"))
    return dropped(run, found(run, EPIC, name, me.node), "epic")


def get_epic(run: Runtime, me: Epics, name: Any) -> Epic | None:
    node = found(run, EPIC, name, me.node)
    return None if node is None else Epic(node)


def set_epic_name(run: Runtime, me: Epic, valu: Any) -> None:
    confirm(run, me.node, ("epic", "set", "name"))
    put_or_drop(run, me.node, "name", valu)


# -- sprints


def add_sprint(run: Runtime, me: Sprints, name: Any, period: Any = None) -> Sprint:
    confirm(run, me.node, ("sprint", "add"))
    props = {"name": to_str(name), "created": now(run), "project": me.node.valu, CREATOR: run.user.iden}
    props["status"] = "planned"
    if period is not None:
        props["period"] = changes.plain(run, period)
    return Sprint(made(run, SPRINT, props))


def del_sprint(run: Runtime, me: Sprints, name: Any) -> bool:
    confirm(run, me.node, ("sprint", "del"))
    return dropped(run, found(run, SPRINT, name, me.node), "sprint")


def get_sprint(run: Runtime, me: Sprints, name: Any) -> Sprint | None:
    node = found(run, SPRINT, name, me.node)
    return None if node is None else Sprint(node)


def set_sprint(run: Runtime, me: Sprint, name: str, valu: Any) -> None:
    confirm(run, me.node, ("sprint", "set", name))
    put_or_drop(run, me.node, name, valu)


def sprint_tickets(run: Runtime, me: Sprint) -> Iterator[Ticket]:
    return (Ticket(node) for node in by_prop(run, TICKET, "sprint", me.node.valu))


# -- tickets


def add_ticket(run: Runtime, me: Tickets, name: Any, desc: Any = "") -> Ticket:
    confirm(run, me.node, ("ticket", "add"))
    at = now(run)
    props = {"name": to_str(name), "desc": to_str(desc), "status": 0, "priority": 0, "created": at, "updated": at}
    return Ticket(made(run, TICKET, {**props, CREATOR: run.user.iden, "project": me.node.valu}))


def del_ticket(run: Runtime, me: Tickets, name: Any) -> bool:
    node = found(run, TICKET, name, me.node)
    if node is None:
        return False
    confirm(run, node, ("ticket", "del"), CREATOR)
    for comment in list(by_prop(run, COMMENT, "ticket", node.valu)):
        deleting.delete(run, comment)
    deleting.delete(run, node)
    return True


def get_ticket(run: Runtime, me: Tickets, name: Any) -> Ticket | None:
    node = found(run, TICKET, name, me.node)
    return None if node is None else Ticket(node)


def set_ticket_text(run: Runtime, me: Ticket, name: str, valu: Any) -> None:
    confirm(run, me.node, ("ticket", "set", name), CREATOR)
    put_or_drop(run, me.node, name, valu)
    touch(run, me.node)


def set_ticket_number(run: Runtime, me: Ticket, name: str, valu: Any) -> None:
    """Its status or priority; whom it is assigned to may change the status."""
    confirm(run, me.node, ("ticket", "set", name), ASSIGNEE if name == "status" else None)
    put(run, me.node, name, to_str(valu))
    touch(run, me.node)


def set_ticket_epic(run: Runtime, me: Ticket, valu: Any) -> None:
    confirm(run, me.node, ("ticket", "set", "epic"), CREATOR)
    node = None
    if valu is not None:
        node = found(run, EPIC, valu, project_of(run, me.node))
        if node is None:
            raise StormError("NoSuchName", "No epic found by that name/iden.")
    put_or_drop(run, me.node, "epic", None if node is None else node.valu)
    touch(run, me.node)


def set_ticket_sprint(run: Runtime, me: Ticket, valu: Any) -> None:
    confirm(run, me.node, ("ticket", "set", "sprint"))
    node = None
    if valu is not None:
        node = found(run, SPRINT, valu, project_of(run, me.node))
        if node is None:
            raise StormError("NoSuchName", f"No sprint found by that name/iden ({to_str(valu)}).")
    put_or_drop(run, me.node, "sprint", None if node is None else node.valu)
    touch(run, me.node)


def set_ticket_assignee(run: Runtime, me: Ticket, valu: Any) -> None:
    confirm(run, me.node, ("ticket", "set", "assignee"))
    iden = None
    if valu is not None:
        name = to_str(valu)
        user = run.host.accounts.user_named(name)
        if user is None:
            raise StormError("NoSuchUser", f"No user found by the name {name}", username=name)
        iden = user.iden
    put_or_drop(run, me.node, ASSIGNEE, iden)
    touch(run, me.node)


# -- comments


def add_comment(run: Runtime, me: Comments, text: Any) -> Comment:
    confirm(run, me.node, ("comment", "add"))
    at = now(run)
    props = {"text": to_str(text), "ticket": me.node.valu, "created": at, "updated": at, CREATOR: run.user.iden}
    return Comment(made(run, COMMENT, props))


def get_comment(run: Runtime, me: Comments, guid: Any) -> Comment | None:
    wanted = changes.plain(run, guid)
    node = first(run, "proj:comment?=$valu +:ticket=$ticket", valu=wanted, ticket=me.node.valu)
    return None if node is None else Comment(node)


def text_of(run: Runtime, me: Comment) -> Any:
    check_there(me)
    return me.node.get("text")


def set_comment_text(run: Runtime, me: Comment, valu: Any) -> None:
    check_there(me)
    # No right helps, nor being an admin.
    if me.node.get(CREATOR) != run.user.iden:
        raise StormError("AuthDeny", "Comment was created by a different user", **run.told())
    put(run, me.node, "text", to_str(valu))
    touch(run, me.node)


def del_comment(run: Runtime, me: Comment) -> bool:
    check_there(me)
    confirm(run, me.node, ("comment", "del"), CREATOR)
    deleting.delete(run, me.node)
    return True


def check_there(me: Comment) -> None:
    if not me.node.exists:
        raise StormError("StormRuntimeError", "Comment has been deleted")


# -- the surface


def prop(text: str, desc: str, sets: Any) -> Local:
    """A prop of the node as a value that can be set."""
    name = text.split(":")[0]
    return local(text, lambda run, me: me.node.get(name), desc, sets=sets)


def one(name: str, styp: str, of: type, desc: str, *locals_: Local) -> Kind:
    """The kind of what stands for a single node."""

    def set_item(run: Runtime, me: Any, item: Any, valu: Any) -> None:
        key = to_str(item)
        raise StormError("NoSuchName", f"Setting {key} is not supported on {name}.", name=key)

    return Kind(
        name,
        styp,
        of,
        desc,
        locals_,
        set_item=set_item,
        show=lambda run, me: f"{name}: {me.node.valu}",
        prim=lambda run, me: me.node.valu,
    )


def many(name: str, styp: str, of: type, desc: str, each: tuple[type, str, str], *locals_: Local) -> Kind:
    """The kind of what stands for all of a project or ticket. each: the type of an item, its form, the prop to go by."""
    item, form, prop_ = each
    return Kind(
        name,
        styp,
        of,
        desc,
        locals_,
        iterate=lambda run, me: (item(node) for node in by_prop(run, form, prop_, me.node.valu)),
        show=lambda run, me: f"{name}: None",
        prim=lambda run, me: None,
    )


LIBRARIES = (
    Library(
        "lib.projects",
        "Projects with epics, sprints and tickets.",
        (
            local('add(name: str, desc: str = "") -> proj:project', add, "Make a project.", writes=True),
            local("del(name: str) -> boolean", del_, "Delete a project that nothing is left of.", writes=True),
            local(
                "get(name: str) -> proj:project", get, "The project of a guid or the beginning of a name.", writes=True
            ),
        ),
    ),
)
KINDS = (
    one(
        PROJECT,
        "Project",
        Project,
        "A project.",
        local("epics: ctor", lambda run, me: Epics(me.node), "Its epics."),
        prop("name: gtor|stor", "Its name.", set_project_name),
        local("sprints: ctor", lambda run, me: Sprints(me.node), "Its sprints."),
        local("tickets: ctor", lambda run, me: Tickets(me.node), "Its tickets."),
    ),
    many(
        "proj:epics",
        "ProjectEpics",
        Epics,
        "The epics of a project.",
        (Epic, EPIC, "project"),
        local("add(name: str) -> proj:epic", add_epic, "Make an epic."),
        local("del(name: str) -> boolean", del_epic, "Delete an epic; tickets lose it."),
        local("get(name: str) -> proj:epic", get_epic, "The epic of a guid or the beginning of a name."),
    ),
    one(EPIC, "ProjectEpic", Epic, "An epic.", prop("name: gtor|stor", "Its name.", set_epic_name)),
    many(
        "proj:sprints",
        "ProjectSprints",
        Sprints,
        "The sprints of a project.",
        (Sprint, SPRINT, "project"),
        local("add(name: str, period: list = null) -> proj:sprint", add_sprint, "Make a sprint."),
        local("del(name: str) -> boolean", del_sprint, "Delete a sprint; tickets lose it."),
        local("get(name: str) -> proj:sprint", get_sprint, "The sprint of a guid or the beginning of a name."),
    ),
    one(
        SPRINT,
        "ProjectSprint",
        Sprint,
        "A sprint.",
        prop("desc: gtor|stor", "What is said of it.", lambda run, me, valu: set_sprint(run, me, "desc", valu)),
        prop("name: gtor|stor", "Its name.", lambda run, me, valu: set_sprint(run, me, "name", valu)),
        prop("status: gtor|stor", "How far it is.", lambda run, me, valu: set_sprint(run, me, "status", valu)),
        local("tickets: ctor", sprint_tickets, "The tickets in it."),
    ),
    many(
        "proj:tickets",
        "ProjectTickets",
        Tickets,
        "The tickets of a project.",
        (Ticket, TICKET, "project"),
        local('add(name: str, desc: str = "") -> proj:ticket', add_ticket, "Make a ticket."),
        local("del(name: str) -> boolean", del_ticket, "Delete a ticket and its comments."),
        local("get(name: str) -> proj:ticket", get_ticket, "The ticket of a guid or the beginning of a name."),
    ),
    one(
        TICKET,
        "ProjectTicket",
        Ticket,
        "A ticket.",
        prop("assignee: gtor|stor", "The iden of who is to do it; set by name.", set_ticket_assignee),
        local("comments: ctor", lambda run, me: Comments(me.node), "Its comments."),
        prop("desc: gtor|stor", "What is said of it.", lambda run, me, valu: set_ticket_text(run, me, "desc", valu)),
        prop("epic: gtor|stor", "The guid of its epic; set by name, too.", set_ticket_epic),
        prop("name: gtor|stor", "Its name.", lambda run, me, valu: set_ticket_text(run, me, "name", valu)),
        prop(
            "priority: gtor|stor",
            "How urgent it is.",
            lambda run, me, valu: set_ticket_number(run, me, "priority", valu),
        ),
        prop("sprint: gtor|stor", "The guid of its sprint; set by name, too.", set_ticket_sprint),
        prop("status: gtor|stor", "How far it is.", lambda run, me, valu: set_ticket_number(run, me, "status", valu)),
    ),
    many(
        "proj:comments",
        "ProjectTicketComments",
        Comments,
        "The comments on a ticket.",
        (Comment, COMMENT, "ticket"),
        local("add(text: str) -> proj:comment", add_comment, "Say something about it."),
        local("get(guid: str) -> proj:comment", get_comment, "The comment of a guid."),
    ),
    one(
        COMMENT,
        "ProjectTicketComment",
        Comment,
        "A comment on a ticket.",
        local("del() -> boolean", del_comment, "Delete it."),
        local("text: gtor|stor", text_of, "What it says.", sets=set_comment_text),
    ),
)
