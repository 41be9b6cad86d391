"""Merges by vote: a view with a quorum is merged into when enough members of its roles have approved.

A fork's record holds the wish ("merge") and the votes on it ("votes", by user); a merge that was voted for leaves its
history in the parent's record ("merges"). Asked of a real Cortex: messages, keys and their order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ....storage.views import ViewRecord
from ..errors import StormError
from ..runtime import Runtime
from ..values.convert import to_str
from . import layers as layer_ops
from . import merge as view_merge
from . import views as view_ops

Info = dict[str, Any]


def set_request(run: Runtime, record: ViewRecord, comment: Any = None) -> Info:
    """Wish a fork to be merged; an old wish and the votes on it go. Raises StormError: AuthDeny, BadState."""
    _quorum_of(run, record)
    view_ops.confirm_admin(run, record.iden)
    wish: Info = {"creator": run.user.iden}
    if comment is not None:
        wish["comment"] = to_str(comment)
    wish |= {"iden": run.host.ids.guid(), "created": run.host.clock.now_ms()}
    _put(run, record, merge=wish, votes={})
    _tell(run, record, "request:set", merge=wish)
    return wish


def del_request(run: Runtime, record: ViewRecord) -> Info | None:
    """Take the wish back; what it was."""
    view_ops.confirm_admin(run, record.iden)
    wish: Info | None = record.info.get("merge")
    if wish is not None:
        _put(run, record, merge=None, votes=None)
        _tell(run, record, "request:del", merge=wish)
    return wish


def set_comment(run: Runtime, record: ViewRecord, comment: str) -> Info:
    """Say something else with the wish. Raises StormError("BadState") where there is none."""
    view_ops.confirm_admin(run, record.iden)
    if record.info.get("merge") is None:
        raise StormError("BadState", "Cannot set the comment of a merge request that does not exist.")
    wish = {**_wish(record), "comment": comment, "updated": run.host.clock.now_ms()}
    _put(run, record, merge=wish)
    _tell(run, record, "set", merge=wish)
    return wish


def set_vote(run: Runtime, record: ViewRecord, approved: bool, comment: Any = None) -> Info:
    """Vote; the merge takes place at once where that makes a quorum and nobody is against it. Raises StormError."""
    quorum = _quorum_of(run, record)
    if not set(run.user.roles) & set(quorum.get("roles", ())):
        raise StormError("AuthDeny", "You are not a member of a role with voting privileges for this merge request.")
    wish = _wish(record)
    if run.user.iden == wish["creator"]:
        raise StormError("AuthDeny", "A user may not vote for their own merge request.")
    vote: Info = {"user": run.user.iden, "approved": approved}
    if comment is not None:
        vote["comment"] = to_str(comment)
    vote |= {"created": run.host.clock.now_ms(), "offset": 0}
    record = _put(run, record, votes={**record.info.get("votes", {}), run.user.iden: vote})
    _tell(run, record, "vote:set", vote=vote)
    votes = record.info["votes"].values()
    if all(each["approved"] for each in votes) and len(votes) >= quorum.get("count", 1):
        _merge(run, record, wish)
    return vote


def set_vote_comment(run: Runtime, record: ViewRecord, comment: str) -> Info | None:
    """Say something else with one's vote; None where one has none."""
    _quorum_of(run, record)
    votes = record.info.get("votes", {})
    if run.user.iden not in votes:
        return None
    vote = {**votes[run.user.iden], "comment": comment, "updated": run.host.clock.now_ms()}
    _put(run, record, votes={**votes, run.user.iden: vote})
    _tell(run, record, "vote:set", vote=vote)
    return vote


def del_vote(run: Runtime, record: ViewRecord, useriden: Any = None) -> Info | None:
    """Take one's vote back, or as an admin that of another; what it was."""
    _quorum_of(run, record)
    iden = run.user.iden if useriden is None else to_str(useriden)
    if iden != run.user.iden:
        view_ops.confirm_admin(run, record.iden)
    votes: dict[str, Info] = dict(record.info.get("votes", {}))
    vote = votes.pop(iden, None)
    if vote is not None:
        _put(run, record, votes=votes)
        _tell(run, record, "vote:del", vote=vote)
    return vote


