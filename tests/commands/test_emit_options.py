"""The options of `bpgen emit`, what the same call gives again, and what is loaded."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from nets.bad import layers, net
from running.tiers import wide_but
from running.tools import EXAMPLES, ROOT, bpgen, python

from bpgen.languages import LANGUAGES as RECORDS

LANGUAGES = ("python", "dart")
STYLES = ("unrolled", "loops")
XOR = str(ROOT / "examples" / "xor.yaml")
IRIS = str(ROOT / "examples" / "iris.yaml")
COMMENT = {"python": "#", "dart": "//"}


def emitted(*arguments: str) -> str:
    """What emit prints, if all is well."""
    result = bpgen("emit", *arguments)
    assert result.code == 0, result.err
    return result.out


def after_header(text: str) -> list[str]:
    """The lines after the text at the top, which is longer with comments."""
    _, _, rest = text.partition("bpgen claims no rights in this file.\n")
    return [line for line in rest.splitlines() if line not in ('"""', "library;")]


def without_doc(text: str) -> str:
    """Python code without the documentation at its top."""
    tree = ast.parse(text)
    if ast.get_docstring(tree):
        tree.body.pop(0)
    return ast.unparse(tree)


def comments(text: str, language: str) -> list[str]:
    """The comments after the header that stand on lines of their own."""
    mark = COMMENT[language]
    lines = (line.strip() for line in after_header(text))
    return [x for x in lines if x.startswith(mark) and not x.startswith("///")]


def code(text: str, language: str) -> list[str]:
    """The lines that are neither blank nor comments."""
    own = set(comments(text, language))
    lines = (line.strip() for line in after_header(text))
    return [line for line in lines if line and line not in own]


# --comments -------------------------------------------------------------------


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_comments_explain_as_much_as_asked_for(language: str, style: str) -> None:
    arguments = ("--lang", language, "--style", style, XOR)
    full = comments(emitted(*arguments), language)
    assert full == comments(emitted("--comments", "full", *arguments), language)
    brief = comments(emitted("--comments", "brief", *arguments), language)
    none = comments(emitted("--comments", "none", *arguments), language)
    assert any("Forward: " in line for line in full)
    assert set(brief) < set(full)
    assert not any("Forward: " in line for line in brief)
    assert any("Layer h: dense, 3 units, sigmoid." in line for line in brief)
    assert set(none) < set(brief)
    assert not any("Layer" in line or "euron" in line for line in none)


@pytest.mark.parametrize("options", [[], ["--library"], ["--inference"]])
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_comments_do_not_change_the_code(
    language: str, style: str, options: list[str]
) -> None:
    arguments = ("--lang", language, "--style", style, *options, XOR)
    full = emitted(*arguments)
    for much in ("brief", "none"):
        other = emitted("--comments", much, *arguments)
        assert f" --comments {much}" in other
        assert code(other, language) == code(full, language)
        if language == "python":
            assert without_doc(other) == without_doc(full)


# --library, --inference -------------------------------------------------------


def parts(text: str) -> dict[str, ast.stmt]:
    """The named statements at the top of a Python file."""
    found: dict[str, ast.stmt] = {}
    for node in ast.parse(text).body:
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                found[name] = node
            case ast.Assign(targets=[ast.Name(id=name)]):
                found[name] = node
            case ast.AnnAssign(target=ast.Name(id=name)):
                found[name] = node
            case ast.If():
                found["if"] = node
    return found


def statements(node: ast.stmt) -> set[str]:
    """What stands in a class, or the node itself."""
    body = node.body if isinstance(node, ast.ClassDef) else [node]
    return {ast.unparse(part) for part in body}


def methods(text: str, name: str) -> set[str]:
    """The public methods of a class of a Python file."""
    node = parts(text)[name]
    assert isinstance(node, ast.ClassDef)
    found = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
    return {method for method in found if not method.startswith("_")}


def members(text: str) -> set[str]:
    """The public methods of all classes and the functions of a Dart file."""
    found = set(re.findall(r"^(?:  )?[A-Za-z][\w<>?, ]* (\w+)\([^;]*?\{$", text, re.M))
    return {name for name in found if not name.startswith("_")}


