"""CSV files as people have them: separators, decimal commas, gaps, labels in words."""

from __future__ import annotations

import csv
import io
import random
from contextlib import suppress
from pathlib import Path

import pytest
from nets.bad import net, refused, said
from running.emitted import module
from running.tools import bpgen

from bpgen.errors import InputError
from bpgen.network.csv_table import read_table

CLASSES = "softmax_cross_entropy"
NUMBERS = "csv: d.csv, inputs: [a, b], targets: [c, d]"
LABELS = "csv: d.csv, inputs: [a, b], labels: y"
FRUIT = "a,b,y\n1,2,apple\n3,4,pear\n5,6,apple\n"
READ = ([[1.5, 2.0], [3.0, -0.5]], [[0.0, 1.0], [1.0, 0.25]])


def folder_of(folder: Path, table: str | bytes, keys: str, classes: str = "") -> str:
    """The net of a table that lies beside it."""
    content = table.encode() if isinstance(table, str) else table
    (folder / "d.csv").write_bytes(content)
    loss = CLASSES if "labels" in keys else "mse"
    return net(loss=loss, data=f"{{{keys}}}", classes=classes or None)


def read(folder: Path, table: str | bytes, keys: str, classes: str = "") -> object:
    """The samples that an emitted file trains on."""
    (folder / "net.yaml").write_text(folder_of(folder, table, keys, classes))
    result = bpgen("emit", "net.yaml")
    assert result.code == 0, result.err
    return vars(module(result.out))["_data"]()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


# The same table, as programs of many countries write it; more keys that it needs.
TABLES: list[tuple[str | bytes, str]] = [
    ("a,b,c,d\n1.5,2,0,1\n3,-.5,1,0.25\n", ""),
    ("a;b;c;d\n1.5;2;0;1\n3;-.5;1;0.25\n", ""),
    ("a;b;c;d\r\n1,5;2;0;1\r\n3;-,5;1;0,25\r\n", ""),
    ("a\tb\tc\td\n1,5\t2\t0\t1\n3\t-0,5\t1\t0,25\n", ""),
    ("a|b|c|d\n1.5|2|0|1\n3|-0.5|1|0.25\n", ""),
    (b"\xef\xbb\xbfa;b;c;d\n1,5;2;0;1\n3;-0,5;1;0,25\n", ""),
    ('"a","b","c","d"\n"1,5","2","0","1"\n"3", "-0,5",1,"0,25"\n', 'decimal: ","'),
    ('x;a; "b" ;c;d\n"1;\n2";1,5;2;0;1\n;3;-0,5;1;0,25\n', ""),
    ("a;b;c;d;\n1,5;2;0;1;\n3;-0,5;1;0,25;\n;;;;\n", ""),
    ("a;b;c;d;e\n1.5;2;0;1;x,y\n3;-0.5;1;0.25;1,2\n", ""),
    ("a|b|c|d|u;v;w;x;y;z\n1.5|2|0|1|\n3|-0.5|1|0.25|\n", 'separator: "|"'),
]


@pytest.mark.parametrize(("table", "keys"), TABLES, ids=[ascii(t[0]) for t in TABLES])
def test_a_table_is_read_whatever_program_wrote_it(
    table: str | bytes, keys: str, folder: Path
) -> None:
    assert read(folder, table, f"{NUMBERS}, {keys}" if keys else NUMBERS) == READ