def request(run: Runtime, record: ViewRecord) -> Info | None:
    """The wish, if there is one. Raises StormError("AuthDeny") for a view that one may not read."""
    run.confirm(("view", "read"), record.iden)
    wish: Info | None = record.info.get("merge")
    return wish


def summary(run: Runtime, record: ViewRecord) -> Info | None:
    """The wish, the votes and what is asked of them; None without a wish. Raises StormError("AuthDeny")."""
    wish = request(run, record)
    if wish is None:
        return None
    quorum = _quorum_of(run, record)
    votes = list(record.info.get("votes", {}).values())
    return {"merge": wish, "quorum": quorum, "merging": False, "votes": votes, "offset": 0}


def merging(run: Runtime, record: ViewRecord) -> list[str]:
    """The idens of forks that wish to be merged. Raises StormError("BadState") for a view without a quorum."""
    run.confirm(("view", "read"), record.iden)
    if record.info.get("quorum") is None:
        raise StormError("BadState", f"View ({record.iden}) does not require quorum voting.")
    return [view.iden for view in view_ops.children(run, record.iden) if view.info.get("merge") is not None]


def merges(run: Runtime, record: ViewRecord) -> Iterator[Info]:
    """What was merged by votes, the last first."""
    yield from reversed(record.info.get("merges", ()))


def _merge(run: Runtime, record: ViewRecord, wish: Info) -> None:
    """The fork is merged and goes, as the product does with one that was voted for."""
    assert record.parent is not None
    as_root = run.apart({})
    # Who votes need not have the rights to all that the fork holds: the votes are what allows it.
    as_root.asroot = True
    layer, votes = record.layers[0], list(record.info["votes"].values())
    done = {**wish, "votes": votes, "merged": run.host.clock.now_ms()}
    _tell(run, record, "init", merge=done, votes=votes)
    total = _size(run, layer) if run.host.events.heard else 0

    def progress(count: int) -> None:
        _tell(run, record, "prog", count=count, total=total, merge=wish, votes=votes)

    unprotected = replace(record, info={**record.info, "protected": False})
    view_merge.merge(as_root, unprotected, voted=True, progress=progress)
    parent = view_ops.record_of(run, record.parent)
    _put(run, parent, merges=[*parent.info.get("merges", ()), done])
    _tell(run, record, "fini", merge=wish, votes=votes)
    view_ops.delete(as_root, record.iden)
    if not any(layer in view.layers for view in run.host.graph.views()):
        layer_ops.forget(run, layer)


def _size(run: Runtime, layer: str) -> int:
    """How many nodes a layer holds something of."""
    held = run.host.graph.layer(layer)
    return 0 if held is None else sum(1 for _ in held.idens())


def _tell(run: Runtime, record: ViewRecord, event: str, **facts: Any) -> None:
    run.host.events.tell(f"view:merge:{event}", {"view": record.iden, **facts})


def _quorum_of(run: Runtime, record: ViewRecord) -> Info:
    """What the view below asks for. Raises StormError("BadState")."""
    if record.parent is None:
        raise StormError("BadState", f"View ({record.iden}) has no parent.")
    parent = view_ops.record_of(run, record.parent)
    quorum: Info | None = parent.info.get("quorum")
    if quorum is None:
        raise StormError("BadState", f"Parent view of ({record.iden}) does not require quorum voting.")
    return quorum


def _wish(record: ViewRecord) -> Info:
    wish: Info | None = record.info.get("merge")
    if wish is None:
        raise StormError("BadState", f"View ({record.iden}) does not have a merge request.")
    return wish


def _put(run: Runtime, record: ViewRecord, **changes: Any) -> ViewRecord:
    info = {key: valu for key, valu in {**record.info, **changes}.items() if valu is not None}
    record = replace(record, info=info)
    view_ops.put(run, record)
    return record