TRAINING = {
    *("predict", "forward", "loss", "backward", "zero_gradients", "update"),
    *("batch_gradients", "train_step", "train", "parameters", "gradients", "buffers"),
    *("set_parameters", "to_json", "load_json", "check_gradients", "evaluate"),
}
OF_CLASSES = {"probabilities", "classify"}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("path", [XOR, IRIS])
def test_a_library_is_the_file_without_data_and_main(path: str, style: str) -> None:
    whole = parts(emitted("--style", style, path))
    library = parts(emitted("--style", style, "--library", path))
    gone = set(whole) - set(library)
    assert {"_run", "_check", "_replayed", "_data", "if"} < gone
    assert ({"INPUTS", "TARGETS"} if path == XOR else {"_DATA", "_one_hot_row"}) < gone
    members = {"_Generator", "_SHAPES", "_named", Path(path).stem.capitalize()}
    assert not members & gone
    assert set(library) < set(whole)
    for name, node in library.items():
        assert statements(node) <= statements(whole[name])
    # What of the class only main calls goes with it.
    own = Path(path).stem.capitalize()
    lost = statements(whole[own]) - statements(library[own])
    names = {text.partition("(")[0].removeprefix("def ") for text in lost}
    assert {"_all_numbers", "_is_finite"} <= names
    assert names <= {"_all_numbers", "_is_finite", "_traces", "_train_epoch"}


def test_a_library_in_dart_has_no_data_and_no_main() -> None:
    library = emitted("--lang", "dart", "--library", XOR)
    assert "Future<void> main(" in emitted("--lang", "dart", XOR)
    assert not re.search(
        r"\b(main|_?data\w*|_check|print)\b\(?",
        "\n".join(
            line for line in library.splitlines() if not line.strip().startswith("//")
        ),
    )


@pytest.mark.parametrize("options", [[], ["--library"]])
@pytest.mark.parametrize("style", STYLES)
def test_the_whole_class_has_all_members(style: str, options: list[str]) -> None:
    text = emitted("--style", style, *options, XOR)
    assert methods(text, "Xor") == TRAINING
    text = emitted("--style", style, *options, IRIS)
    assert methods(text, "Iris") == TRAINING | OF_CLASSES | {"one_hot"}


@pytest.mark.parametrize("options", [[], ["--library"]])
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("path", "name"), [(XOR, "Xor"), (IRIS, "Iris")])
def test_inference_has_only_what_predicts_parameters_and_load_json(
    path: str, name: str, style: str, options: list[str]
) -> None:
    arguments = ("--style", style, "--inference", *options, path)
    text = emitted(*arguments)
    more = OF_CLASSES if path == IRIS else set()
    assert methods(text, name) == {"predict", "parameters", "load_json"} | more
    assert not {"main", "_check", "_data", "if", "INPUTS", "_DATA"} & set(parts(text))
    assert "gradient" not in "\n".join(after_header(text))
    found = members(emitted("--lang", "dart", *arguments))
    assert {"predict", "parameters", "loadJson"} | more <= found
    unwanted = {"main", "forward", "backward", "update", "train", "toJson", "loss"}
    assert not unwanted & found


# Wide nets --------------------------------------------------------------------


@pytest.mark.parametrize("language", wide_but(LANGUAGES, "python".__eq__))
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "text",
    [
        layers("{type: dense, units: 1}", input="1000"),
        layers("relu", input="1000"),
        layers("softmax", input="1000", loss="cross_entropy"),
        layers(*["{type: dense, units: 2, activation: tanh}"] * 100),
    ],
    ids=["inputs", "outputs", "classes", "layers"],
)
def test_a_large_net_is_emitted_in_either_style(
    text: str, style: str, language: str, tmp_path: Path
) -> None:
    (tmp_path / "net.yaml").write_text(text)
    arguments = ("--lang", language, "--style", style, str(tmp_path / "net.yaml"))
    assert emitted(*arguments).endswith("\n")


# The same again ---------------------------------------------------------------


ALL = layers(
    "{type: dense, name: a, units: 3, activation: prelu}",
    "{type: dense, name: b, units: 3, activation: mish}",
    "{type: dense, name: c, units: 3, activation: prelu, share: a}",
    "{type: dense, name: d, units: 3, activation: log_softmax, bias: false}",
    name="everything",
    input="{size: 3, names: [x, y, z]}",
    loss="nll",
    frozen="[b.bias]",
)


