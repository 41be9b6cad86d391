"""movetag and tag.prune."""

from ..edits.asking import Asking
from .telling import error, messages, printed

SCORE = "$lib.model.ext.addTagProp(score, (int, ({})), ({})) "


def test_movetag_takes_intervals_and_definitions_along(cortex: Asking) -> None:
    printed(cortex, "[syn:tag=a.b :title=Title :doc=Doc +#about.tags] | spin")
    printed(cortex, "[inet:asn=1 +#a.b=2020 +#a.b.c] | spin")

    assert printed(cortex, "movetag a.b x.y") == ["moved tags on 1 nodes."]
    assert printed(cortex, "inet:asn=1 $lib.print($node.tags()) $lib.print($lib.len(#x.y)) | spin") == [
        "['a', 'x', 'x.y', 'x.y.c']",
        "2",
    ]
    assert printed(cortex, "syn:tag=x.y $lib.print(:title) $lib.print(:doc) $lib.print($node.tags()) | spin") == [
        "Title",
        "Doc",
        "['about', 'about.tags']",
    ]
    assert printed(cortex, "syn:tag=a.b.c $lib.print(:isnow) | spin") == ["x.y.c"]


def test_a_tag_below_itself_ends_in_an_error_instead_of_never(cortex: Asking) -> None:
    assert error(cortex, "[inet:asn=1 +#self] | spin | movetag self self.sub") == (
        "RecursionLimitHit",
        "Maximum Storm pipeline depth exceeded.",
    )


def test_prune_tells_each_tag_that_is_left_with_nothing(cortex: Asking) -> None:
    found = messages(cortex, "[inet:asn=1 +#r.s.t.u +#r.v] | tag.prune r.s.t")

    edits = [[edit[1][0] for edit in info["edits"][0][2]] for kind, info in found if kind == "node:edits"]
    assert edits[-2:] == [["r.s.t.u", "r.s.t"], ["r.s"]]
