"""Ask a fresh real Cortex again what `recorded/*.json` holds: `python tests/model/record.py https://127.0.0.1:14443`.

Keeps the questions and writes the answers anew. The Cortex gets the forms and nodes that the questions are about, so it
should be one started for this (`../shared/oracle/cortex.sh start PORT`). User root, password secret.
"""

import base64
import http.client
import json
import ssl
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

RECORDED = Path(__file__).parent / "recorded"
AUTH = {"Authorization": "Basic " + base64.b64encode(b"root:secret").decode()}


class Cortex:
    """One connection to a real Cortex."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self._link = http.client.HTTPSConnection(parts.hostname, parts.port, context=context, timeout=60)

    def post(self, path: str, body: dict[str, Any]) -> bytes:
        self._link.request("POST", path, json.dumps(body), AUTH)
        return self._link.getresponse().read()

    def norm(self, prop: str, valu: Any, typeopts: Any) -> list[Any]:
        body = {"prop": prop, "value": valu}
        if typeopts:
            body["typeopts"] = typeopts
        answer = json.loads(self.post("/api/v1/model/norm", body))
        if answer["status"] != "ok":
            return ["ERR", answer["code"], answer["mesg"]]
        result = answer["result"]
        return ["OK", result["norm"], *([result["info"]] if result["info"] else [])]

    def storm(self, query: str, **options: Any) -> list[Any]:
        """["OK", packed nodes] or ["ERR", name, mesg]."""
        body = {"query": query, "opts": options, "stream": "jsonlines"}
        messages = [json.loads(line) for line in self.post("/api/v1/storm", body).splitlines()]
        if isinstance(messages[0], dict):
            raise SystemExit(f"{query}: {messages[0]}")
        for kind, info in messages:
            if kind == "err":
                return ["ERR", info[0], info[1].get("mesg")]
        return ["OK", [info for kind, info in messages if kind == "node"]]

    def values(self, query: str, valu: Any) -> list[Any]:
        answer = self.storm(query, vars={"v": valu})
        return answer if answer[0] == "ERR" else ["OK", [node[0][1] for node in answer[1]]]


def main(url: str) -> None:
    cortex = Cortex(url)
    norms, comparisons = (json.loads((RECORDED / f"{name}.json").read_text()) for name in ("norms", "comparisons"))
    for name, base, opts in comparisons["forms"]:
        variables = {"name": name, "base": base, "opts": opts}
        cortex.storm("$lib.model.ext.addForm($name, $base, $opts, ({}))", vars=variables)
    norms["rows"] = [[*row[:3], cortex.norm(*row[:3])] for row in norms["rows"]]
    write("norms", norms)
    for form, values in comparisons["values"].items():
        for valu in values:
            cortex.storm("[*$form=$valu]", vars={"form": form, "valu": valu})
    for form in comparisons["values"]:
        _, nodes = cortex.storm(form, repr=True)
        comparisons["values"][form] = [node[0][1] for node in nodes]
        comparisons["reprs"][form] = [node[1].get("repr") for node in nodes]
    comparisons["rows"] = [
        [form, cmpr, valu, cortex.values(f"{form}{cmpr}$v", valu), cortex.values(f"{form} +{form}{cmpr}$v", valu)]
        for form, cmpr, valu, *_ in comparisons["rows"]
    ]
    write("comparisons", comparisons)


def write(name: str, table: dict[str, Any]) -> None:
    """One row a line, so that a changed answer is a changed line."""
    rows = table.pop("rows")
    heads = [f"{json.dumps(key)}: {json.dumps(part, ensure_ascii=False)},\n" for key, part in table.items()]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    text = "{\n" + "".join(heads) + '"rows": [\n' + lines + "\n]}\n"
    (RECORDED / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
