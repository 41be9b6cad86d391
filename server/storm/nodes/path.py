"""A node with the way that led to it: what goes from step to step of a query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .node import Node


class Path:
    """One node in a pipeline, with the variables that were set on its way.

    before: the path that this one was pivoted from, and `link` how (`{"type": "prop", "prop": "fqdn"}`).
    meta: what `$path.meta` holds, made when it is first asked for. display: how the node is to be shown, by `colorize`.
    """

    __slots__ = ("before", "display", "link", "meta", "node", "vars")

    def __init__(
        self,
        node: Node,
        vars: dict[str, Any] | None = None,
        before: Path | None = None,
        link: dict[str, Any] | None = None,
    ) -> None:
        self.node = node
        self.vars: dict[str, Any] = {} if vars is None else vars
        self.before = before
        self.link = link
        self.meta: dict[str, Any] | None = None
        self.display: dict[str, Any] | None = None

    def fork(self, node: Node, link: dict[str, Any] | None) -> Path:
        """The path one node further, with variables of its own from here on."""
        return Path(node, self.vars.copy(), self, link)

    def clone(self) -> Path:
        """The same path with variables of its own from here on, and nothing to be told about it yet."""
        return Path(self.node, self.vars.copy(), self.before, self.link)

    def nodes(self) -> list[Node]:
        """The nodes of the way, the first one first."""
        found = []
        path: Path | None = self
        while path is not None:
            found.append(path.node)
            path = path.before
        return found[::-1]

    def links(self) -> list[tuple[str, dict[str, Any]]]:
        """Iden of each node before the last, with how the way went on from it."""
        found = []
        path = self
        while path.before is not None:
            found.append((path.before.node.iden_hex, path.link or {}))
            path = path.before
        return found[::-1]