@pytest.mark.parametrize(
    ("files", "seeds"),
    [
        (["all.yaml"], 2),
        pytest.param(["all.yaml", XOR, IRIS], 10, marks=pytest.mark.slow),
    ],
    ids=["one", "three"],
)
def test_the_same_call_gives_the_same_bytes_in_every_process(
    files: list[str], seeds: int, tmp_path: Path
) -> None:
    (tmp_path / "all.yaml").write_text(ALL)
    digests = set()
    for seed in range(seeds):
        out = tmp_path / str(seed)
        command = [sys.executable, "-m", "bpgen", "emit", "--lang", "all", "-o", out]
        subprocess.run(
            [*command, *files],
            cwd=tmp_path,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            check=True,
            capture_output=True,
        )
        written = sorted(out.iterdir())
        assert len(written) == len(files) * len(RECORDS)
        content = b"".join(path.read_bytes() for path in written)
        digests.add(hashlib.sha256(content).hexdigest())
    assert len(digests) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path",
    wide_but(EXAMPLES, lambda path: path.stem == "taste"),
    ids=lambda path: path.stem,
)
def test_the_same_call_gives_the_same_text_again(path: Path, language: str) -> None:
    styles = ("auto", "loops")
    first = [emitted("--lang", language, "--style", s, str(path)) for s in styles]
    emitted("--lang", "python", IRIS)  # something else in between
    again = [emitted("--lang", language, "--style", s, str(path)) for s in styles]
    assert first == again


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_hashes_tell_nets_and_texts_apart(language: str, tmp_path: Path) -> None:
    def hashes(name: str, *options: str, rate: str = "1.0") -> tuple[str, str]:
        text = (
            Path(XOR)
            .read_text()
            .replace("learning_rate: 1.0", f"learning_rate: {rate}")
        )
        (tmp_path / name).write_text(text)
        text = emitted("--lang", language, *options, str(tmp_path / name))
        found = re.search(
            r"\bNet ([0-9a-f]{16}), source [0-9a-f]+,\n"
            r"(?:/* )?content ([0-9a-f]{16})\.$",
            text,
            re.M,
        )
        assert found
        assert re.search(rf"(NET|_netHash) = ['\"]{found[1]}['\"]", text)
        return found[1], found[2]

    net_hash, content = hashes("xor.yaml")
    assert hashes("other.yaml") == (net_hash, content)  # only the first line differs
    for options in (["--style", "loops"], ["--comments", "brief"], ["--library"]):
        assert hashes("xor.yaml", *options)[0] == net_hash
        assert hashes("xor.yaml", *options)[1] != content
    assert hashes("xor.yaml", rate="0.5")[0] == net_hash
    assert hashes("xor.yaml", rate="0.5")[1] != content


# What is loaded ---------------------------------------------------------------

LOADED = """\
import atexit, sys
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
{}
"""
RUN = LOADED.format("from bpgen.cli import run\nrun()")
HEAVY = {"numpy", "torch", "black", "pydantic", "ruff", "mypy", "jsonschema"}
BAD = net(loss="mze")


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["emit", "xor.yaml"], HEAVY),
        (["emit", "bad.yaml"], HEAVY | {"jinja2"}),
        (["--version"], HEAVY | {"jinja2", "yaml"}),
        (["--help"], HEAVY | {"jinja2", "yaml"}),
        (["emit", "--help"], HEAVY | {"jinja2", "yaml"}),
        (["list", "layers"], HEAVY | {"jinja2", "yaml"}),
        (["schema"], HEAVY | {"jinja2", "yaml"}),
        (["init", "new"], HEAVY | {"jinja2", "yaml"}),
    ],
)
def test_nothing_is_loaded_before_it_is_needed(
    arguments: list[str], unwanted: set[str], tmp_path: Path
) -> None:
    (tmp_path / "xor.yaml").write_text(Path(XOR).read_text())
    (tmp_path / "bad.yaml").write_text(BAD)
    result = python("-c", RUN, *arguments, folder=tmp_path)
    loaded = set(result.err.split())
    assert "bpgen.cli" in loaded, result.err
    assert not unwanted & loaded
    expected = {"jinja2", "yaml"} if arguments == ["emit", "xor.yaml"] else set()
    assert expected <= loaded


def test_the_package_itself_loads_nothing() -> None:
    result = python("-c", LOADED.format("import bpgen"))
    loaded = set(result.err.split())
    assert "bpgen" in loaded
    assert not (HEAVY | {"click", "jinja2", "yaml"}) & loaded