# A table, more keys, the place, the message.
FAULTS: list[tuple[str | bytes, str, str, str]] = [
    (
        "a;b;c;d\n1,5;2;0;1\n3;0.5;1;2\n",
        "",
        "d.csv:3:3",
        "comma, as other numbers have",
    ),
    ("a;b;c;d\n1;2.5;0;1\n", 'decimal: ","', "d.csv:2:3", "comma, as `decimal` says"),
    ('a,b,c,d\n1,"2,5",0,1\n', "", "d.csv:2:3", 'write `decimal: ","` under `data:`'),
    ("a;b;c;d\n1;1.234,5;0;1\n", "", "d.csv:2:3", "expected a number, got '1.234,5'"),
    ("a,b,c,d\n1,2,3\n", "", "d.csv:2:6", "a cell without a value is nothing between"),
    (
        "a,b,c,d\n1,2,3,4,5\n",
        "",
        "d.csv:2:9",
        "a cell that has ',' in it between doubl",
    ),
    ("a,b,c,d\n1,2,3,4\n", 'separator: ";"', "net.yaml:5:46", "so mend `separator`"),
    ("1,2,3,4\n1,2,3,4\n", "", "net.yaml:5:46", "its first row is numbers; write the"),
    ('a,b,c,d\n1,"2\n",3,x\n', "", "d.csv:3:5", "expected a number, got 'x'"),
    ('"a",b,c,d\n "1" , 2,  x,4\n', "", "d.csv:2:12", "expected a number, got 'x'"),
    ('a,b,c,d\n1,2,3,"4"4\n', "", "d.csv:2:1", 'a cell has a " inside: write it twice'),
    ('a,b,c,d\n1,2,"3,4\n5\n', "", "d.csv:2:1", 'that begins with " does not end'),
    ("a,b,c,d\n1,2,3,4\n".encode("utf-16"), "", "d.csv:1:1", "save it as CSV UTF-8"),
    (b"a,b,c,d\n1,\xe9,3,4\n", "", "d.csv:2:3", "save it as CSV UTF-8"),
    ("a;b;c;d\n1;\t x;3;4\n", "", "d.csv:2:5", "expected a number, got 'x'"),
    ("a,b,c,d\n1,red,0,1\n", "", "d.csv:2:3", "or leave 'b' out of `inputs`"),
    ("a,b,c,d\n1,2,x,1\n", "", "d.csv:2:5", "for classes write `labels`, and a loss"),
    (
        "a,b,c,d\n,2,0,1\n",
        "",
        "d.csv:2:1",
        "missing: drop` under `data:` to leave such",
    ),
    (
        "a,b,c,d\n1,2,NA,1\n",
        "missing: mean",
        "d.csv:2:5",
        "a mean fills inputs that are",
    ),
    ("a,b,c,d\n?,2,0,1\n", "missing: drop", "net.yaml:5:62", "so none is left"),
    ("a,b,c,d\n-,2,0,1\n", "missing: mean", "net.yaml:5:62", "no value that a mean"),
]


@pytest.mark.parametrize(
    ("table", "keys", "place", "message"), FAULTS, ids=[row[3] for row in FAULTS]
)
def test_a_fault_is_told_at_its_character_with_its_remedy(
    table: str | bytes, keys: str, place: str, message: str, folder: Path
) -> None:
    whole = f"{NUMBERS}, {keys}" if keys else NUMBERS
    (line,), _ = refused(folder, folder_of(folder, table, whole))
    assert line.startswith(f"{place}: error: ")
    assert message in line


def test_the_caret_stands_under_the_cell(folder: Path) -> None:
    text = folder_of(folder, b'\xef\xbb\xbf"a";b;c;d\n"1,5";  red;3;4\n', NUMBERS)
    (folder / "net.yaml").write_text(text)
    line, caret = bpgen("emit", "net.yaml").err.splitlines()[1:]
    assert caret.index("^") == line.index("red")


def test_one_cause_is_one_error(folder: Path) -> None:
    rows = "1,red,0,1\n" * 40 + "1,2,,1\n" * 3 + "x,2,3,4\n"
    lines, _ = refused(folder, folder_of(folder, "a,b,c,d\n" + rows, NUMBERS))
    assert [line.partition(": ")[0] for line in lines] == [
        "d.csv:2:3",
        "d.csv:42:5",
        "d.csv:45:1",
    ]
    assert "got 'red' (and 39 more): write a number" in lines[0]
    assert "got nothing (and 2 more): write `missing: drop`" in lines[1]


