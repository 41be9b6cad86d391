"""`layer.verify()`: what it finds in a layer whose indexes were damaged."""

from ..edits.asking import Asking
from .calling import call

FOUND = "$found=() for $each in $lib.layer.get().verify() { $found.append($each) } return($found)"


def test_a_sound_layer_has_nothing_to_tell(cortex: Asking) -> None:
    cortex.nodes("[ (inet:ipv4=1.2.3.4 :asn=5 +#foo.bar=2020) (ps:contact=* :names=(a, b)) inet:fqdn=evi.com ]")
    cortex.nodes("inet:ipv4 [ -:asn -#foo ]")
    cortex.nodes("inet:fqdn=evi.com | delnode")
    assert call(cortex, FOUND) == []


def test_what_an_index_lacks_is_told(cortex: Asking) -> None:
    cortex.nodes("[ inet:ipv4=1.2.3.4 :asn=5 +#foo ]")
    assert call(cortex, FOUND) == []
    with cortex.host.database.write() as connection:
        connection.execute("DELETE FROM graph_index")
        connection.execute("DELETE FROM graph_tag")
    told = {(each["form"], each["prop"]) for name, each in call(cortex, FOUND) if "form" in each}
    assert {("inet:ipv4", None), ("inet:ipv4", "asn"), ("inet:asn", None)} <= told
    assert ["CountsDiffer", {"tag": "foo", "nodes": 1, "index": 0}] in call(cortex, FOUND)
