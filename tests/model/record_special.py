"""Ask a fresh real Cortex again what `recorded/special_*.json` holds: `python -m tests.model.record_special URL`.

The same as `record.py` for the special-purpose types, most of which are no forms: they are normed and shown through
`$lib.model.type(...)`, and compared as forms that are made for it.
"""

import json
import sys
from typing import Any

from tests.model.record import RECORDED, Cortex, write

_NORM = """
try {
    $type = $lib.model.type($name)
    $normed = $type.norm($valu)
    $shown = (null)
    try { $shown = $type.repr($normed.0) } catch * as error {}
    return((OK, $normed.0, $normed.1, $shown))
} catch * as error {
    return((ERR, $error.name, $error.mesg))
}
"""


def main(url: str) -> None:
    cortex = Cortex(url)
    norms, comparisons = (
        json.loads((RECORDED / f"special_{name}.json").read_text()) for name in ("norms", "comparisons")
    )
    norms["rows"] = [[*row[:2], norm(cortex, *row[:2])] for row in norms["rows"]]
    write("special_norms", norms)
    for name, base, opts in comparisons["forms"]:
        variables = {"name": name, "base": base, "opts": opts}
        cortex.storm("$lib.model.ext.addForm($name, $base, $opts, ({}))", vars=variables)
    for form, values in comparisons["values"].items():
        for valu in values:
            cortex.storm("[*$form=$valu]", vars={"form": form, "valu": valu})
        _, nodes = cortex.storm(form, repr=True)
        comparisons["values"][form] = [node[0][1] for node in nodes]
        comparisons["reprs"][form] = [node[1].get("repr") for node in nodes]
    comparisons["rows"] = [
        [form, cmpr, valu, cortex.values(f"{form}{cmpr}$v", valu), cortex.values(f"{form} +{form}{cmpr}$v", valu)]
        for form, cmpr, valu, *_ in comparisons["rows"]
    ]
    write("special_comparisons", comparisons)


def norm(cortex: Cortex, name: str, valu: Any) -> list[Any]:
    """["OK", norm, info, shown] or ["ERR", name, mesg]; what the interpreter raised is an error of the call."""
    body = {"query": _NORM, "opts": {"vars": {"name": name, "valu": valu}}}
    answer = json.loads(cortex.post("/api/v1/storm/call", body))
    if answer["status"] != "ok":
        return ["ERR", answer["code"], answer["mesg"]]
    result: list[Any] = answer["result"]
    return result


if __name__ == "__main__":
    main(sys.argv[1])