GAPS = "a,b,c,d\n1,2,0,1\n,4,1,0\n3,NA,1,1\n5,n/a,0,0\n"


def test_rows_with_gaps_are_dropped_where_that_is_asked_for(folder: Path) -> None:
    found = read(folder, GAPS, f"{NUMBERS}, missing: drop")
    assert found == ([[1.0, 2.0]], [[0.0, 1.0]])


def test_gaps_of_inputs_get_the_mean_of_their_column(folder: Path) -> None:
    inputs = [[1.0, 2.0], [3.0, 4.0], [3.0, 3.0], [5.0, 3.0]]
    targets = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]
    assert read(folder, GAPS, f"{NUMBERS}, missing: mean") == (inputs, targets)


@pytest.mark.parametrize("key", ["separator: tab", 'decimal: ","', "missing: drop"])
def test_keys_of_a_csv_are_for_a_csv(key: str, folder: Path) -> None:
    text = net(data=f"{{inputs: [[1, 2]], targets: [[1, 2]], {key}}}")
    (line,), _ = refused(folder, text)
    assert "says how a CSV is read: leave it out, or write csv: " in line


def test_cells_are_those_that_others_read() -> None:
    """Random texts of what cells are made of, against Python's own reader."""
    draw, compared = random.Random(5), 0
    for _ in range(5000):
        text = "".join(draw.choices(',;"\n1a. ', k=draw.randrange(30)))
        with suppress(InputError, csv.Error):
            table = read_table(text.encode(), "d.csv", None)
            lines = io.StringIO(text, newline="")
            sign = table.separator
            rows = csv.reader(lines, delimiter=sign, skipinitialspace=True, strict=True)
            wanted = [[cell.strip() for cell in row] for row in rows]
            found = [table.header, *(row.cells for row in table.rows)]
            assert found == [row for row in wanted if any(row)]
            compared += 1
    assert compared > 300


# Labels ------------------------------------------------------------------------

# Labels, the key `classes`, which class each is, and what the file calls the classes.
NAMED = [
    (["apple", "pear", "apple"], "", [0, 1, 0], ["apple", "pear"]),
    (["apple", "pear", "apple"], "[pear, apple]", [1, 0, 1], ["pear", "apple"]),
    (["0", "1", "1"], "", [0, 1, 1], None),
    (["0", "1", "1"], "[pear, apple]", [0, 1, 1], ["pear", "apple"]),
    (["1", "2", "1"], "[1, 2]", [0, 1, 0], ["1", "2"]),
    (["1", "0", "1"], "[1, 0]", [0, 1, 0], ["1", "0"]),
    (["-1", "1", "-1"], "", [0, 1, 0], ["-1", "1"]),
    (["n/a", "b", "b"], "[n/a, b]", [0, 1, 1], ["n/a", "b"]),
]


@pytest.mark.parametrize(("labels", "classes", "found", "names"), NAMED)
def test_labels_in_words_are_classes_with_names(
    labels: list[str],
    classes: str,
    found: list[int],
    names: list[str] | None,
    folder: Path,
) -> None:
    table = "a,b,y\n" + "".join(f"1,2,{label}\n" for label in labels)
    targets = [[float(index == at) for at in range(2)] for index in found]
    assert read(folder, table, LABELS, classes) == ([[1.0, 2.0]] * 3, targets)
    net_class = vars(module(bpgen("emit", "net.yaml").out))["Net"]
    assert list(getattr(net_class, "CLASSES", ())) == list(names or ())


def test_labels_of_several_steps_are_named_together(folder: Path) -> None:
    (folder / "d.csv").write_text("a,b,y,z\n0,1,no,yes\n1,1,yes,yes\n")
    layer = "{type: embedding, vocabulary: 3, size: 2}"
    text = net(layers=f"[{layer}]", loss=CLASSES)
    text += "data: {csv: d.csv, inputs: [a, b], labels: [y, z]}\n"
    (folder / "net.yaml").write_text(text)
    found = vars(module(bpgen("emit", "net.yaml").out))
    assert found["_data"]()[1] == [[1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 0.0, 1.0]]
    assert found["Net"].CLASSES == ("no", "yes")


