"""Drawn nets compute and train as PyTorch does, in every language and style.

The grammar they are drawn from is in grammar.py; `--drawn 3000` draws so many of them,
`--drawn-first N` those from a number on. What failed once stands, made small, in
nets/found.py.
"""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from drawn.compared import Comparison
from drawn.nets import Drawn, drawn, run
from running import javascript_checks
from running.adapters import ADAPTERS, read, run_jobs, write
from running.emitted import need
from running.scenario import Results, recorded_briefly
from running.tiers import is_asked, wide_but
from running.tools import RUBOCOP, built_once, on_path, program

from bpgen.languages.cpp import STRICT as STRICT_CPP
from bpgen.verifying.script import resolve
from bpgen.verifying.targets import after_tsc

CHUNK = 120  # nets of one test, most of whose time compilers take to start
CHECKED = 5  # of so many nets one is looked at by formatters and linters
OTHERS = {
    adapter.language: adapter
    for adapter in reversed([*ADAPTERS.values()])
    if adapter.language != "python"
}
if "typescript" in OTHERS:  # the types of files are looked at elsewhere
    OTHERS["typescript"] = replace(OTHERS["typescript"], run=after_tsc)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """As many tests as the nets that are asked for need."""
    if "chunk" in metafunc.fixturenames:
        count = metafunc.config.getoption("drawn")
        chunks = range(-(-count // CHUNK))  # all tests of one before those of another
        metafunc.parametrize("chunk", chunks, scope="module")


@pytest.fixture
def nets(chunk: int, request: pytest.FixtureRequest) -> list[Drawn]:
    """Those of one test."""
    option = request.config.getoption
    start = chunk * CHUNK
    count = min(CHUNK, option("drawn") - start)
    return drawn_at_once(count, option("drawn_first") + start)


@lru_cache(maxsize=1)
def drawn_at_once(count: int, first: int) -> list[Drawn]:
    """So many nets: what one test makes of them is there for the next one."""
    return list(drawn(count, first))


@pytest.fixture
def in_loops(
    nets: list[Drawn], chunk: int, tmp_path_factory: pytest.TempPathFactory
) -> list[Results | str | None]:
    """What their Python files in loops give, or what is wrong; all tests share it."""

    def build(folder: Path) -> None:
        found = [told(lambda net: run(net, "loops"), net) for net in nets]
        (folder / "found").write_bytes(pickle.dumps(found))

    folder = built_once(tmp_path_factory, f"drawn_{chunk}", build)
    found: list[Results | str | None] = pickle.loads((folder / "found").read_bytes())
    return found


def told(ask: Callable[[Drawn], Results], net: Drawn) -> Results | str | None:
    """What comes out, or the error's own words; nothing of one that diverges."""
    try:
        return ask(net)
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
    try:
        return None if net.diverges else said
    except Exception:  # then the first one tells more
        return said


def assert_all(nets: Sequence[Drawn], faults: Iterator[str]) -> None:
    """No net has a fault; those that have are shown with what they are."""
    found = [
        f"{net.name}: {fault[:300]}\n{json.dumps(net.spec)}"
        for net, fault in zip(nets, faults, strict=True)
        if fault
    ]
    assert not found, "\n".join([f"{len(found)} nets", *found[:3]])


def fault(check: Callable[[Drawn, Results], None]) -> Callable[..., str]:
    """What a check says of a net; nothing where all is well."""

    def of(net: Drawn, found: Results | str | None) -> str:
        if found is None or isinstance(found, str):
            return found or ""
        try:
            check(net, found)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return ""

    return of


@fault
def against_pytorch(net: Drawn, found: Results) -> None:
    Comparison(net, found).with_pytorch()


@fault
def of_states(net: Drawn, found: Results) -> None:
    Comparison(net, found).of_states()


@fault
def of_styles(net: Drawn, found: Results) -> None:
    if "unrolled" in net.styles:
        Comparison(net, found).with_style(run(net, "unrolled"))


def test_they_compute_and_train_as_pytorch_does(
    nets: list[Drawn], in_loops: list[Results | str | None]
) -> None:
    assert_all(nets, map(against_pytorch, nets, in_loops))


def test_what_is_saved_goes_on_as_if_nothing_had_happened(
    nets: list[Drawn], in_loops: list[Results | str | None]
) -> None:
    assert_all(nets, map(of_states, nets, in_loops))


def test_both_styles_give_the_same_bits(
    nets: list[Drawn], in_loops: list[Results | str | None]
) -> None:
    assert_all(nets, map(of_styles, nets, in_loops))


# --- Other languages ------------------------------------------------------------------


def turn_of(net: Drawn, language: str) -> str | None:
    """The style in which a net has its turn in a language, two of which take it."""
    number = int(net.name.rpartition("_")[2])
    start = number + number // len(OTHERS)
    taken = [(number + 1) % len(OTHERS), (start + 2) % len(OTHERS)]
    if list(OTHERS).index(language) not in taken:
        return None
    return net.styles[number // 2 % len(net.styles)]


@pytest.mark.parametrize("language", wide_but(OTHERS, is_asked))
def test_other_languages_give_the_same(
    language: str,
    nets: list[Drawn],
    in_loops: list[Results | str | None],
    tmp_path: Path,
) -> None:
    adapter = OTHERS[language]
    need(adapter)
    known = {
        net.name: (net, found)
        for net, found in zip(nets, in_loops, strict=True)
        if turn_of(net, language) and isinstance(found, dict)
    }
    jobs = [net.job(turn_of(net, language) or "") for net, _ in known.values()]
    lines = dict(
        line.split(" ", 1) for line in run_jobs(adapter, jobs, tmp_path).splitlines()
    )

    @fault
    def of_language(net: Drawn, found: Results) -> None:
        line = lines.get(f"{net.name}_{turn_of(net, language)}")
        assert line, "the program stopped before"
        answers = read(line)
        assert not isinstance(answers, str), answers
        asked = recorded_briefly(net, found["states"][0])[1]
        Comparison(net, found).with_language(resolve(asked, answers))

    chosen = [net for net, _ in known.values()]
    assert_all(chosen, (of_language(*pair) for pair in known.values()))


# --- Formatters and linters -----------------------------------------------------------


def black(files: Sequence[Path]) -> None:
    silent("black", "-q", "--fast", "--diff", "--check", *files)


def ruff(files: Sequence[Path]) -> None:
    silent("ruff", "check", "--isolated", "--no-cache", "-q", *files)


def dart(files: Sequence[Path]) -> None:
    options = ("--set-exit-if-changed", "--output", "none")
    silent(on_path("dart"), "format", *options, *files)
    silent(on_path("dart"), "analyze", "--fatal-infos", files[0].parent)


def gofmt(files: Sequence[Path]) -> None:
    done = program(on_path("gofmt"), "-l", *files)
    assert (done.code, done.out) == (0, "")


def rustfmt(files: Sequence[Path]) -> None:
    silent(on_path("rustfmt"), "--edition", "2021", "--check", *files)


def clippy(files: Sequence[Path]) -> None:
    crate = files[0].parent / "lib.rs"
    crate.write_text("".join(f"pub mod {path.stem};\n" for path in files))
    words = ("--edition", "2021", "--crate-type", "lib", "-D", "warnings")
    place = ("--emit=metadata", "-o", crate.with_suffix(".rmeta"))
    silent(on_path("clippy-driver"), *words, *place, crate)


def clang_format(files: Sequence[Path]) -> None:
    silent(on_path("clang-format"), "--style=LLVM", "--dry-run", "--Werror", *files)


def gxx(files: Sequence[Path]) -> None:
    """All in one program."""
    source = files[0].parent / "main.cpp"
    source.write_text("".join(f'#include "{path.name}"\n' for path in files))
    silent(on_path("g++"), *STRICT_CPP[1:], "-fsyntax-only", source)


def java_format(files: Sequence[Path]) -> None:
    words = ("--dry-run", "--set-exit-if-changed")
    silent(on_path("google-java-format"), *words, *files)


def javac(files: Sequence[Path]) -> None:
    """All at once, each called like its class."""
    folder = files[0].parent / "classes"
    folder.mkdir()
    for path in files:
        text = path.read_text(encoding="ascii")
        (name,) = re.findall(r"^public final class (\w+)", text, re.MULTILINE)
        (folder / f"{name}.java").write_text(text, encoding="ascii")
    options = ("-Xlint:all", "-Werror", "-d", folder)
    silent(on_path("javac"), *options, *sorted(folder.glob("*.java")))


def scripts(files: Sequence[Path]) -> None:
    for tool in (
        javascript_checks.prettier,
        javascript_checks.eslint,
        javascript_checks.tsc,
    ):
        found = tool(files)
        assert not found, str(found)[:2_000]


def rubocop(files: Sequence[Path]) -> None:
    silent(on_path("rubocop"), "--config", RUBOCOP, *files)
    silent(on_path("ruby"), "-wc", *files)


def silent(*words: str | Path) -> None:
    """A program has nothing to say."""
    done = program(*words, environment={"DART_SUPPRESS_ANALYTICS": "true"})
    assert done.code == 0, (done.out + done.err)[:2_000]


SLOW = pytest.mark.slow
CHECKS = [
    pytest.param("python", black),
    pytest.param("python", ruff),
    pytest.param("dart", dart, marks=SLOW),
    pytest.param("go", gofmt),
    pytest.param("rust", rustfmt),
    pytest.param("rust", clippy, marks=SLOW),
    pytest.param("cpp", clang_format),
    pytest.param("cpp", gxx, marks=SLOW),
    pytest.param("java", java_format),
    pytest.param("java", javac),
    pytest.param("ruby", rubocop, marks=SLOW),
    pytest.param("javascript", scripts, marks=SLOW),
    pytest.param("typescript", scripts, marks=SLOW),
]


@pytest.mark.parametrize(("language", "check"), CHECKS)
def test_their_files_are_clean(
    language: str,
    check: Callable[[Sequence[Path]], None],
    nets: list[Drawn],
    tmp_path: Path,
) -> None:
    chosen = nets[::CHECKED]
    jobs = [net.job(net.styles[at % len(net.styles)]) for at, net in enumerate(chosen)]
    assert write(jobs, language, tmp_path) == {}
    check(sorted(tmp_path.iterdir()))
