"""`$lib.view` and `view`: the views of a Cortex, what they hold together, and their forks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ....storage.views import ViewRecord
from ..automation import trigger_jobs as trigger_ops
from ..edits import editor
from ..errors import StormError
from ..nodes.node import Node
from ..runtime import Runtime
from ..surface import UNDEF, Kind, Library, local
from ..values.convert import python_text, to_bool, to_prim, to_str
from ..views import counts as view_counts
from ..views import edits as view_edits
from ..views import merge as view_merge
from ..views import views as view_ops
from ..views import votes as view_votes
from .layer import StormLayer
from .triggers import StormTrigger


@dataclass(frozen=True, slots=True)
class StormView:
    """A view, by its iden."""

    iden: str


def of(run: Runtime, me: StormView) -> ViewRecord:
    """Its record as it is now. Raises StormError("NoSuchView") once it is deleted."""
    return view_ops.record_of(run, me.iden)


def triggers_of(run: Runtime, me: StormView) -> list[StormTrigger]:
    return [StormTrigger(told["iden"]) for told in trigger_ops.of_view(run, me.iden)]


# -- $lib.view


def lib_add(run: Runtime, me: Any, layers: Any, name: Any = None, worldreadable: Any = False) -> StormView:
    return StormView(view_ops.add(run, layers, name, worldreadable=to_bool(worldreadable)).iden)


def lib_del(run: Runtime, me: Any, iden: Any) -> None:
    view_ops.delete(run, to_str(iden))


def lib_get(run: Runtime, me: Any, iden: Any = None) -> StormView:
    return StormView(view_ops.view_of(run, None if iden is None else to_str(iden)).iden)


def lib_list(run: Runtime, me: Any, deporder: Any = False) -> list[StormView]:
    return [StormView(record.iden) for record in view_ops.every(run, deporder=to_bool(deporder))]


# -- view


def pack(run: Runtime, me: StormView) -> dict[str, Any]:
    return view_ops.pack(run, of(run, me))


def get(run: Runtime, me: StormView, name: Any, defv: Any = None) -> Any:
    if name == "nomerge":
        name = "protected"
    return pack(run, me).get(to_str(name), defv)


def set_(run: Runtime, me: StormView, name: Any, valu: Any) -> None:
    view_ops.set_option(run, of(run, me), to_str(name), valu)


def layers(run: Runtime, me: StormView) -> list[StormLayer]:
    return [StormLayer(iden) for iden in of(run, me).layers]


def fork(run: Runtime, me: StormView, name: Any = None) -> StormView:
    return StormView(view_ops.fork(run, of(run, me), name).iden)


def insert_parent_fork(run: Runtime, me: StormView, name: Any = None) -> StormView:
    return StormView(view_ops.insert_parent_fork(run, of(run, me), name).iden)


def merge(run: Runtime, me: StormView, force: Any = False) -> None:
    # What `force` overrides in the product was not found: not a protected view, a quorum, or children.
    view_merge.merge(run, of(run, me))


def children(run: Runtime, me: StormView) -> Iterator[StormView]:
    return (StormView(record.iden) for record in view_ops.children(run, me.iden))


def add_node(run: Runtime, me: StormView, form: Any, valu: Any, props: Any = None) -> Node | None:
    inside = view_ops.inside(run, of(run, me))
    name = to_str(form)
    if inside.model.form(name) is None:
        raise StormError("NoSuchForm", f"No form named {name} for valu={to_prim(run, valu)}.", name=name)
    given = None if props is None else to_prim(run, props)
    if given is not None:
        # What the form has not is passed over.
        given = {prop: item for prop, item in given.items() if inside.model.form_prop(name, prop) is not None}
    return editor.add_node(inside, name, valu, given)


def add_node_edits(run: Runtime, me: StormView, edits: Any) -> None:
    view_edits.add(view_ops.inside(run, of(run, me)), to_prim(run, edits))


def detach(run: Runtime, me: StormView) -> None:
    view_ops.detach(run, of(run, me))


def swap_layer(run: Runtime, me: StormView) -> None:
    view_ops.swap_layer(run, of(run, me))


def wipe_layer(run: Runtime, me: StormView) -> None:
    view_ops.wipe_layer(run, of(run, me))


# -- counts and edges


def form_counts(run: Runtime, me: StormView) -> dict[str, int]:
    return view_counts.forms(readable(run, me))


def prop_count(run: Runtime, me: StormView, propname: Any, valu: Any = UNDEF) -> int:
    return view_counts.props(readable(run, me), to_str(propname), valu)


def prop_array_count(run: Runtime, me: StormView, propname: Any, valu: Any = UNDEF) -> int:
    return view_counts.items(readable(run, me), to_str(propname), valu)


def tagprop_count(run: Runtime, me: StormView, tag: Any, propname: Any, form: Any = None, valu: Any = UNDEF) -> int:
    name = None if form is None else to_str(form)
    return view_counts.tagprops(readable(run, me), to_str(tag), to_str(propname), name, valu)


def prop_values(run: Runtime, me: StormView, propname: Any) -> Iterator[Any]:
    yield from view_counts.values(readable(run, me), to_str(propname))


def edge_verbs(run: Runtime, me: StormView) -> Iterator[str]:
    yield from view_counts.verbs(readable(run, me))


def edges(run: Runtime, me: StormView, verb: Any = None) -> Iterator[tuple[str, str, str]]:
    yield from view_counts.edges(readable(run, me), None if verb is None else to_str(verb))


def readable(run: Runtime, me: StormView) -> Runtime:
    """A scope in the view, for whom may read it."""
    record = of(run, me)
    run.confirm(("view", "read"), record.iden)
    return view_ops.inside(run, record)


LIBRARIES = (
    Library(
        "lib.view",
        "The views of the Cortex.",
        (
            local(
                "add(layers: list, name: str = null, worldreadable: boolean = false) -> view",
                lib_add,
                "Make a view of layers.",
                writes=True,
            ),
            local("del(iden: str) -> null", lib_del, "Delete a view; its layers stay.", writes=True),
            local("get(iden: str = null) -> view", lib_get, "A view, by default that of the query."),
            local("list(deporder: boolean = false) -> list", lib_list, "Every view."),
        ),
    ),
)

METHODS = (
    local("addNode(form: str, valu: prim, props: dict = null) -> node", add_node, "Make a node in it.", writes=True),
    local("addNodeEdits(edits: list) -> null", add_node_edits, "Store edits of nodes in it.", writes=True),
    local("children() -> view", children, "Its forks."),
    local(
        "delMergeRequest() -> dict",
        lambda run, me: view_votes.del_request(run, of(run, me)),
        "Take the wish back to merge it.",
        writes=True,
    ),
    local(
        "delMergeVote(useriden: str = null) -> dict",
        lambda run, me, useriden=None: view_votes.del_vote(run, of(run, me), useriden),
        "Take a vote back.",
        writes=True,
    ),
    local("detach() -> null", detach, "Make a fork a view of its own.", writes=True),
    local("fork(name: str = null) -> view", fork, "Make a view with a layer of its own over it.", writes=True),
    local("get(name: str, defv: prim = null) -> prim", get, "One of its settings."),
    local("getEdgeVerbs() -> yields str", edge_verbs, "The verbs of its light edges."),
    local("getEdges(verb: str = null) -> yields list", edges, "Its light edges."),
    local("getFormCounts() -> dict", form_counts, "How many nodes of each form its layers hold."),
    local(
        "getMergeRequest() -> dict",
        lambda run, me: view_votes.request(run, of(run, me)),
        "The wish to merge it.",
        writes=True,
    ),
    local(
        "getMergeRequestSummary() -> dict",
        lambda run, me: view_votes.summary(run, of(run, me)),
        "The wish to merge it with the votes.",
        writes=True,
    ),
    local(
        "getMerges() -> yields dict",
        lambda run, me: view_votes.merges(run, of(run, me)),
        "What was merged into it by votes.",
        writes=True,
    ),
    local(
        "getMergingViews() -> list",
        lambda run, me: view_votes.merging(run, of(run, me)),
        "Its forks that wish to be merged.",
        writes=True,
    ),
    local(
        'getPropArrayCount(propname: str, valu: any = "$lib.undef") -> int',
        prop_array_count,
        "How many items of an array property its layers hold.",
    ),
    local(
        'getPropCount(propname: str, valu: any = "$lib.undef") -> int',
        prop_count,
        "How many values of a property its layers hold.",
    ),
    local("getPropValues(propname: str) -> any", prop_values, "The different values of a property."),
    local(
        'getTagPropCount(tag: str, propname: str, form: str = null, valu: any = "$lib.undef") -> int',
        tagprop_count,
        "How many values of a tag property its layers hold.",
    ),
    local("iden: str", lambda run, me: me.iden, "Its iden."),
    local(
        "insertParentFork(name: str = null) -> view",
        insert_parent_fork,
        "Make a fork between it and what it was forked from.",
        writes=True,
    ),
    local("layers: list", layers, "Its layers, the one that is written to first."),
    local(
        "merge(force: boolean = false) -> null",
        merge,
        "Store what its own layer holds in what it was forked from.",
        writes=True,
    ),
    local("pack() -> dict", pack, "All that is known of it."),
    local("parent: str", lambda run, me: of(run, me).parent, "The iden of what it was forked from."),
    local("repr() -> list", lambda run, me: view_ops.text(run, of(run, me)), "The text that commands print for it."),
    local("set(name: str, valu: prim) -> null", set_, "Change one of its settings.", writes=True),
    local(
        "setMergeComment(comment: str) -> dict",
        lambda run, me, comment: view_votes.set_comment(run, of(run, me), to_str(comment)),
        "Say something else with the wish to merge it.",
        writes=True,
    ),
    local(
        "setMergeRequest(comment: str = null) -> dict",
        lambda run, me, comment=None: view_votes.set_request(run, of(run, me), comment),
        "Wish to merge it.",
        writes=True,
    ),
    local(
        "setMergeVote(approved: boolean = true, comment: str = null) -> dict",
        lambda run, me, approved=True, comment=None: view_votes.set_vote(run, of(run, me), to_bool(approved), comment),
        "Vote on the wish to merge it.",
        writes=True,
    ),
    local(
        "setMergeVoteComment(comment: str) -> dict",
        lambda run, me, comment: view_votes.set_vote_comment(run, of(run, me), to_str(comment)),
        "Say something else with one's vote.",
        writes=True,
    ),
    local("swapLayer() -> null", swap_layer, "Put an empty layer in the place of its own.", writes=True),
    local("triggers: list", triggers_of, "The triggers in it."),
    local("wipeLayer() -> null", wipe_layer, "Delete all that its own layer holds.", writes=True),
)

KIND = Kind(
    "view",
    "View",
    StormView,
    "A view: layers that are seen as one.",
    METHODS,
    show=lambda run, me: f"view: {python_text(pack(run, me))}",
    prim=pack,
)