# Labels, the key `classes`, the line of the fault (0: net.yaml), the message.
WRONG = [
    ("apple pear plum", "[apple, pear]", 4, "'plum' is none of the classes [apple, pe"),
    ("apple pera", "[apple, pear]", 3, "[apple, pear]: did you mean 'pear'?"),
    (
        "apple pear fig fig",
        "",
        4,
        "'fig' is one class too many after [apple, pear] (and",
    ),
    (
        "apple pear fig fig",
        "",
        4,
        "more): the data has 3 classes, and the net has 2 out",
    ),
    (
        "apple apple",
        "",
        0,
        "the data has 1 classes, and the net has 2 outputs: write `u",
    ),
    (
        "caf\u00e9 tea",
        "",
        2,
        r"'caf\xe9' cannot be the name of a class: call it by 1 to",
    ),
    (
        "1 2 2",
        "",
        3,
        "got '2' (and 1 more): classes count from 0; or name them, `classe",
    ),
    ("1 2 2", "", 3, "or name them, `classes: [1, 2]`"),
    (
        "0 1 2 3",
        "",
        4,
        "the data has 4 classes, and the net has 2 outputs, so write `un",
    ),
    ("0 7", "[a, b]", 3, "expected a class from 0 to 1, got '7'"),
    ("0 ?", "", 3, "expected a class, got '?': write `missing: drop` under `data:`"),
]


@pytest.mark.parametrize(("labels", "classes", "line", "message"), WRONG)
def test_a_label_without_a_class_is_told_with_the_classes(
    labels: str, classes: str, line: int, message: str, folder: Path
) -> None:
    table = "a,b,y\n" + "".join(f"1,2,{label}\n" for label in labels.split())
    (told,), _ = refused(folder, folder_of(folder, table, LABELS, classes))
    place = f"d.csv:{line}:5" if line else "net.yaml:5:44"
    assert told.startswith(f"{place}: error: ")
    assert message in told


def test_all_columns_that_are_not_there_are_told(folder: Path) -> None:
    keys = "csv: d.csv, inputs: [a, B], labels: z"
    (folder / "net.yaml").write_text(folder_of(folder, FRUIT, keys))
    (line,) = said(bpgen("emit", "net.yaml").err)
    assert "no column 'z' in d.csv" in line
    keys = "csv: d.csv, inputs: [u, v], labels: y"
    lines, _ = refused(folder, folder_of(folder, FRUIT, keys))
    assert len(lines) == 2


def test_columns_are_told_so_that_no_terminal_reads_anything_into_them(
    folder: Path,
) -> None:
    table = "a,b,\u202ekin\n1,2,x\n"
    lines, _ = refused(folder, folder_of(folder, table, "csv: d.csv, labels: zebra"))
    assert r"(known: a, b, \u202ekin)" in lines[0]
    lines, _ = refused(folder, folder_of(folder, table, "csv: d.csv, labels: kin"))
    assert r"(did you mean '\u202ekin'?)" in lines[0]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("separator: semicolon", "unknown separator 'semicolon': write ';'"),
        ('separator: "\\t"', r"unknown separator '\t': write 'tab'"),
        ("decimal: comma", "unknown decimal sign 'comma': write ','"),
        ("missing: skip", "unknown treatment of missing cells 'skip': write 'drop'"),
        ("sep: tab", "unknown key 'sep': write 'separator'"),
    ],
)
def test_other_words_for_these_keys_name_the_right_one(
    key: str, message: str, folder: Path
) -> None:
    (line,), _ = refused(folder, folder_of(folder, FRUIT, f"{LABELS}, {key}"))
    assert message in line
