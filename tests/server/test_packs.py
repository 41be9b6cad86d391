"""Seed packs: how their files are read, what their times mean, and what is said of one that cannot be used."""

from pathlib import Path
from typing import Any

import pytest
from deadringer.server.packs import BadPack, Pack, bundled, dated, find, length_ms
from hypothesis import given
from hypothesis import strategies as st

NOW_MS = 1_747_216_800_000
WEEK_MS = 7 * 86_400_000


def pack(folder: Path, **texts: str) -> Pack:
    """A pack with these files: `elements_json="..."` is elements.json."""
    folder.joinpath("pack.toml").write_text("")
    for name, text in texts.items():
        path = folder.joinpath(".".join(name.rsplit("_", 1)).replace("__", "/"))
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return find(str(folder))


def test_ours_are_found_by_name() -> None:
    assert [each.name for each in bundled()] == ["intel-demo", "soc-demo"]
    assert find("soc-demo").settings()["description"]


def test_a_folder_is_a_pack_by_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine").mkdir()
    assert find(str(tmp_path / "mine")).name == "mine"
    monkeypatch.chdir(tmp_path)
    assert find("mine").name == "mine"
    assert find("./mine").settings() == {}


@pytest.mark.parametrize("name", ["nothing", "", "../soc-demo", "soc-demo/elements.toml"])
def test_what_is_no_pack(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if name == "":
        # The current folder, which holds something else.
        (tmp_path / "notes.txt").write_text("")
    with pytest.raises(BadPack):
        find(name)


def test_a_table_in_each_form(tmp_path: Path) -> None:
    users = [{"name": "bob", "n": 1}]
    forms = {
        "users_json": '\ufeff[{"name": "bob", "n": 1}]',
        "elements_json": '{"data": [{"name": "bob", "n": 1}], "total": 1}',
        "devices_ndjson": '{"name": "bob", "n": 1}\n\n',
        "streams__alerts_toml": '[[data]]\nname = "bob"\nn = 1\n',
        "streams__netflow_csv": "name,n\nbob,1\n",
    }
    made = pack(tmp_path, **forms)
    assert [made.table(name) for name in ("users", "elements", "devices")] == [users] * 3
    assert made.folder_tables("streams") == {"alerts": users, "netflow": users}
    assert made.folder_tables("indexes") == {}


def test_files_of_one_name_are_one_table(tmp_path: Path) -> None:
    made = pack(tmp_path, users_json='[{"name": "a"}]', users_csv="name\nb\n", users_toml='[[data]]\nname = "c"')
    assert [row["name"] for row in made.table("users")] == ["a", "c", "b"]


def test_cells_are_json_where_they_read_as_such(tmp_path: Path) -> None:
    cells = ["1", "-2.5", "007", "1.2.3.4", "true", "null", "", '"5"', '["a",1]', "NaN", "a b", '{"x":1}', "1e999"]
    (tmp_path / "files").mkdir()
    quoted = ",".join('"{}"'.format(cell.replace('"', '""')) for cell in cells)
    header = ",".join(f"c{number}" for number in range(len(cells)))
    (tmp_path / "files" / "x.csv").write_text(f"{header}\n{quoted}\n")
    (row,) = pack(tmp_path).file("x.csv")
    expected = [1, -2.5, "007", "1.2.3.4", True, None, None, "5", ["a", 1], "NaN", "a b", {"x": 1}, float("inf")]
    assert list(row.values()) == expected


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"users_json": "{"}, "users.json is not JSON"),
        ({"users_json": "{}"}, "users.json holds no list under data."),
        ({"users_json": "[5]"}, "users.json, data[0] is no object."),
        ({"users_ndjson": '{"a":1}\n[]'}, "users.ndjson, line 2 is no object."),
        ({"users_ndjson": "["}, "users.ndjson, line 1 is not JSON"),
        ({"users_toml": "x = "}, "users.toml: "),
        ({"users_csv": "a,b\n1\n"}, "users.csv, line 2: has 1 cells for 2 columns."),
        ({"users_csv": "a,a\n1,2\n"}, "users.csv: two columns have the same name."),
        ({"users_yaml": ""}, "has users.yaml, which is none of"),
        ({"users": ""}, "users ends in none of .json"),
        ({"notes_txt": ""}, "has notes.txt, which is none of pack.toml, users"),
        ({"blobs__x_bin": ""}, "has blobs/, which is for the Cortex and cannot be loaded yet."),
        ({"other__x_json": ""}, "has other, which is none of"),
    ],
)
def test_what_is_wrong_with_a_pack(tmp_path: Path, files: dict[str, str], message: str) -> None:
    if "users" in files:
        (tmp_path / "users").write_text("")
        files = {}
    with pytest.raises(BadPack) as caught:
        pack(tmp_path, **files).table("users")
    assert message in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "users.json").write_bytes(b"\xff\xfe")
    with pytest.raises(BadPack, match=r"users\.json cannot be read"):
        find(str(tmp_path)).table("users")


@pytest.mark.parametrize("name", ["none.csv", "../pack.toml", "/etc/passwd"])
def test_a_file_that_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadPack, match="has no file"):
        pack(tmp_path, files__x_csv="a\n").file(name)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("@now", NOW_MS),
        ("-5m@now", NOW_MS - 300_000),
        ("+1h30m@now", NOW_MS + 5_400_000),
        ("-1w2d3h4m5s6ms@now", NOW_MS - WEEK_MS - 2 * 86_400_000 - 3 * 3_600_000 - 4 * 60_000 - 5006),
        ("5m@now", "5m@now"),
        ("-5y@now", "-5y@now"),
        (" @now", " @now"),
        ("mail@now", "mail@now"),
        ({"a": ["@now", {"b": "-1s@now"}], "c": 5}, {"a": [NOW_MS, {"b": NOW_MS - 1000}], "c": 5}),
    ],
)
def test_times_are_told_from_now(given: Any, meant: Any) -> None:
    assert dated(given, NOW_MS) == meant


def test_times_of_toml_are_times(tmp_path: Path) -> None:
    texts = ["2025-05-14T10:00:00Z", "2025-05-14T10:00:00", "2025-05-14T12:00:00+02:00", "2025-05-14", "10:00:00"]
    made = pack(tmp_path, users_toml="[[data]]\n" + "\n".join(f"t{n} = {text}" for n, text in enumerate(texts)))
    (row,) = dated(made.table("users"), 0)
    assert list(row.values()) == [NOW_MS, NOW_MS, NOW_MS, "2025-05-14", "10:00:00"]


@given(st.text() | st.from_regex(r"[-+]?([0-9]{1,3}(ms|s|m|h|d|w|x)){0,3}@?(now)?", fullmatch=True))
def test_any_text_is_itself_or_a_time(text: str) -> None:
    found = dated(text, NOW_MS)
    assert found == text or (isinstance(found, int) and text.endswith("@now"))


@pytest.mark.parametrize("text", ["", "5", "m", "0s", "-5m", "5m ", "1h@now"])
def test_what_is_no_length_of_time(text: str) -> None:
    with pytest.raises(ValueError, match="no length of time"):
        length_ms(text)
